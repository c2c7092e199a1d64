import { isSigned } from '../../core/measures/ablation-effect.ts';
import { cutEnd, wrapWords } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, rowText, rowWidth, type Size, type Tone, wrappedRows } from '../kit/cells.ts';
import { counted } from '../kit/format.ts';
import { sideBySide } from '../kit/side-by-side.ts';
import { type AblationListInput, ablationList, ablationListCells, otherColumns } from './list.ts';
import { type AblationMapInput, ablationMap, mapCells } from './map.ts';
import { caveat, definitions, missingTargets, type TargetInput, targetLines } from './words.ts';

export interface AblationInput extends AblationMapInput, AblationListInput {
  readonly total: number;
  readonly target: TargetInput;
  /** Sentences about the changes that effects are measured on top of; [] without changes. */
  readonly changes: readonly string[];
  /** What is wrong with a chosen token; null: nothing. */
  readonly problem: string | null;
  /** What to say while nothing is measured. */
  readonly invitation: string;
  readonly isRunning: boolean;
  readonly size: Size;
}

/** Fewest rows of a list below the map, with its heading, and fewest cells beside it: `> 12 L10 H11 1.2e-5`. */
const fewestListRows = 4;
const fewestListCells = 22;
const gap = 2;

/** The effect of switching each head off: a map of layers and heads, and the heads from the largest effect down. */
export function ablationView(input: AblationInput): Row[] {
  const { effects, isRunning, invitation, size, headCounts } = input;
  const heading = headingRows(input);
  const left = Math.max(0, size.heightCells - heading.length);
  // Notes take only rows that neither map nor list needs.
  const wanted = fitsBeside(input)
    ? Math.max(headCounts.length + 2, Math.min(effects.length + 1, listRowsFirst))
    : headCounts.length + 2 + listRowsFirst;
  const notes = wrappedRows(caveat, size.widthCells, 'dim');
  const hasNotes = effects.length > 0 && wanted + 2 + notes.length <= left;
  const room = { widthCells: size.widthCells, heightCells: hasNotes ? left - notes.length - 2 : left };
  const body =
    effects.length === 0 && !isRunning
      ? wrappedRows(invitation, size.widthCells, 'dim')
      : fitsBeside(input)
        ? beside(input, room)
        : below(input, room);
  return [...heading, ...body, ...(hasNotes ? [[], ...columnNote(input, body), ...notes] : [])].slice(
    0,
    size.heightCells,
  );
}

/** Rows of the list that come before the notes. */
const listRowsFirst = 9;

function fitsBeside(input: AblationInput): boolean {
  return mapCells(input, 'least') + gap + fewestListCells <= input.size.widthCells;
}

/** Puts the list right of the map, which keeps room for all heads of a layer. */
function beside(input: AblationInput, { widthCells, heightCells }: Size): Row[] {
  const wanted = Math.max(fewestListCells, Math.min(ablationListCells(input), Math.floor(widthCells / 2)));
  const spaced = isSigned(input.measure) ? Math.min(mapCells(input, 'spaced'), widthCells - gap - fewestListCells) : 0;
  const mapRoom = Math.max(mapCells(input, 'least'), spaced, widthCells - gap - wanted);
  const map = ablationMap(input, { widthCells: mapRoom, heightCells });
  const mapWidth = Math.max(...map.map(rowWidth)) + gap;
  const list = ablationList(input, { widthCells: widthCells - mapWidth, heightCells });
  return sideBySide([map, list], [mapWidth, 0]);
}

function below(input: AblationInput, { widthCells, heightCells }: Size): Row[] {
  const wanted = input.headCounts.length + 2;
  const mapHeight = Math.min(wanted, Math.max(3, heightCells - fewestListRows));
  const map = ablationMap(input, { widthCells, heightCells: mapHeight });
  return [...map, ...ablationList(input, { widthCells, heightCells: Math.max(0, heightCells - map.length) })];
}

/** What is measured, what an effect is, how far it is, and what else is changed. */
function headingRows(input: AblationInput): Row[] {
  const { effects, total, target, isRunning, size, problem, changes } = input;
  const line = (text: string, tone: Tone): Row => [cell(cutEnd(text, size.widthCells), tone)];
  const count = `${effects.length} of ${counted(total, target.model.decoder === null ? 'head' : 'encoder head')}`;
  const lines = targetLines(target, effects[0]);
  const progress = isRunning ? `measuring: ${count}` : effects.length < total ? `stopped at ${count}` : count;
  const missing = missingTargets(target.model);
  const said = [`${progress} by size`, ...(missing === '' ? [] : [missing])].join(' · ');
  return [
    line(lines.find((one) => widthOf(one) <= size.widthCells) ?? lines.at(-1) ?? '', 'strong'),
    line(definitions[target.measure], 'plain'),
    ...(effects.length === 0 && !isRunning ? [] : [line(said, isRunning ? 'accent' : 'dim')]),
    ...(problem === null ? [] : [line(`${problem}; the most probable token counts`, 'warning')]),
    ...(changes.length === 0 ? [] : changeRows(`on top of your changes: ${changes.join('; ')}`, size.widthCells)),
  ];
}

/** A sentence in at most three rows. */
function changeRows(text: string, widthCells: number): Row[] {
  const lines = wrapWords(text, widthCells);
  const shown =
    lines.length <= mostChangeRows
      ? lines
      : [...lines.slice(0, mostChangeRows - 1), lines.slice(mostChangeRows - 1).join(' ')];
  return shown.map((line): Row => [cell(cutEnd(line, widthCells), 'warning')]);
}

const mostChangeRows = 3;

/** What the columns that the definition does not name are, of those in view. */
function columnNote({ measure, size }: AblationInput, body: readonly Row[]): Row[] {
  const isShown = (title: string) => body.some((row) => rowText(row).includes(` ${title}`));
  const notes = otherColumns[measure].flatMap(({ title, note }) => (note === undefined || !isShown(title) ? [] : note));
  return notes.length === 0 ? [] : [[cell(cutEnd(notes.join('; '), size.widthCells), 'dim')]];
}
