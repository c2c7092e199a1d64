import { plot } from 'asciichart';
import type { StageContrast, WordContrast } from '../../core/measures/word-contrast.ts';
import { cutEnd, padEnd } from '../../text/fitted-text.ts';
import { type Cell, cell, type Row, type Size } from '../kit/cells.ts';
import { placeText } from './heading.ts';

/** asciichart's signs, in its order, for the word's curve and the baseline's: the two differ even without colours. */
const wordSigns = ['┼', '┤', '╶', '╴', '─', '╰', '╭', '╮', '╯', '│'];
const otherSigns = ['┼', '┤', '┄', '┄', '┄', '┄', '┄', '┄', '┄', '┊'];
/** `  1.00 ┤` */
const axisWidth = 8;

/** The word's cosine from stage to stage, and that of other tokens as a second curve; no rows if a number is missing or room is short. */
export function wordCurve({ stages, a, b }: Pick<WordContrast, 'stages' | 'a' | 'b'>, size: Size): Row[] {
  const step = Math.floor((size.widthCells - axisWidth) / stages.length);
  const cosines = stages.flatMap(({ cosine }) => cosine ?? []);
  const baselines = stages.flatMap(({ baseline }) => baseline ?? []);
  if (stages.length < 2 || step < 1 || size.heightCells < 6 || cosines.length < stages.length) return [];
  const minimum = Math.min(0, ...cosines, ...baselines);
  const draw = (values: readonly number[], itsSigns: readonly string[]) =>
    plot(
      values.flatMap((value) => new Array<number>(step).fill(value)),
      {
        height: size.heightCells - 3,
        min: minimum,
        max: 1,
        format: (value: number) => value.toFixed(2).padStart(axisWidth - 2),
        symbols: itsSigns,
      },
    ).split('\n');
  const lines = draw(cosines, wordSigns);
  const under = baselines.length < stages.length ? [] : draw(baselines, otherSigns);
  return [
    [cell(cutEnd(`${placeText('A', a)} and ${placeText('B', b)} ──  others ┄┄`, size.widthCells), 'dim')],
    ...lines.map((line, index) => laidOver(line, under[index] ?? '')),
    [
      cell(' '.repeat(axisWidth)),
      cell(
        stages
          .map((one) => shortName(one, step))
          .join('')
          .trimEnd(),
        'dim',
      ),
    ],
  ];
}

/** One line of the upper curve over the lower one. */
function laidOver(line: string, under: string): Row {
  const [upper, lower] = [Array.from(line), Array.from(under)];
  const width = Math.max(upper.length, lower.length);
  const pieces = Array.from({ length: width }, (_, at) => {
    const isUpper = at < axisWidth || (upper[at] ?? ' ') !== ' ';
    return isUpper ? cell(upper[at] ?? ' ') : cell(lower[at] ?? ' ', 'dim');
  });
  // Joins neighbours of the same tone into one cell.
  const row: Cell[] = [];
  for (const piece of pieces) {
    const last = row.at(-1);
    if (last?.tone === piece.tone) row[row.length - 1] = cell(last.text + piece.text, last.tone);
    else row.push(piece);
  }
  return row;
}

/** static, input, L0 att, L0 out; one name for a layer if room is short. A name that does not fit is left out. */
function shortName({ stage, layer, part }: StageContrast, step: number): string {
  const within = (name: string, widthCells: number) => padEnd(name.length < widthCells ? name : '', widthCells);
  if (layer === null) return within(part === 'static' ? 'static' : stage, step);
  const name = `L${layer}`;
  if (step > name.length + 4) return within(`${name} ${part === 'attention' ? 'att' : 'out'}`, step);
  return part === 'attention' ? within(name, 2 * step) : '';
}
