import { cutEnd, padEnd } from '../../text/fitted-text.ts';
import { type Cell, cell, type Row, rowWidth, type Size, valueCell, wrappedRows } from '../kit/cells.ts';
import { bar } from '../kit/format.ts';
import { headName, isSameHead } from '../kit/names.ts';
import { pageOf, windowText } from '../kit/viewport.ts';
import { changeText, rankedRows, type SentencesInput } from './parts.ts';

const nameWidth = 9;
const numberWidth = 4;

/** How the change is defined, for a reader.  @see headChange */
const definition = 'change: half the sum over keys of |B − A| (total variation): 0 identical, 1 disjoint';

/** The heads by change, a line each, the selected one marked; below, the definition. */
export function rankingRows(input: SentencesInput, size: Size): Row[] {
  const { ranked, isAblated, selection } = input;
  const words = wrappedRows(definition, size.widthCells, 'dim');
  const title = [
    ...wrappedRows('heads by change', size.widthCells - 1, 'strong'),
    ...wrappedRows(rankedRows(input), size.widthCells - 1, 'dim'),
  ].map((row): Row => [cell(' '), ...row]);
  const hasWords = title.length + ranked.length + 1 + words.length <= size.heightCells;
  const isWhole = title.length + ranked.length <= size.heightCells;
  const room = Math.max(1, size.heightCells - title.length - Number(!isWhole));
  const at = ranked.findIndex((one) => isSameHead(one, selection));
  const page = pageOf(ranked.length, room, Math.max(0, at));
  const rows = ranked.slice(page.start, page.end).map((one): Row => {
    const isMarked = isSameHead(one, selection);
    const isOff = isAblated(one.layer, one.head) ? ' x' : '';
    const number = changeText(one).padStart(numberWidth);
    const barRoom = size.widthCells - nameWidth - numberWidth - 1;
    const label = `${isMarked ? '▸' : ' '}${headName(one)}${isOff}`;
    return [
      valueCell(padEnd(label, nameWidth) + number, {}, isMarked),
      cell(` ${bar(one.change ?? 0, barRoom)}`, 'dim'),
    ];
  });
  const cut: Row[] = isWhole ? [] : [[cell(windowText('heads', page, ranked.length).slice(1), 'dim')]];
  return [...title, ...rows, ...cut, ...(hasWords ? [[], ...words] : [])].slice(0, size.heightCells);
}

/** `most changed, mean over rows: L0 H3 0.42  L1 H0 0.40  L0 H1 0.31  5 more`, as many of them as fit. */
export function rankingLine(input: SentencesInput, widthCells: number): Row {
  const { ranked } = input;
  if (ranked.length === 0) return [];
  const heads = ranked.map((one): Cell => {
    const isMarked = isSameHead(one, input.selection);
    return cell(` ${isMarked ? '▸' : ' '}${headName(one)} ${changeText(one)}`, isMarked ? 'accent' : 'plain');
  });
  const rows = rankedRows(input);
  const titles = [` most changed, ${rows}:`, ` ${rows}:`];
  const lines = titles.flatMap((title) =>
    [3, 2, 1].map((most): Row => {
      const count = Math.min(most, heads.length);
      const more = count < heads.length ? `  ${heads.length - count} more` : '';
      return [cell(title, 'dim'), ...heads.slice(0, count), cell(more, 'dim')];
    }),
  );
  return (
    lines.find((line) => rowWidth(line) <= widthCells) ?? [cell(cutEnd(` most changed, ${rows}`, widthCells), 'dim')]
  );
}
