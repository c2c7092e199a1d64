import type { HeadIndex } from '../../core/interventions.ts';
import type { HeadChange } from '../../core/measures/attention-difference.ts';
import { cutEnd, padEnd } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { type Cell, cell, type Row, type Size, valueCell, wrappedRows } from '../kit/cells.ts';
import { bar, fixed } from '../kit/format.ts';
import { headName, isSameHead } from '../kit/names.ts';
import { pageOf } from '../kit/viewport.ts';

export interface RankingInput {
  /** In display order. */
  readonly ranked: readonly HeadChange[];
  readonly isAblated: (layer: number, head: number) => boolean;
  readonly selection: HeadIndex;
}

const nameWidth = 9;
const numberWidth = 4;

/** How the change is defined, for a reader.  @see headChange */
const definition =
  'change: half the sum over keys of |B − A|, mean over queries (total variation): 0 identical, 1 disjoint';

/** The heads by change, a line each, the selected one marked; below, the definition. */
export function rankingRows(input: RankingInput, size: Size): Row[] {
  const { ranked } = input;
  const words = wrappedRows(definition, size.widthCells, 'dim');
  const hasWords = 1 + ranked.length + 1 + words.length <= size.heightCells;
  const room = Math.max(1, size.heightCells - 1);
  const at = ranked.findIndex((one) => isSameHead(one, input.selection));
  const page = pageOf(ranked.length, room, Math.max(0, at));
  const rows = ranked.slice(page.start, page.end).map((one): Row => {
    const isMarked = isSameHead(one, input.selection);
    const isOff = input.isAblated(one.layer, one.head) ? ' x' : '';
    const number = fixed(one.change ?? Number.NaN, 2).padStart(numberWidth);
    const barRoom = size.widthCells - nameWidth - numberWidth - 1;
    const label = `${isMarked ? '▸' : ' '}${headName(one)}${isOff}`;
    return [
      valueCell(padEnd(label, nameWidth) + number, {}, isMarked),
      cell(` ${bar(one.change ?? 0, barRoom)}`, 'dim'),
    ];
  });
  const title: Row = [cell(cutEnd(' heads by change', size.widthCells), 'strong')];
  return [title, ...rows, ...(hasWords ? [[], ...words] : [])].slice(0, size.heightCells);
}

/** `most changed, 0 to 1: L0 H3 0.42  L1 H0 0.40  L0 H1 0.31`, as many of them as fit. */
export function rankingLine(input: RankingInput, widthCells: number): Row {
  const { ranked } = input;
  if (ranked.length === 0) return [];
  const title = ' most changed, 0 to 1:';
  const row: Cell[] = [cell(title, 'dim')];
  let used = widthOf(title);
  for (const one of ranked.slice(0, 3)) {
    const isMarked = isSameHead(one, input.selection);
    const pointer = isMarked ? '▸' : ' ';
    const text = ` ${pointer}${headName(one)} ${fixed(one.change ?? Number.NaN, 2)}`;
    used += widthOf(text);
    if (used > widthCells) break;
    row.push(cell(text, isMarked ? 'accent' : 'plain'));
  }
  return row.length === 1 ? [] : row;
}
