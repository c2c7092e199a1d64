import type { StageContrast, WordContrast } from '../../core/measures/word-contrast.ts';
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

/** A column of cosines, with its meaning. */
interface Column {
  readonly title: string;
  readonly meaning: string | null;
  readonly of: (stage: StageContrast) => number | null;
}

/** The columns that have numbers or are to get some, as many as fit. */
export function columnsOf(contrast: WordContrast, widthCells: number): readonly Column[] {
  const { movedTo, controlProblem } = contrast;
  const hasC = controlProblem === null;
  const at = movedTo === null ? '' : ` @${movedTo}`;
  const columns: Column[] = [
    { title: 'A–B', meaning: null, of: ({ cosine }) => cosine },
    ...(hasC ? [{ title: 'A–C', meaning: null, of: ({ control }: StageContrast) => control }] : []),
    ...(at === ''
      ? []
      : [
          {
            title: `A–B${at}`,
            meaning: `${at.trim()}: the word at position ${movedTo}`,
            of: ({ moved }: StageContrast) => moved,
          },
        ]),
    ...(at === '' || !hasC
      ? []
      : [{ title: `A–C${at}`, meaning: null, of: ({ movedControl }: StageContrast) => movedControl }]),
    { title: 'others', meaning: 'others: other tokens', of: ({ baseline }) => baseline },
    { title: 'shuffled', meaning: 'shuffled: random word order', of: ({ shuffled }) => shuffled },
  ];
  return columns.slice(0, Math.max(1, Math.floor((widthCells - stageWidth) / numberWidth)));
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
}

/** A line per stage; the file's vectors follow the model's own static ones. */
export function tableLines(
  { stages, layer }: WordContrast,
  columns: readonly Column[],
  {
    fromFile,
    positions,
    widthCells,
  }: { readonly fromFile: StaticSide | null; readonly positions: PositionKind; readonly widthCells: number },
): TableLine[] {
  const number = (value: number | null) => padStart(fixed(value ?? Number.NaN, 3), numberWidth);
  const room = widthCells - tableWidth(columns) - 2;
  const line = (name: string, numbers: string, isSelected: boolean, note: string): TableLine => {
    const label = padEnd(`${isSelected ? '▸' : ' '} ${cutMiddle(name, stageWidth - 2)}`, stageWidth);
    const text = cell(cutEnd(label + numbers, widthCells), isSelected ? 'accent' : 'plain');
    return { row: note === '' ? [text] : [text, cell(`  ${note}`, 'dim')], isSelected };
  };
  return stages.flatMap((stage) => {
    const { part, layer: own } = stage;
    const name = part === 'input' && positions === 'added' ? 'embedding + position' : stage.stage;
    const note = part === 'static' ? fitting(staticNotes, room) : part === 'input' ? fitting(inputNotes, room) : '';
    const shown = line(name, columns.map(({ of }) => number(of(stage))).join(''), own === layer, note);
    if (part !== 'static' || fromFile === null) return [shown];
    const values = columns.map(({ title }) =>
      title === 'A–B' ? fromFile.cosine : title === 'others' ? fromFile.baseline : undefined,
    );
    const numbers = values.map((value) => (value === undefined ? ' '.repeat(numberWidth) : number(value))).join('');
    const fileNote = fromFile.cosine === null ? 'this word is not in the file' : 'one vector per spelling';
    return [shown, line(visibleText(fromFile.label), numbers, false, fitting([fileNote], room))];
  });
}

/** All lines, or the first and those around the selected layer's, with a count of the rest. */
export function linesToShow(lines: readonly TableLine[], room: number): Row[] {
  if (room >= lines.length) return lines.map(({ row }) => row);
  const [first, ...rest] = lines;
  if (room <= 0 || first === undefined) return [];
  const last = Math.max(
    0,
    rest.findLastIndex(({ isSelected }) => isSelected),
  );
  // The few lines show the stage that the conclusion is about.
  if (room <= 2) return rest.slice(Math.max(0, last + 1 - room), last + 1).map(({ row }) => row);
  const { start, end } = windowAround(rest.length, room - 2, last);
  const more = cell(`  … ${counted(rest.length - (end - start), 'more stage')}`, 'dim');
  return [first.row, ...rest.slice(start, end).map(({ row }) => row), [more]];
}
