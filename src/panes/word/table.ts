import type { WordContrast } from '../../core/measures/word-contrast.ts';
import type { StaticSide } from '../../explorer/static-side.ts';
import { cutEnd, cutMiddle, padEnd, padStart, visibleText } from '../../text/fitted-text.ts';
import { cell, type Row } from '../kit/cells.ts';
import { counted, fixed } from '../kit/format.ts';
import { windowAround } from '../kit/viewport.ts';
import type { PositionKind } from './conclusion.ts';
import { fitting } from './fitting.ts';

const stageWidth = 22;
const numberWidth = 9;
const staticNotes = ['Word2Vec and GloVe give only this kind', 'like Word2Vec'];
const inputNotes = ['no context yet'];

const cosineNames = ['cosine', 'control', 'moved', 'movedControl', 'baseline', 'shuffled'] as const;

/** A column of cosines, with its meaning. */
interface Column {
  readonly name: (typeof cosineNames)[number];
  readonly title: string;
  /** null: the sentences below the table say it. */
  readonly meaning: string | null;
}

/** The columns that have numbers or are to get some, as many as fit. */
export function columnsOf({ movedTo, controlProblem }: WordContrast, widthCells: number): readonly Column[] {
  const at = `@${movedTo}`;
  const words: Readonly<Record<Column['name'], readonly [title: string, meaning: string | null]>> = {
    cosine: ['A–B', null],
    control: ['A–C', null],
    moved: [`A–B ${at}`, `${at}: word at position ${movedTo}`],
    movedControl: [`A–C ${at}`, null],
    baseline: ['others', 'others: other tokens'],
    shuffled: ['shuffled', 'shuffled: random word order'],
  };
  const isThere = (name: Column['name']) =>
    (controlProblem === null || (name !== 'control' && name !== 'movedControl')) &&
    (movedTo !== null || (name !== 'moved' && name !== 'movedControl'));
  const count = Math.max(1, Math.floor((widthCells - stageWidth) / numberWidth));
  return cosineNames
    .filter(isThere)
    .slice(0, count)
    .map((name) => ({ name, title: words[name][0], meaning: words[name][1] }));
}

export function tableWidth(columns: readonly Column[]): number {
  return stageWidth + columns.length * numberWidth;
}

export function titleRow(columns: readonly Column[], widthCells: number): Row {
  const names = columns.map(({ title }) => padStart(title, numberWidth)).join('');
  return [cell(cutEnd(padEnd('  cosine', stageWidth) + names, widthCells), 'dim')];
}

/** What the columns mean. */
export function legendText(columns: readonly Column[]): string {
  return columns.flatMap(({ meaning }) => meaning ?? []).join('; ');
}

export interface TableLine {
  readonly row: Row;
  readonly isSelected: boolean;
  /** Whether it comes before the first layer. */
  readonly isStart: boolean;
}

/** A line per stage; the file's vectors follow the model's own static ones. */
export function tableLines(
  { stages, layer, hasControls }: WordContrast,
  columns: readonly Column[],
  {
    fromFile,
    positions,
    widthCells,
  }: { readonly fromFile: StaticSide | null; readonly positions: PositionKind; readonly widthCells: number },
): TableLine[] {
  const number = (value: number | null) => padStart(fixed(value ?? Number.NaN, 3), numberWidth);
  const awaited = padStart('…', numberWidth);
  const isKnown = (of: Column['name']) => hasControls || of === 'cosine' || of === 'baseline';
  const room = widthCells - tableWidth(columns) - 2;
  const line = (name: string, numbers: string, own: number | null, note: string): TableLine => {
    const isSelected = own === layer;
    const label = padEnd(`${isSelected ? '▸' : ' '} ${cutMiddle(name, stageWidth - 2)}`, stageWidth);
    const text = cell(cutEnd(label + numbers, widthCells), isSelected ? 'accent' : 'plain');
    return { row: note === '' ? [text] : [text, cell(`  ${note}`, 'dim')], isSelected, isStart: own === null };
  };
  return stages.flatMap((stage) => {
    const { part, layer: own } = stage;
    const name = part === 'input' && positions === 'added' ? 'embedding + position' : stage.stage;
    const note = part === 'static' ? fitting(staticNotes, room) : part === 'input' ? fitting(inputNotes, room) : '';
    const shown = line(
      name,
      columns.map(({ name: of }) => (isKnown(of) ? number(stage[of]) : awaited)).join(''),
      own,
      note,
    );
    if (part !== 'static' || fromFile === null) return [shown];
    const numbers = columns
      .map(({ name: of }) => (of === 'cosine' || of === 'baseline' ? number(fromFile[of]) : ' '.repeat(numberWidth)))
      .join('');
    const fileNote = fromFile.cosine === null ? 'this word is not in the file' : 'one vector per spelling';
    return [shown, line(visibleText(fromFile.label), numbers, null, fitting([fileNote], room))];
  });
}

/** All lines, or those around the selected layer's end after the input, from which the conclusion counts; with a count of the rest. */
export function linesToShow(lines: readonly TableLine[], room: number): Row[] {
  if (room >= lines.length) return lines.map(({ row }) => row);
  const starts = lines.filter(({ isStart }) => isStart);
  const rest = lines.filter(({ isStart }) => !isStart);
  const last = Math.max(
    0,
    rest.findLastIndex(({ isSelected }) => isSelected),
  );
  // The few lines show the stage that the conclusion is about.
  if (room <= 2) return rest.slice(Math.max(0, last + 1 - room), last + 1).map(({ row }) => row);
  const kept = starts.slice(Math.max(0, starts.length - (room - 3)));
  const { start, end } = windowAround(rest.length, room - kept.length - 1, last);
  const shown = [...kept, ...rest.slice(start, end)];
  const more = cell(`  … ${counted(lines.length - shown.length, 'more stage')}`, 'dim');
  return [...shown.map(({ row }) => row), [more]];
}
