import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, rowWidth, type Size, wrappedRows } from '../kit/cells.ts';
import { withKeys } from '../kit/key-names.ts';
import { sideBySide } from '../kit/side-by-side.ts';
import { alignmentRows } from './alignment.ts';
import { areBeside, type Front, frontAndNext, halfOf } from './front.ts';
import {
  type ComparedSentences,
  compareSentences,
  differenceRows,
  rowsOfA,
  rowsOfB,
  type SentencesInput,
  selectedLine,
} from './parts.ts';
import { rankingLine, rankingRows } from './ranking.ts';

/** At this width and above, the heads have a column at the side. */
const fewestWithSide = 98;
const sideWidth = 22;
const gap = 2;
/** Below this height the matrices need all rows. */
const fewestForAlignment = 12;
/** At this height and above, A and B stand above their difference. */
const fewestForTwo = 20;
/** At this width and above, all three stand in a row if their cells have room for numbers. */
const fewestForRow = 160;
/** Title, heads and legend of the difference. */
const linesAroundDifference = 3;
const widestLabel = 12;
const numberWidth = 5;

/** Two sentences side by side: the aligned tokens, the selected head's weights in A and in B, B − A, and the heads ranked by change.
 *  If not all fit, A and B or the difference; if the numbers of A and B do not fit side by side, one of the three. */
export function sentencesView(input: SentencesInput): Row[] {
  const { a, b, size } = input;
  if (a.queries.length === 0 || a.keys.length === 0) return lines('type the first sentence', size);
  if (b.queries.length === 0 || b.keys.length === 0) return rowsWithoutB(input);
  const [inFront] = frontAndNext(input.inFront, areBeside(input, size.widthCells));
  const compared = compareSentences({ ...input, inFront });
  const rows = size.heightCells < fewestForAlignment ? [] : alignedRows(compared);
  const left = { widthCells: size.widthCells, heightCells: size.heightCells - rows.length };
  return [...rows, ...bodyRows(compared, left)].slice(0, size.heightCells);
}

function lines(text: string, size: Size): Row[] {
  return wrappedRows(text, size.widthCells, 'strong').slice(0, size.heightCells);
}

function rowsWithoutB(input: SentencesInput): Row[] {
  const { size } = input;
  const empty = 'B is empty: type the second sentence into its line (from the panes: {second-line})';
  const words = lines(withKeys(empty, input.keyOf), size);
  const rest = { widthCells: size.widthCells, heightCells: size.heightCells - words.length - 1 };
  return [...words, [], ...rowsOfA(input, rest)].slice(0, size.heightCells);
}

/** The tokens of both; in attention to another text the queries, or the keys if only they differ. */
function alignedRows({ a, b, queries, keys, queryIndex, keyIndex, size }: ComparedSentences): Row[] {
  const common = { widthCells: size.widthCells };
  const isOfKeys = queries.every(({ isSame }) => isSame) && keys.some(({ isSame }) => !isSame);
  return isOfKeys
    ? alignmentRows({ ...common, a: a.keys, b: b.keys, pairs: keys, selected: keyIndex })
    : alignmentRows({ ...common, a: a.queries, b: b.queries, pairs: queries, selected: queryIndex });
}

function bodyRows(compared: ComparedSentences, size: Size): Row[] {
  if (size.widthCells < fewestWithSide) return narrowRows(compared, size);
  // The difference gets wider cells without A and B.
  if (compared.inFront === 'difference') return oneRow(compared, size);
  if (fitsInRow(compared, size)) return rowOfThree(compared, size);
  const isTall = size.heightCells >= fewestForTwo && areBeside(compared, compared.size.widthCells);
  return isTall ? twoRows(compared, size) : oneRow(compared, size);
}

/** Whether the cells of all three matrices have room for numbers beside one another. */
function fitsInRow({ a, b, keys }: ComparedSentences, { widthCells }: Size): boolean {
  const columns = Math.max(a.keys.length, b.keys.length, keys.length);
  const room = Math.floor((widthCells - sideWidth) / 3) - gap - widestLabel;
  return widthCells >= fewestForRow && columns * numberWidth <= room;
}

