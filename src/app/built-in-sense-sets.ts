import bank from '../../fixtures/contextuality/bank.json' with { type: 'json' };
import bat from '../../fixtures/contextuality/bat.json' with { type: 'json' };
import can from '../../fixtures/contextuality/can.json' with { type: 'json' };
import date from '../../fixtures/contextuality/date.json' with { type: 'json' };
import light from '../../fixtures/contextuality/light.json' with { type: 'json' };
import match from '../../fixtures/contextuality/match.json' with { type: 'json' };
import play from '../../fixtures/contextuality/play.json' with { type: 'json' };
import right from '../../fixtures/contextuality/right.json' with { type: 'json' };
import spring from '../../fixtures/contextuality/spring.json' with { type: 'json' };
import type { SenseSet } from '../loaders/sense-sets.ts';

/** The sets that come with the program; imports put them into the bundle. */
export const builtInSenseSets: readonly SenseSet[] = [bank, bat, can, date, light, match, play, right, spring];
