import { meanOf } from '../../core/measures/vectors.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { distinctLabel } from '../../explorer/token-view.ts';
import { softmaxRows } from '../../tensor/softmax.ts';
import { blockRow } from '../../tensor/tensor.ts';
import { barChart, chartsBeside } from '../kit/bar-chart.ts';
import { type Row, type Size, wrappedRows } from '../kit/cells.ts';
import { counted } from '../kit/format.ts';
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

const nothing = 'no chart: this token has no numbers';

/** The selected query's weights over the keys, the softmax of its row at other temperatures, and the entropy of each layer. */
function rows(explorer: Explorer, context: PaneContext): Row[] {
  const { queries, keys, selection, size } = commonInput(explorer, context);
  const { head, query, key } = selection;
  const { attentionWeights, maskedScores } = layerOf(explorer);
  const part = { widthCells: size.widthCells, heightCells: partHeight(size) };
  const values = Array.from(blockRow(attentionWeights, head, query));
  const title = `weights of ${tokenName(queries, query, Infinity)} over its ${counted(values.length, 'key')}`;
  const names = keys.map((_, at) => distinctLabel(keys, at));
  const first = barChart({ title, values, names, selected: key, size: part });
  return [
    ...(first.length === 0 ? wrappedRows(nothing, size.widthCells, 'dim') : first),
    ...temperatureRows(blockRow(maskedScores, head, query), part, names, key),
    ...entropyRows(explorer, part),
  ].slice(0, size.heightCells);
}

/** A third of the pane. */
function partHeight({ heightCells }: Size): number {
  return Math.max(5, Math.floor(heightCells / 3));
}

const temperatures = [0.5, 1, 2] as const;

/** softmax(scores / T) side by side; 0 where a score is −∞.  @see Hinton et al. 2015 for the temperature */
function temperatureRows(scores: Float32Array, size: Size, names: readonly string[], selected: number): Row[] {
  if (size.widthCells < 18 * temperatures.length) return [];
  const charts = temperatures.map((temperature) => ({
    title: temperature === 1 ? 'T 1, as computed' : `temperature ${temperature}`,
    values: Array.from(
      softmaxRows(
        scores.map((score) => score / temperature),
        scores.length,
      ),
    ),
  }));
  return chartsBeside(charts, size, { names, selected });
}

/** Mean entropy of the heads of each layer that has one. */
function entropyRows(explorer: Explorer, size: Size): Row[] {
  const heads = scoredHeads(explorer).value;
  const entropies = explorer.shown.value.layers.map(
    (_, layer) => meanOf(heads.filter((one) => one.layer === layer).map(({ scores }) => scores.entropy)) ?? Number.NaN,
  );
  if (entropies.every(Number.isNaN)) return [];
  const names = entropies.map((_, layer) => `L${layer}`);
  const title = 'entropy of each layer, mean over its heads: 0 one key, 1 uniform';
  return barChart({ title, values: entropies, names, selected: explorer.place.value.layer, maximum: 1, size });
}
