import type { Options } from '../../src/app/arguments.ts';
import { openState, stateOf } from '../../src/app/saved-state.ts';
import { decodeState, encodeState } from '../../src/app/state-string.ts';
import type { Explorer } from '../../src/explorer/explorer.ts';
import { builtInModel } from './models.ts';

export const useLite = builtInModel('use-lite');
export const money = 'I deposited money in the bank.';
export const river = 'The boat drifted toward the river bank.';

/** Opens a new explorer from this one's state line. */
export function reopened(explorer: Explorer, options: Options = {}): Explorer {
  return openState(decodeState(encodeState(stateOf(explorer))), explorer.inputs.loaded.value, options);
}
