import type { AttentionParameters, Model } from '../../core/model.ts';
import type { AttentionPart } from '../../core/trace.ts';

/** The commands of the program; 'explore' is the one without a name. */
export const commandNames = [
  'explore',
  'show',
  'trace',
  'heads',
  'contextuality',
  'ablation-sweep',
  'generate',
  'models',
  'pull',
] as const;
export type CommandName = (typeof commandNames)[number];

/** Commands that show the panes of a text. */
export const screenCommands: readonly CommandName[] = ['explore', 'show'];
/** Commands that compute one text as it is changed at its tokens. */
export const runCommands: readonly CommandName[] = ['explore', 'show', 'trace', 'ablation-sweep'];
/** Commands that compute texts with a model that may be changed. */
export const changedCommands: readonly CommandName[] = [...runCommands, 'heads', 'contextuality'];
/** Commands that read a text. */
export const textCommands: readonly CommandName[] = [...runCommands, 'heads', 'generate'];
/** Commands that load a model. */
export const modelCommands: readonly CommandName[] = [...changedCommands, 'generate'];

/** What the command line can say. */
export interface OptionRow {
  /** The long name without its dashes; null: the argument TEXT. */
  readonly flag: string | null;
  /** What stands for the value in the help; null: the option has none, it switches. */
  readonly metavar: string | null;
  readonly help: string;
  readonly choices?: readonly string[];
  /** Names of other rows that exclude this one. */
  readonly conflicts?: readonly string[];
  /** The commands that take it. */
  readonly commands: readonly CommandName[];
}

/** What a value is checked against. */
export interface Facts {
  readonly model: Model;
  /** Whether the model's tokenizer joins two texts. */
  readonly readsPairs: boolean;
  readonly part: AttentionPart;
  readonly layer: number;
  /** Parameters of each layer of a part; none where the model does not have the part. */
  readonly parameters: Readonly<Record<AttentionPart, readonly AttentionParameters[]>>;
  /** Tokens of the text, and of what a decoder reads with its start token. */
  readonly tokenCount: number;
  readonly targetCount: number;
  readonly text: string;
  readonly target: string;
}

/** One thing that a reader can set: the option, the line that opens a screen and the input follow from its row. */
export interface Setting<T> extends OptionRow {
  readonly metavar: T extends boolean ? null : string;
  readonly initial: T;
  /** @throws SettingError when it is none */
  read(given: string): T;
  /** The text that `read` gives the value for; never asked for the initial value. */
  write(value: T): string;
  /** @throws SettingError when the model or the text does not have it */
  check?(value: T, facts: Facts): void;
}

/** What is wrong with a value. `given`: the part of it that is wrong; null: the option itself, whatever its value. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  readonly given: string | null | undefined;
  constructor(message: string, given?: string | null) {
    super(message);
    this.given = given;
  }
}

export type OptionWords = Pick<OptionRow, 'flag' | 'help' | 'commands'>;

/** A text, taken as it is. */
export function textSetting<T extends string | null>(words: OptionWords, metavar: string, initial: T) {
  return {
    ...{ ...words, metavar, initial },
    read: (given: string): string | T => given,
    write: (value: string | T): string => value ?? '',
  };
}

/** Something that is on or off. */
export function switchSetting(words: OptionWords): Setting<boolean> {
  return { ...words, metavar: null, initial: false, read: () => true, write: () => '' };
}

/** One of several names; `nameOf` gives the name of a value where they differ. */
export function choiceSetting<T extends string | null, I extends T = T>(
  words: OptionWords,
  metavar: string,
  values: readonly (T & string)[],
  initial: NoInfer<I>,
  nameOf: (value: string) => string = (value) => value,
) {
  const choices = values.map(nameOf);
  return {
    ...{ ...words, metavar, initial: initial as T, choices },
    read: (given: string): T => values[choices.indexOf(given)] ?? refuse(`one of ${choices.join(', ')} is expected`),
    write: (value: T): string => nameOf(value ?? ''),
  };
}

/** A whole number from 0; `check` throws where there is no such one. */
export function indexSetting<T extends number | null>(
  words: OptionWords,
  initial: T,
  check?: (value: number, facts: Facts) => void,
) {
  return {
    ...{ ...words, metavar: 'N', initial },
    read: (given: string): number | T => (check === undefined ? wholeNumber(given) : indexOf(given)),
    write: (value: number | T): string => String(value),
    check: (value: number | T, facts: Facts) => {
      if (value !== null) check?.(value, facts);
    },
  };
}

/** Several things with commas between them; of a set each counts once. */
export function listSetting<T>(
  words: OptionWords,
  metavar: string,
  read: (given: string) => T,
  write: (value: T) => string,
  check: (value: T, facts: Facts) => void,
  isSet = false,
): Setting<readonly T[]> {
  return {
    ...{ ...words, metavar, initial: [] },
    read: (given) => {
      const parts = given.split(',');
      return (isSet ? [...new Set(parts)] : parts).map(read);
    },
    write: (values) => values.map(write).join(','),
    check: (values, facts) => {
      for (const value of values) check(value, facts);
    },
  };
}

export function refuse(message: string, given?: string | null): never {
  throw new SettingError(message, given);
}

/** A whole number; NaN for anything else, which is in no range. */
export function indexOf(given: string): number {
  return /^\d+$/.test(given) ? Number(given) : Number.NaN;
}

function wholeNumber(given: string): number {
  const value = indexOf(given);
  return Number.isSafeInteger(value) ? value : refuse('a whole number from 0 is expected');
}

/** @throws SettingError when `value` is not below `count`.  range: `use-lite has layers`; what: `layer 5` in a longer value. */
export function checkIndex(value: number, count: number, range: string, given?: string, what?: string): void {
  if (value < count) return;
  const allowed = count === 0 ? `${range}: none` : `${range} 0 to ${count - 1}`;
  refuse(what === undefined ? `out of range, ${allowed}` : `${what} is out of range, ${allowed}`, given);
}

export function checkLayer(layer: number, facts: Facts, given?: string, what?: string, part = facts.part): void {
  checkIndex(layer, facts.parameters[part].length, `${ownerOf(part, facts)} has layers`, given, what);
}

/** Checks the layer first. */
export function checkHead(place: { layer: number; head: number }, facts: Facts, given: string, part: AttentionPart) {
  const { layer, head } = place;
  checkLayer(layer, facts, given, `layer ${layer}`, part);
  const range = `layer ${layer} of ${ownerOf(part, facts)} has heads`;
  checkIndex(head, facts.parameters[part][layer]?.numAttentionHeads ?? 0, range, given, `head ${head}`);
}

export function ownerOf(part: AttentionPart, { model }: Facts): string {
  return { encoder: '', decoder: 'the decoder of ', cross: 'the cross-attention of ' }[part] + model.name;
}

/** Checks the place of a token of the text, or of what the decoder reads. */
export function checkToken(token: number, facts: Facts, given?: string, what?: string, of: 'text' | 'target' = 'text') {
  checkIndex(token, of === 'text' ? facts.tokenCount : facts.targetCount, `the ${of} has tokens`, given, what);
}
