import type { Selection } from '../../explorer/selection.ts';
import { labelAt, type TokenView } from '../../explorer/token-view.ts';
import { blockRow, type Tensor } from '../../tensor/tensor.ts';
import type { Row, Size } from '../kit/cells.ts';
import { curveRows } from '../kit/curve.ts';

export interface ChartInput {
  /** [head, query, key]. */
  readonly weights: Tensor;
  /** What asks (rows) and what answers (columns): the same tokens but in attention to another text. */
  readonly queries: readonly TokenView[];
  readonly keys: readonly TokenView[];
  readonly selection: Selection;
  readonly size: Size;
}

/** The selected query's weights as a curve over the keys' positions. */
export function chartView({ weights, queries, selection, size }: ChartInput): Row[] {
  const values = Array.from(blockRow(weights, selection.head, selection.query));
  const title = `weight over positions 0–${values.length - 1}, seen from ${selection.query} ${labelAt(queries, selection.query)}`;
  return curveRows({ title, values, minimum: 0, size });
}
