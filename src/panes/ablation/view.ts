import { cutEnd } from '../../text/fitted-text.ts';
import { cell, type Row, rowWidth, type Size, type Tone, wrappedRows } from '../kit/cells.ts';
import { fixed } from '../kit/format.ts';
import { predictedToken } from '../kit/names.ts';
import { sideBySide } from '../kit/side-by-side.ts';
import { type AblationListInput, ablationList, ablationListCells } from './list.ts';
import { type AblationMapInput, ablationMap, fewestMapCells } from './map.ts';

export interface AblationInput extends AblationMapInput, AblationListInput {
  readonly total: number;
  /** One line: what the effects measure. */
  readonly measuredOn: string;
  /** What to say while nothing is measured. */
  readonly invitation: string;
  readonly tokenText: (id: number) => string;
  readonly isRunning: boolean;
  readonly size: Size;
}

/** Fewest rows of a list below the map, with its heading, and fewest cells beside it: `> 12 L10 H11 1.2e-5`. */
const fewestListRows = 4;
const fewestListCells = 22;
const gap = 2;

/** The effect of switching each head off: a map of layers and heads, and the heads from the largest effect down. */
export function ablationView(input: AblationInput): Row[] {
  const { effects, isRunning, invitation, size } = input;
  const heading = headingRows(input);
  const room = { widthCells: size.widthCells, heightCells: Math.max(0, size.heightCells - heading.length) };
  const body =
    effects.length === 0 && !isRunning
      ? wrappedRows(invitation, size.widthCells, 'dim')
      : fewestMapCells(input) + gap + fewestListCells <= size.widthCells
        ? beside(input, room)
        : below(input, room);
  return [...heading, ...body].slice(0, size.heightCells);
}

/** Puts the list right of the map, which keeps room for all heads of a layer. */
function beside(input: AblationInput, { widthCells, heightCells }: Size): Row[] {
  const wanted = Math.max(fewestListCells, Math.min(ablationListCells(input), Math.floor(widthCells / 2)));
  const mapRoom = Math.max(fewestMapCells(input), widthCells - gap - wanted);
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

/** What is measured, how far it is, and whose probability it follows. */
function headingRows(input: AblationInput): Row[] {
  const { effects, total, measuredOn, isRunning, size } = input;
  const line = (text: string, tone: Tone): Row => [cell(cutEnd(text, size.widthCells), tone)];
  const count = `${effects.length} of ${total} heads`;
  const progress = isRunning ? `measuring: ${count}` : effects.length < total ? `stopped at ${count}` : count;
  const rows = [line(measuredOn, 'strong')];
  if (effects.length === 0 && !isRunning) return rows;
  const said = [progress, ...predictionWords(input)].join(' · ');
  rows.push(line(said, isRunning ? 'accent' : 'dim'));
  return rows;
}

function predictionWords({ effects, tokenText, measure }: AblationInput): string[] {
  const prediction = effects.find((one) => one.prediction !== null)?.prediction ?? null;
  if (prediction === null || measure !== 'prediction') return [];
  return [`most probable: ${predictedToken(tokenText(prediction.id))}, p ${fixed(prediction.before, 3)}`];
}
