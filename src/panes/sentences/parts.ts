import type { AlignedPair } from '../../core/measures/alignment.ts';
import { alignedDifference, type HeadChange } from '../../core/measures/attention-difference.ts';
import type { Selection } from '../../explorer/selection.ts';
import type { TokenView } from '../../explorer/token-view.ts';
import { blockRow, dim, type Tensor } from '../../tensor/tensor.ts';
import { cutEnd, cutMiddle, visibleText } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, type Size } from '../kit/cells.ts';
import { differenceHeatmap } from '../kit/difference-heatmap.ts';
import { fixed } from '../kit/format.ts';
import { heatmapView } from '../kit/heatmap.ts';
import { headName, isSameHead, tokenName } from '../kit/names.ts';
import type { Front } from './front.ts';
import { pairAxis, pairIndexOf, pairName, placeInB } from './labels.ts';

/** One of the two sentences, and the weights of the selected layer in it. */
export interface Sentence {
  readonly text: string;
  /** What asks (rows) and what answers (columns): the same tokens except in attention to another text. */
  readonly queries: readonly TokenView[];
  readonly keys: readonly TokenView[];
  /** [head, query, key] */
  readonly weights: Tensor;
}

export interface SentencesInput {
  readonly a: Sentence;
  readonly b: Sentence;
  readonly queries: readonly AlignedPair[];
  readonly keys: readonly AlignedPair[];
  /** Heads by their change, largest first. */
  readonly ranked: readonly HeadChange[];
  /** Query and key are places in A. */
  readonly selection: Selection;
  readonly inFront: Front;
  /** Whether heads are ranked by the selected row rather than by the mean over rows. */
  readonly isRankedByRow: boolean;
  readonly isAblated: (layer: number, head: number) => boolean;
  /** The key of an action, as the screen writes it. */
  keyOf(action: string): string;
  readonly size: Size;
}

/** What all parts of the view use: the input, the selected pairs, and B − A of the selected head. */
export interface ComparedSentences extends SentencesInput {
  readonly queryIndex: number;
  readonly keyIndex: number;
  /** [query pair, key pair] */
  readonly difference: Tensor;
}

export function compareSentences(input: SentencesInput): ComparedSentences {
  const { a, b, queries, keys, selection } = input;
  return {
    ...input,
    queryIndex: pairIndexOf(queries, selection.query),
    keyIndex: pairIndexOf(keys, selection.key),
    difference: alignedDifference(a.weights, b.weights, selection.head, queries, keys),
  };
}

/** The sentence A with the weights of the selected head in it. */
export function rowsOfA({ a, selection }: SentencesInput, size: Size): Row[] {
  const map = { widthCells: size.widthCells, heightCells: size.heightCells - 1 };
  return [title('A', a.text, size), ...heatmapView({ ...a, selection, size: map })];
}

/** The sentence B, with the places aligned with A's selection. */
export function rowsOfB({ b, queries, keys, queryIndex, keyIndex, selection }: ComparedSentences, size: Size): Row[] {
  const query = placeInB(queries, queryIndex);
  const key = placeInB(keys, keyIndex);
  const map = heatmapView({
    ...b,
    selection: { ...selection, query: query.place, key: key.place },
    isUnmarked: { query: !query.isAligned, key: !key.isAligned },
    size: { widthCells: size.widthCells, heightCells: size.heightCells - 1 },
  });
  return [title('B', b.text, size), ...map];
}

function title(name: string, text: string, { widthCells }: Size): Row {
  return [cell(` ${name}  `, 'strong'), cell(cutEnd(visibleText(text), widthCells - 5))];
}

/** B − A of the selected head, blank where A or B lacks the query or key. */
export function differenceRows(compared: ComparedSentences, size: Size): Row[] {
  const { a, b, queries, keys, queryIndex, keyIndex, difference, ranked, selection } = compared;
  const found = ranked.find((one) => isSameHead(one, selection));
  const change = found === undefined ? '' : `: change ${changeText(found)} ${rankedRows(compared)}`;
  const isAbsent = (pair: AlignedPair | undefined) => pair?.a === null || pair?.b === null;
  const map = differenceHeatmap({
    values: difference,
    rows: pairAxis(queries, queryIndex, a.queries, b.queries),
    columns: pairAxis(keys, keyIndex, a.keys, b.keys),
    meaning: { negative: 'A more', positive: 'B more' },
    isAbsent: (row, column) => isAbsent(queries[row]) || isAbsent(keys[column]),
    size: { widthCells: size.widthCells, heightCells: size.heightCells - 1 },
  });
  const name = ' B − A ';
  const room = size.widthCells - widthOf(name);
  const words = ` weights of ${headName(selection)}${change}`;
  const scale = change === '' ? '' : '  (0 identical, 1 disjoint)';
  const isRoomy = widthOf(words + scale) <= room;
  return [[cell(name, 'strong'), cell(cutEnd(words, room)), cell(isRoomy ? scale : '', 'dim')], ...map];
}

/** The change of a head; — if nothing can be compared. */
export function changeText({ change }: HeadChange): string {
  return fixed(change ?? Number.NaN, 2);
}

/** The rows that changes are of: `of 8 bank's row`, `mean over rows`. */
export function rankedRows({ isRankedByRow, a, selection }: SentencesInput): string {
  return isRankedByRow ? `of ${tokenName(a.queries, selection.query)}'s row` : 'mean over rows';
}

/** The selection in numbers: `L0 H3  bank → money/river  A 0.312  B 0.421  B − A +0.109`. */
export function selectedLine(compared: ComparedSentences, widthCells: number): Row {
  const { a, b, queries, keys, queryIndex, keyIndex, difference, selection } = compared;
  const [query, key] = [queries[queryIndex], keys[keyIndex]];
  if (query === undefined || key === undefined) return [];
  const off = compared.isAblated(selection.layer, selection.head) ? ' off' : '';
  const number = difference.data[queryIndex * dim(difference, 1) + keyIndex] ?? Number.NaN;
  const isInBoth = [query, key].every((pair) => pair.a !== null && pair.b !== null);
  const numbers = [
    `  A ${weightText(a.weights, selection.head, query.a, key.a)}`,
    `B ${weightText(b.weights, selection.head, query.b, key.b)}`,
    `B − A ${isInBoth ? (number > 0 ? '+' : '') + fixed(number, 3) : 'none'}`,
  ].join('  ');
  const start = `▸${headName(selection)}${off}  `;
  const names = [pairName(query, a.queries, b.queries), pairName(key, a.keys, b.keys)] as const;
  const place = joinCut(names, ' → ', widthCells - widthOf(start) - widthOf(numbers));
  const first = cutEnd(start + place, widthCells);
  return [cell(first, 'accent'), cell(cutEnd(numbers, widthCells - widthOf(first)))];
}

/** Two names; if both together are too long, the longer is cut first. */
function joinCut([one, other]: readonly [string, string], between: string, widthCells: number): string {
  const room = Math.max(2, widthCells - widthOf(between));
  const cut = (name: string, rest: string) => cutMiddle(name, Math.max(room >> 1, room - widthOf(rest)));
  return cut(one, other) + between + cut(other, one);
}

function weightText(weights: Tensor, head: number, query: number | null, key: number | null): string {
  if (query === null || key === null) return 'none';
  return fixed(blockRow(weights, head, query)[key] ?? Number.NaN, 3);
}
