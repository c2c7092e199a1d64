import type { AttentionParameters, Model } from '../../core/model.ts';
import type { AttentionPart } from '../../core/trace.ts';

/** Commands that show panes; 'explore' is the program without a command. */
export const screenCommands = ['explore', 'show'] as const;
/** Commands that compute one text and can change single tokens of it. */
export const runCommands = [...screenCommands, 'trace', 'ablation-sweep'] as const;
/** Commands whose model can be changed. */
export const changedCommands = [...runCommands, 'heads', 'contextuality'] as const;
/** Commands that read a text. */
export const textCommands = [...runCommands, 'heads', 'generate'] as const;
/** Commands that load a model. */
export const modelCommands = [...changedCommands, 'generate'] as const;

export type CommandName = (typeof modelCommands)[number] | 'models' | 'pull';

/** An option of the command line. */
export interface OptionRow {
  /** The long name without its dashes; null: the argument TEXT. */
  readonly flag: string | null;
  /** Stands for the value in the help; null: the option is a switch. */
  readonly metavar: string | null;
  readonly help: string;
  readonly choices?: readonly string[];
  /** Names of other rows that exclude this one. */
  readonly conflicts?: readonly string[];
  /** The commands that take it. */
  readonly commands: readonly CommandName[];
}

/** Another setting, and the value that it must have; without a value, any but its initial one. */
export type Condition = readonly [setting: string, value?: string];

export function option<Metavar extends string | null>(
  flag: string | null,
  metavar: Metavar,
  help: string,
  commands: readonly CommandName[],
) {
  return { flag, metavar, help, commands };
}

/** What a value is checked against. */
export interface Facts {
  readonly model: Model;
  /** Whether the model's tokenizer joins two texts. */
  readonly readsPairs: boolean;
  readonly part: AttentionPart;
  readonly layer: number;
  /** Parameters of each layer of a part; empty if the model lacks the part. */
  readonly parameters: Readonly<Record<AttentionPart, readonly AttentionParameters[]>>;
  readonly tokenCount: number;
  /** Tokens of the second sentence. */
  readonly otherCount: number;
  /** Tokens that the decoder reads, with its start token. */
  readonly targetCount: number;
  readonly text: string;
  readonly target: string;
  /** Why a text is not one token that the model predicts; null if it is. */
  targetProblem(text: string): string | null;
}

/** A setting: an option of the command line, an input of the explorer, and a part of the line that reopens a screen. */
export interface Setting<T> extends OptionRow {
  readonly metavar: T extends boolean ? null : string;
  readonly initial: T;
  /** Without this it means nothing, and is left out of the line that reopens a screen. */
  readonly only?: Condition;
  /** @throws SettingError when `given` is no such value. */
  read(given: string): T;
  /** The text that `read` turns back into `value`; never called for the initial value. */
  write(value: T): string;
  /** @throws SettingError when the model or the text lacks the value. */
  check?(value: T, facts: Facts): void;
}

/** What is wrong with a value. `given` is the wrong part of it; null: the option is wrong, whatever its value. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  readonly given: string | null | undefined;
  constructor(message: string, given?: string | null) {
    super(message);
    this.given = given;
  }
}

export function textValue<T extends string | null>(initial: T) {
  return { initial, read: (given: string): string | T => given, write: (value: string | T): string => value ?? '' };
}

export const switchValue = { initial: false, read: () => true, write: () => '' };

/** One of several values; `nameOf` gives the name of a value on the command line. */
export function choiceValue<T extends string | null, I extends T = T>(
  values: readonly (T & string)[],
  initial: NoInfer<I>,
  nameOf: (value: string) => string = (value) => value,
) {
  const choices = values.map(nameOf);
  return {
    ...{ initial: initial as T, choices },
    read: (given: string): T => values[choices.indexOf(given)] ?? refuse(`one of ${choices.join(', ')} is expected`),
    write: (value: T): string => nameOf(value ?? ''),
  };
}

/** A whole number from 0. */
export function indexValue<T extends number | null>(initial: T, check?: (value: number, facts: Facts) => void) {
  return {
    initial,
    read: (given: string): number | T => (check === undefined ? wholeNumber(given) : indexOf(given)),
    write: (value: number | T): string => String(value),
    check: (value: number | T, facts: Facts) => {
      if (value !== null) check?.(value, facts);
    },
  };
}

/** Several values with commas between them; a set drops repeated ones. */
export function listValue<T>(
  read: (given: string) => T,
  write: (value: T) => string,
  check: (value: T, facts: Facts) => void,
  isSet = false,
) {
  return {
    initial: [] as readonly T[],
    read: (given: string): readonly T[] => {
      const parts = given.split(',');
      return (isSet ? [...new Set(parts)] : parts).map(read);
    },
    write: (values: readonly T[]) => values.map(write).join(','),
    check: (values: readonly T[], facts: Facts) => {
      for (const value of values) check(value, facts);
    },
  };
}

export function refuse(message: string, given?: string | null): never {
  throw new SettingError(message, given);
}

/** A whole number; otherwise NaN, which every range check refuses. */
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
  if (Number.isNaN(value)) refuse(`not a whole number from 0, ${allowed}`, given);
  refuse(what === undefined ? `out of range, ${allowed}` : `${what} is out of range, ${allowed}`, given);
}

export function checkLayer(layer: number, facts: Facts, given?: string, what?: string, part = facts.part): void {
  checkIndex(layer, facts.parameters[part].length, `${ownerOf(part, facts)} has layers`, given, what);
}

/** Checks the layer first. */
export function checkHead(place: { layer: number; head: number }, facts: Facts, given: string, part: AttentionPart) {
  const { layer, head } = place;
  checkLayer(layer, facts, given, `layer ${layer}`, part);
  checkHeadIn({ ...facts, layer, part }, head, given, `head ${head}`);
}

/** Checks a head of the layer and part in `facts`. */
export function checkHeadIn(facts: Facts, head: number, given?: string, what?: string): void {
  const { part, layer, parameters } = facts;
  const range = `layer ${layer} of ${ownerOf(part, facts)} has heads`;
  checkIndex(head, parameters[part][layer]?.numAttentionHeads ?? 0, range, given, what);
}

function ownerOf(part: AttentionPart, { model }: Facts): string {
  return { encoder: '', decoder: 'the decoder of ', cross: 'the cross-attention of ' }[part] + model.name;
}

export function checkToken(token: number, facts: Facts, given?: string, what?: string, of: 'text' | 'target' = 'text') {
  checkIndex(token, of === 'text' ? facts.tokenCount : facts.targetCount, `the ${of} has tokens`, given, what);
}
