import { softmaxRows } from '../../tensor/softmax.ts';
import { blockRow, type Tensor } from '../../tensor/tensor.ts';
import { type Row, type Size, wrappedRows } from '../kit/cells.ts';
import { curveRows, curvesBeside } from '../kit/curve.ts';
import { fixed } from '../kit/format.ts';
import type { CommonInput } from '../kit/inputs.ts';
import { tokenName } from '../kit/names.ts';

export interface CurvesInput extends CommonInput {
  /** Of the selected layer, [head, query, key]. */
  readonly weights: Tensor;
  readonly maskedScores: Tensor;
  /** Mean entropy of each layer's heads; NaN where there is none. */
  readonly entropies: readonly { readonly layer: number; readonly mean: number }[];
}

const temperatures = [0.5, 1, 2] as const;

/** Curves of the selected query and head: weights over positions; the softmax of its row under other temperatures; entropy by layer. */
export function curvesView(input: CurvesInput): Row[] {
  const { weights, queries, selection, size } = input;
  const height = Math.max(5, Math.floor((size.heightCells - 2) / 3));
  const part = { widthCells: size.widthCells, heightCells: height };
  const row = Array.from(blockRow(weights, selection.head, selection.query));
  const first = curveRows({
    title: `weights of ${tokenName(queries, selection.query, Infinity)} over its ${row.length} keys`,
    values: row,
    minimum: 0,
    size: part,
  });
  const nothing = 'no curve: there is only one key, or a token has no numbers';
  return [
    ...(first.length === 0 ? wrappedRows(nothing, size.widthCells, 'dim') : first),
    [],
    ...temperatureRows(input, part),
    [],
    ...entropyRows(input, part),
  ].slice(0, size.heightCells);
}

/** softmax(masked scores / T) of the selected row, side by side. */
function temperatureRows({ maskedScores, selection }: CurvesInput, size: Size): Row[] {
  const scores = blockRow(maskedScores, selection.head, selection.query);
  if (size.widthCells < 18 * temperatures.length) return [];
  const curves = temperatures.map((temperature) => ({
    title: temperature === 1 ? 'T 1, as computed' : `temperature ${temperature}`,
    values: softmaxAt(scores, temperature),
  }));
  return curvesBeside(curves, size);
}

/** softmax(scores / temperature); 0 where a score is −∞.  @see Hinton et al. 2015 for the temperature */
function softmaxAt(scores: Float32Array, temperature: number): number[] {
  const divided = scores.map((score) => score / temperature);
  return Array.from(softmaxRows(divided, divided.length));
}

function entropyRows({ entropies, selection }: CurvesInput, size: Size): Row[] {
  const known = entropies.filter(({ mean }) => !Number.isNaN(mean));
  if (known.length === 0) return [];
  if (known.length === 1 || size.heightCells < 5) {
    const list = known.map(({ layer, mean }) => `L${layer} ${fixed(mean, 2)}`).join('   ');
    return wrappedRows(`entropy by layer, mean over its heads, 1 is uniform: ${list}`, size.widthCells, 'dim');
  }
  const title = `entropy of layers 0–${entropies.length - 1}, mean over heads: 0 one key, 1 uniform (L${selection.layer}: ${fixed(entropies[selection.layer]?.mean ?? Number.NaN, 2)})`;
  return curveRows({ title, values: known.map(({ mean }) => mean), minimum: 0, maximum: 1, size });
}
