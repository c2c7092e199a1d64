import type { AlignedPair } from '../../core/measures/alignment.ts';
import { labelAt, type TokenView } from '../../explorer/token-view.ts';
import { cutMiddle, padEnd } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { type Cell, cell, type Row, rowWidth } from '../kit/cells.ts';
import { editSign } from './labels.ts';

export interface AlignmentInput {
  readonly a: readonly TokenView[];
  readonly b: readonly TokenView[];
  readonly pairs: readonly AlignedPair[];
  /** The selected pair, always in view. */
  readonly selected: number;
  readonly widthCells: number;
}

interface Column {
  readonly a: string;
  readonly b: string;
  readonly mark: string;
  readonly widthCells: number;
}

const longestLabel = 16;
const nameWidth = 2;
/** `12…`: how many columns are out of view. */
const countWidth = 4;

/** Three rows: the tokens of A, the signs of edits, the tokens of B; aligned tokens share a column, and those out of view are counted. */
export function alignmentRows({ a, b, pairs, selected, widthCells }: AlignmentInput): Row[] {
  const columns = pairs.map((pair): Column => {
    const textA = pair.a === null ? '' : cutMiddle(labelAt(a, pair.a), longestLabel);
    const textB = pair.b === null ? '' : cutMiddle(labelAt(b, pair.b), longestLabel);
    const width = Math.max(widthOf(textA), widthOf(textB), 1);
    return { a: textA, b: textB, mark: editSign(pair), widthCells: width + 2 };
  });
  const room = widthCells - nameWidth;
  const shown = columnsAround(columns, selected, room);
  const before = shown.start > 0 ? `${shown.start}…` : '';
  const after = shown.end < columns.length ? `…${columns.length - shown.end}` : '';
  const line = (name: string, textOf: (column: Column) => string, isMarks: boolean): Row => [
    cell(padEnd(name, nameWidth), 'strong'),
    cell(isMarks ? ' '.repeat(widthOf(before)) : before, 'dim'),
    ...columns.slice(shown.start, shown.end).map((column, index): Cell => {
      const isSelected = shown.start + index === selected;
      const text = textOf(column);
      const pointer = isSelected && !isMarks && text !== '' ? '▸' : ' ';
      const tone = isMarks ? 'strong' : isSelected ? 'accent' : column.mark === '' ? 'plain' : 'strong';
      return cell(padEnd(pointer + text, column.widthCells), tone);
    }),
    cell(isMarks ? '' : after, 'dim'),
  ];
  const marks = line('', ({ mark }) => mark, true);
  const used = rowWidth(marks) + widthOf(after);
  const words = `  ${marksText(pairs)}`;
  return [
    line('A', (column) => column.a, false),
    used + widthOf(words) <= widthCells ? [...marks, cell(words, 'dim')] : marks,
    line('B', (column) => column.b, false),
  ];
}

/** The signs in the row with their meaning. */
function marksText(pairs: readonly AlignedPair[]): string {
  const kinds = [
    { sign: '≠', words: 'replaced' },
    { sign: '−', words: 'only in A' },
    { sign: '+', words: 'only in B' },
  ];
  const marks = new Set(pairs.map((pair) => editSign(pair)));
  const there = kinds.filter(({ sign }) => marks.has(sign));
  return there.length === 0 ? 'the same tokens' : there.map(({ sign, words }) => `${sign} ${words}`).join('  ');
}

/** The columns that fit around the selected one, taken alternately after and before it. */
function columnsAround(columns: readonly Column[], selected: number, room: number): { start: number; end: number } {
  const total = columns.reduce((sum, column) => sum + column.widthCells, 0);
  if (total <= room) return { start: 0, end: columns.length };
  let left = room - countWidth * 2 - (columns[selected]?.widthCells ?? 0);
  let [start, end] = [selected, selected + 1];
  for (;;) {
    const next = columns[end]?.widthCells ?? Infinity;
    const previous = columns[start - 1]?.widthCells ?? Infinity;
    const takesNext = next <= left && (end - selected <= selected - start || previous > left);
    if (!takesNext && previous > left) return { start, end };
    left -= takesNext ? next : previous;
    if (takesNext) end += 1;
    else start -= 1;
  }
}
