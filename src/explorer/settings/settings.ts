import type { Interventions } from '../../core/interventions.ts';
import { interventionSettings } from './intervention-settings.ts';
import { selectionSettings } from './selection-settings.ts';
import { type Facts, type Setting, SettingError } from './setting.ts';
import { textSettings } from './text-settings.ts';
import { viewSettings } from './view-settings.ts';
import { lensOf, viewOf } from './views.ts';

/** Everything that a reader can set, in the order in which a command line has it. */
export const settings = { ...textSettings, ...selectionSettings, ...viewSettings, ...interventionSettings };
export type SettingName = keyof typeof settings;

/** The same, in the groups of the help. */
export const settingGroups = {
  'What is read:': textSettings,
  'What is selected:': selectionSettings,
  'How it is looked at:': viewSettings,
  'What is changed in the computation:': interventionSettings,
} as const;

type ValueOf<Row> = Row extends { read(given: string): infer Value } ? Value : never;

/** A value of each setting: with them the same screen opens again. */
export type State = { readonly [Name in SettingName]: ValueOf<(typeof settings)[Name]> };

/** What a command line says of them; true of one that switches. */
export type GivenSettings = {
  readonly [Name in SettingName]?: ValueOf<(typeof settings)[Name]> extends boolean ? boolean : string;
};

type Row = Setting<unknown>;
const rows = Object.entries(settings) as unknown as readonly (readonly [SettingName, Row])[];

/** The values of what is given, and else the initial ones.  @throws SettingError for what is no value */
export function readSettings(given: GivenSettings): State {
  const entries: Partial<Record<SettingName, string | boolean>> = withLens(given);
  return Object.fromEntries(
    rows.map(([name, row]) => {
      const value = entries[name];
      return [
        name,
        value === undefined || value === false ? row.initial : named(row, String(value), () => row.read(String(value))),
      ];
    }),
  ) as unknown as State;
}

/** @throws SettingError where the model or the texts do not have what was given */
export function checkSettings(state: State, given: GivenSettings, facts: Facts): void {
  for (const [name, row] of rows) {
    const value = state[name];
    if (!isInitial(row, value)) named(row, String(given[name] ?? ''), () => row.check?.(value, facts));
  }
}

/** What a command line has to say for the values: only what is not as it is at first. */
export function writeSettings(state: State): GivenSettings {
  const entries = rows.flatMap(([name, row]): [SettingName, string | boolean][] => {
    const value = state[name];
    return isInitial(row, value) ? [] : [[name, row.metavar === null ? true : row.write(value)]];
  });
  return withoutLens(Object.fromEntries(entries), state);
}

/** The inputs and the interventions of a state. */
export function interventionsOf(state: State): Interventions {
  const names = Object.keys(interventionSettings) as (keyof Interventions)[];
  return Object.fromEntries(names.map((name) => [name, state[name]])) as unknown as Interventions;
}

function isInitial({ initial }: Row, value: unknown): boolean {
  // JSON writes NaN, which stands for what is no number, as null.
  return value === initial || (typeof value === 'object' && JSON.stringify(value) === JSON.stringify(initial));
}

/** The names of the lenses are also views: the weights, seen through them. */
function withLens(given: GivenSettings): GivenSettings {
  const { pane, lens } = given;
  if (pane === undefined || lensOf(pane) === 'weights') return given;
  if (lens !== undefined) throw new SettingError(`--view ${pane} is a lens itself: leave --lens ${lens} out`);
  return { ...given, pane: 'weights', lens: pane };
}

function withoutLens({ lens, ...given }: GivenSettings, state: State): GivenSettings {
  if (lens === undefined) return given;
  return state.pane === 'attention' ? { ...given, pane: viewOf(state.pane, state.lens) } : { ...given, lens };
}

/** Runs what may find a value wrong, and names the option in what it says. */
function named<T>({ flag }: Row, value: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SettingError) || flag === null) throw error;
    const given = error.given === undefined ? ` ${value}` : error.given === null ? '' : ` ${error.given}`;
    throw new SettingError(`--${flag}${given}: ${error.message}`);
  }
}
