import type { Interventions } from '../../core/interventions.ts';
import { interventionSettings } from './intervention-settings.ts';
import { selectionSettings } from './selection-settings.ts';
import { type Facts, type Setting, SettingError } from './setting.ts';
import { textSettings } from './text-settings.ts';
import { viewSettings } from './view-settings.ts';
import { lensOf, viewOf } from './views.ts';

/** All settings, in their order on a command line. */
export const settings = { ...textSettings, ...selectionSettings, ...viewSettings, ...interventionSettings };
export type SettingName = keyof typeof settings;

/** The settings in the groups of the help. */
export const settingGroups = {
  'Input:': textSettings,
  'Selection:': selectionSettings,
  'View:': viewSettings,
  'Changes to the computation:': interventionSettings,
} as const;

type ValueOf<Row> = Row extends { read(given: string): infer Value } ? Value : never;

/** A value of each setting; together they reopen the same screen. */
export type State = { readonly [Name in SettingName]: ValueOf<(typeof settings)[Name]> };

/** The settings given on a command line; true for a switch. */
export type GivenSettings = {
  readonly [Name in SettingName]?: ValueOf<(typeof settings)[Name]> extends boolean ? boolean : string;
};

type Row = Setting<unknown>;
const rows = Object.entries(settings) as unknown as readonly (readonly [SettingName, Row])[];

/** The given values, and initial values for the rest.  @throws SettingError when a value is wrong. */
export function readSettings(given: GivenSettings): State {
  const entries: Partial<Record<SettingName, string | boolean>> = withLens(given);
  const values = rows.map(([name, row]) => {
    const value = entries[name] ?? false;
    return [name, value === false ? row.initial : named(row, String(value), () => row.read(String(value)))];
  });
  return Object.fromEntries(values) as unknown as State;
}

/** @throws SettingError when the model or the texts lack what was given. */
export function checkSettings(state: State, given: GivenSettings, facts: Facts): void {
  for (const [name, row] of rows) {
    const value = state[name];
    if (!isInitial(row, value)) named(row, String(given[name] ?? ''), () => row.check?.(value, facts));
  }
}

/** The settings to give on a command line: all but the initial values. */
export function writeSettings(state: State): GivenSettings {
  const entries = rows.flatMap(([name, row]): [SettingName, string | boolean][] => {
    const value = state[name];
    return isInitial(row, value) ? [] : [[name, row.metavar === null ? true : row.write(value)]];
  });
  return withoutLens(Object.fromEntries(entries), state);
}

/** The state with its initial value for each setting that means nothing beside the others. */
export function usedSettings(state: State): State {
  const rowsByName = new Map<string, Row>(rows);
  const values: Readonly<Record<string, unknown>> = state;
  const isUsed = ({ only }: Row) => {
    if (only === undefined) return true;
    const [name, wanted] = only;
    const row = rowsByName.get(name);
    return wanted === undefined ? row !== undefined && !isInitial(row, values[name]) : values[name] === wanted;
  };
  const used = rows.map(([name, row]) => [name, isUsed(row) ? state[name] : row.initial]);
  return Object.fromEntries(used) as unknown as State;
}

export function interventionsOf(state: State): Interventions {
  const names = Object.keys(interventionSettings) as (keyof Interventions)[];
  return Object.fromEntries(names.map((name) => [name, state[name]])) as unknown as Interventions;
}

function isInitial({ initial }: Row, value: unknown): boolean {
  // Compares only objects as JSON, which writes NaN as null.
  return value === initial || (typeof value === 'object' && JSON.stringify(value) === JSON.stringify(initial));
}

/** The lenses are also views of the weights. */
function withLens(given: GivenSettings): GivenSettings {
  const { pane, lens } = given;
  if (pane === undefined || lensOf(pane) === 'weights') return given;
  if (lens !== undefined) throw new SettingError(`--view ${pane} is itself a lens: leave out --lens ${lens}`);
  return { ...given, pane: 'weights', lens: pane };
}

function withoutLens({ lens, ...given }: GivenSettings, state: State): GivenSettings {
  if (lens === undefined) return given;
  return state.pane === 'attention' ? { ...given, pane: viewOf(state.pane, state.lens) } : { ...given, lens };
}

/** Runs `work` and adds the option to the message of its SettingError. */
function named<T>({ flag }: Row, value: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SettingError) || flag === null) throw error;
    const given = error.given === undefined ? ` ${value}` : error.given === null ? '' : ` ${error.given}`;
    throw new SettingError(`--${flag}${given}: ${error.message}`);
  }
}