function rowOfThree(compared: ComparedSentences, size: Size): Row[] {
  const width = Math.floor((size.widthCells - sideWidth) / 3);
  const part = { widthCells: width - gap, heightCells: size.heightCells - 2 };
  const maps = [rowsOfA(compared, part), rowsOfB(compared, part), differenceRows(compared, part)];
  const left = sideBySide(maps, width);
  return [selectedLine(compared, size.widthCells), [], ...withRanking(compared, left, 3 * width, part.heightCells)];
}

/** A and B above, the difference and the heads below; the upper half is larger where the lower one does not need its room. */
function twoRows(compared: ComparedSentences, size: Size): Row[] {
  const room = size.heightCells - 1;
  const upperRoom = Math.max(Math.floor(room / 2), room - compared.queries.length - linesAroundDifference);
  const upper = sidesRows(compared, { ...size, heightCells: upperRoom });
  const heightCells = size.heightCells - 1 - upper.length;
  const width = size.widthCells - sideWidth;
  const lower = differenceRows(compared, { widthCells: width - gap, heightCells });
  return [selectedLine(compared, size.widthCells), ...upper, ...withRanking(compared, lower, width, heightCells)];
}

/** Either A and B or the difference, the heads at the side. */
function oneRow(compared: ComparedSentences, size: Size): Row[] {
  const width = size.widthCells - sideWidth;
  const heightCells = size.heightCells - 1;
  const front = frontRows(compared, { widthCells: width - gap, heightCells });
  const hint = hintText(compared);
  const line = selectedLine(compared, size.widthCells - widthOf(hint) - gap);
  return [withHint(line, hint, size.widthCells), ...withRanking(compared, front, width, heightCells)];
}

/** Like `oneRow`, with the heads that change most on one line. */
function narrowRows(compared: ComparedSentences, size: Size): Row[] {
  const hint = hintText(compared);
  const heads = withHint(rankingLine(compared, size.widthCells - widthOf(hint) - gap), hint, size.widthCells);
  // If room is shortest, the marked cell must do.
  const head = size.heightCells < 9 ? [heads] : [selectedLine(compared, size.widthCells), heads];
  return [...head, ...frontRows(compared, { ...size, heightCells: size.heightCells - head.length })];
}

function frontRows(compared: ComparedSentences, size: Size): Row[] {
  if (compared.inFront === 'difference') return differenceRows(compared, size);
  if (areBeside(compared, compared.size.widthCells)) return sidesRows(compared, size);
  return compared.inFront === 'A' ? rowsOfA(compared, size) : rowsOfB(compared, size);
}

function sidesRows(compared: ComparedSentences, size: Size): Row[] {
  const part = { widthCells: halfOf(size.widthCells), heightCells: size.heightCells };
  return sideBySide([rowsOfA(compared, part), rowsOfB(compared, part)], part.widthCells + 1);
}

/** What is shown, and what the key shows next. */
function hintText(compared: ComparedSentences): string {
  const isBeside = areBeside(compared, compared.size.widthCells);
  const [now, next] = frontAndNext(compared.inFront, isBeside);
  const nameOf = (front: Front) => (front === 'difference' ? 'B − A' : isBeside ? 'A and B' : front);
  return `${nameOf(now)} shown · ${compared.keyOf('difference')}: ${nameOf(next)}`;
}

/** The row with a hint at its right end. */
function withHint(row: Row, hint: string, widthCells: number): Row {
  const used = rowWidth(row);
  return [...row, cell(' '.repeat(Math.max(0, widthCells - used - widthOf(hint)))), cell(hint, 'dim')];
}

/** The rows, `widthCells` wide, with the heads at their right. */
function withRanking(
  compared: ComparedSentences,
  rows: readonly Row[],
  widthCells: number,
  heightCells: number,
): Row[] {
  const heads = rankingRows(compared, { widthCells: sideWidth, heightCells });
  return sideBySide([rows, heads], [widthCells, 0]);
}
