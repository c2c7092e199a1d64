import { layerStages } from '../core/chain/forward.ts';
import type { CellPlace, DerivedStage } from '../core/derivation/derivation.ts';
import { type CellEdit, editableStages, type HeadIndex, type Interventions } from '../core/interventions.ts';
import { type AblationMeasure, ablationMeasures } from '../core/measures/ablation-effect.ts';
import { headScoreNames } from '../core/measures/head-scores.ts';
import { attentionParts } from '../core/trace.ts';
import { cleanText } from '../explorer/editor/clean-text.ts';
import type { ExplorerInputs } from '../explorer/explorer-inputs.ts';
import { lenses, paneNames } from '../explorer/selection.ts';
import { largestNumber } from './parse-number.ts';

/** A token that was appended, and its place in the text in code points. */
export interface AppendedToken {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

type SavedInput =
  | ('text' | 'pair' | 'target' | 'part' | 'layer' | 'head' | 'query' | 'key' | 'matrix' | 'dimension')
  | ('pane' | 'lens' | 'step' | 'sortBy' | 'traceFrom' | 'tracePath' | 'traceOperand')
  | ('isDifferenceInFront' | 'sweepMeasure');

/** What a line holds: the inputs of the explorer that a reader would miss, and all interventions. */
export type SavedState = Interventions & {
  /** As --model takes it. */
  readonly model: string;
  /** The sentence that `text` is compared with; null: none. */
  readonly other: string | null;
  /** What was appended to the text, and to the target, token by token: the same letters could be cut in another way. */
  readonly appended: readonly AppendedToken[];
  readonly appendedTarget: readonly AppendedToken[];
} & { readonly [Name in SavedInput]: ExplorerInputs[Name]['value'] };

export interface Field<T> {
  readonly key: string;
  readonly initial: T;
  /** What the value has to be, for messages. */
  readonly expected: string;
  /** The value as JSON has it; the value itself where there is no such function. */
  readonly pack?: (value: T) => unknown;
  /** undefined: it is not what is expected. */
  readonly unpack: (packed: unknown) => T | undefined;
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isNumber = (value: unknown): value is number =>
  Number.isFinite(value) && Math.abs(Number(value)) <= largestNumber;
const isFactor = (value: unknown): value is number => isNumber(value) && value >= 0;
const isListOf = <T>(value: unknown, isOne: (one: unknown) => one is T): value is T[] =>
  Array.isArray(value) && value.every(isOne);
const isIndexList = (value: unknown): value is number[] => isListOf(value, isIndex);
const isPair = (value: unknown): value is [number, number] => isIndexList(value) && value.length === 2;
const isTriple = (value: unknown): value is [number, number, number] => isIndexList(value) && value.length === 3;
const isModelName = (value: unknown): value is string => typeof value === 'string' && /^\P{Cc}+$/u.test(value);
const isText = (value: unknown): value is string => typeof value === 'string' && cleanText(value) === value;

/** A field whose values JSON has as they are; one that can be null has no other way to say so than to be left out. */
function plain<T>(key: string, initial: T, expected: string, isOne: (value: unknown) => value is T & {}): Field<T> {
  return { key, initial, expected, unpack: (packed) => (isOne(packed) ? packed : undefined) };
}

const index = (key: string) => plain<number>(key, 0, 'a whole number from 0', isIndex);
const place = (key: string) => plain<number | null>(key, null, 'a whole number from 0', isIndex);
const flag = (key: string) => plain<boolean>(key, false, 'true or false', (value) => typeof value === 'boolean');

function name<T extends string>(key: string, names: readonly T[], initial: NoInfer<T>): Field<T> {
  const isName = (value: unknown): value is T => names.some((one) => one === value);
  return plain<T>(key, initial, `one of ${names.join(', ')}`, isName);
}

/** Texts are kept as the editor would hold them. */
function text<T extends string | null>(key: string, initial: T): Field<string | T> {
  const expected = 'a text of one line without control characters';
  const pack = (value: string | T) => (value === null ? null : cleanText(value));
  return { ...plain<string | T>(key, initial, expected, isText), pack };
}

const isMeasure = (value: unknown): value is AblationMeasure => ablationMeasures.some((one) => one === value);

const appended = (key: string): Field<readonly AppendedToken[]> => ({
  key,
  initial: [],
  expected: 'a list of [id, start, end]',
  pack: (tokens) => tokens.map(({ id, start, end }) => [id, start, end]),
  unpack: (packed) => (isListOf(packed, isTriple) ? packed.map(([id, start, end]) => ({ id, start, end })) : undefined),
});

const stageNames: readonly DerivedStage[] = ['embedding', ...layerStages, 'finalNorm'];

const tracePath: Field<readonly CellPlace[]> = {
  key: 'T',
  initial: [],
  expected: 'a list of [part, stage, layer, head or null, row, column]',
  pack: (places) => places.map(({ part, stage, layer, head, row, column }) => [part, stage, layer, head, row, column]),
  unpack: (packed) => {
    if (!Array.isArray(packed)) return undefined;
    const places = packed.flatMap((one: unknown) => placeOf(one) ?? []);
    return places.length === packed.length ? places : undefined;
  },
};

function placeOf(packed: unknown): CellPlace | undefined {
  if (!Array.isArray(packed) || packed.length !== 6) return undefined;
  const [givenPart, givenStage, layer, head, row, column] = packed as unknown[];
  const part = attentionParts.find((one) => one === givenPart);
  const stage = stageNames.find((one) => one === givenStage);
  const isHead = head === null || isIndex(head);
  if (part === undefined || stage === undefined || !isHead) return undefined;
  return isIndex(layer) && isIndex(row) && isIndex(column) ? { part, stage, layer, head, row, column } : undefined;
}

const ablatedHeads: Field<readonly HeadIndex[]> = {
  key: 'a',
  initial: [],
  expected: 'a list of [layer, head]',
  pack: (heads) => heads.map(({ layer, head }) => [layer, head]),
  unpack: (packed) => (isListOf(packed, isPair) ? packed.map(([layer, head]) => ({ layer, head })) : undefined),
};

const swappedValues: Field<Interventions['swappedValues']> = {
  key: 'w',
  initial: null,
  expected: '[layer, token, token]',
  pack: (swap) => swap && [swap.layer, ...swap.tokens],
  unpack: (packed) => (isTriple(packed) ? { layer: packed[0], tokens: [packed[1], packed[2]] } : undefined),
};

const edits: Field<readonly CellEdit[]> = {
  key: 'd',
  initial: [],
  expected: `a list of [stage, layer, head, row, column, number], each cell once, of ${editableStages.join(', ')}`,
  pack: (cells) => cells.map((one) => [one.stage, one.layer, one.head, one.row, one.column, one.value]),
  unpack: (packed) => {
    if (!Array.isArray(packed)) return undefined;
    const cells = packed.flatMap((one: unknown) => editOf(one) ?? []);
    const places = new Set(cells.map((one) => [one.stage, one.layer, one.head, one.row, one.column].join()));
    return places.size === packed.length ? cells : undefined;
  },
};

function editOf(packed: unknown): CellEdit | undefined {
  if (!Array.isArray(packed) || packed.length !== 6) return undefined;
  const [given, ...numbers] = packed as unknown[];
  const stage = editableStages.find((one) => one === given);
  if (stage === undefined || !isListOf(numbers, isNumber) || !numbers.slice(0, 4).every(isIndex)) return undefined;
  const [layer, head, row, column, value] = numbers as [number, number, number, number, number];
  return { stage, layer, head, row, column, value };
}

/** In the order in which they are written. */
export const fields: { readonly [Name in keyof SavedState]: Field<SavedState[Name]> } = {
  text: text('t', ''),
  other: text('o', null),
  pair: text('s', null),
  target: text('y', null),
  model: plain<string>('m', 'use-lite', 'a name or a folder', isModelName),
  part: name('g', attentionParts, 'encoder'),
  layer: index('l'),
  head: index('n'),
  query: place('q'),
  key: place('k'),
  matrix: name('x', ['q', 'k', 'v'], 'q'),
  dimension: index('j'),
  pane: name('p', paneNames, 'attention'),
  lens: name('e', lenses, 'weights'),
  step: index('i'),
  sortBy: name('r', ['place', ...headScoreNames], 'place'),
  traceFrom: name('v', layerStages, 'attentionWeights'),
  mask: name('c', ['none', 'causal'], 'none'),
  isUnscaled: flag('u'),
  scaleFactor: plain<number>('f', 1, 'a finite number, 0 or more', isFactor),
  ablatedHeads,
  ablation: name('b', ['zero', 'mean'], 'zero'),
  hiddenKeys: plain<readonly number[]>('h', [], 'a list of whole numbers from 0', isIndexList),
  swappedValues,
  edits,
  isRenormalised: flag('z'),
  appended: appended('A'),
  appendedTarget: appended('B'),
  isDifferenceInFront: flag('D'),
  sweepMeasure: { ...plain<AblationMeasure | null>('S', null, `one of ${ablationMeasures.join(', ')}`, isMeasure) },
  tracePath,
  traceOperand: index('O'),
};
