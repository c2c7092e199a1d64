import { meanOf } from '../../core/measures/vectors.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { softmaxRows } from '../../tensor/softmax.ts';
import { blockRow } from '../../tensor/tensor.ts';
import { type Row, type Size, wrappedRows } from '../kit/cells.ts';
import { curveRows, curvesBeside } from '../kit/curve.ts';
import { fixed } from '../kit/format.ts';
import { commonInput, layerOf } from '../kit/inputs.ts';
import { moveHead, moveQuery } from '../kit/moves.ts';
import { tokenName } from '../kit/names.ts';
import { definePane, type PaneContext } from '../kit/pane.ts';
import { scoredHeads } from '../kit/scored-heads.ts';

export const curvesPane = definePane({
  name: 'curves',
  title: 'curves',
  order: 11,
  key: 'v',
  view: 'curves',
  place: 'beside',
  upDown: moveQuery,
  leftRight: moveHead,
  rows,
  heightOf: () => 32,
});

const nothing = 'no curve: there is only one key, or a token has no numbers';

/** The selected query's weights over positions, the softmax of its row at other temperatures, and the entropy of each layer. */
function rows(explorer: Explorer, context: PaneContext): Row[] {
  const { queries, selection, size } = commonInput(explorer, context);
  const { head, query } = selection;
  const { attentionWeights, maskedScores } = layerOf(explorer);
  const part = { widthCells: size.widthCells, heightCells: Math.max(5, Math.floor((size.heightCells - 2) / 3)) };
  const values = Array.from(blockRow(attentionWeights, head, query));
  const title = `weights of ${tokenName(queries, query, Infinity)} over its ${values.length} keys`;
  const first = curveRows({ title, values, minimum: 0, size: part });
  return [
    ...(first.length === 0 ? wrappedRows(nothing, size.widthCells, 'dim') : first),
    [],
    ...temperatureRows(blockRow(maskedScores, head, query), part),
    [],
    ...entropyRows(explorer, part),
  ].slice(0, size.heightCells);
}

const temperatures = [0.5, 1, 2] as const;

/** softmax(scores / T) side by side; 0 where a score is −∞.  @see Hinton et al. 2015 for the temperature */
function temperatureRows(scores: Float32Array, size: Size): Row[] {
  if (size.widthCells < 18 * temperatures.length) return [];
  const curves = temperatures.map((temperature) => ({
    title: temperature === 1 ? 'T 1, as computed' : `temperature ${temperature}`,
    values: Array.from(
      softmaxRows(
        scores.map((score) => score / temperature),
        scores.length,
      ),
    ),
  }));
  return curvesBeside(curves, size);
}

/** Mean entropy of the heads of each layer that has one. */
function entropyRows(explorer: Explorer, size: Size): Row[] {
  const heads = scoredHeads(explorer).value;
  const entropies = explorer.shown.value.layers.map((_, layer) =>
    meanOf(heads.filter((one) => one.layer === layer).map(({ scores }) => scores.entropy)),
  );
  const known = entropies.flatMap((mean, layer) => (mean === null ? [] : { layer, mean }));
  if (known.length === 0) return [];
  if (known.length === 1 || size.heightCells < 5) {
    const list = known.map(({ layer, mean }) => `L${layer} ${fixed(mean, 2)}`).join('   ');
    return wrappedRows(`entropy by layer, mean over its heads, 1 is uniform: ${list}`, size.widthCells, 'dim');
  }
  const { layer } = explorer.place.value;
  const title = `entropy of layers 0–${entropies.length - 1}, mean over heads: 0 one key, 1 uniform (L${layer}: ${fixed(entropies[layer] ?? Number.NaN, 2)})`;
  return curveRows({ title, values: known.map(({ mean }) => mean), minimum: 0, maximum: 1, size });
}
