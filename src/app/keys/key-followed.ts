import { clampIndex } from '../../explorer/selection.ts';
import { tokenName } from '../../panes/kit/names.ts';
import { blockRow } from '../../tensor/tensor.ts';
import type { Controller } from '../controller-type.ts';

/** The selected key, if it is not chosen but follows the weights; null while there are no numbers. */
function followingKey({ explorer }: Controller) {
  const { inputs, run, selection, tokens } = explorer;
  const shown = tokens.peek();
  if (inputs.key.peek() !== null || !run.peek().isReadable.peek() || shown.queries.length === 0) return null;
  return { shown, key: selection.peek().key };
}

/** Notes the selected key.  @returns where it has gone since and why; null if it stayed, was chosen, or the tokens are others */
export function watchKey(controller: Controller): () => string | null {
  const before = followingKey(controller);
  return () => {
    const after = followingKey(controller);
    if (before === null || after === null || before.key === after.key || before.shown !== after.shown) return null;
    const { inputs, shown, selection } = controller.explorer;
    const { layer, head, query, key } = selection.peek();
    const weights = shown.peek().layers[layer]?.attentionWeights;
    if (weights === undefined) return null;
    // A note of one line leaves the lines about the selection in view.
    const labelCells = clampIndex(inputs.columns.peek() - 56, 16);
    const name = tokenName(after.shown.keys, key, Math.max(4, labelCells));
    return `key → ${name}: ${reason(blockRow(weights, head, query), key, inputs.lens.peek() !== 'weights')}`;
  };
}

/** Why a key is selected: `strongestKey` says how it is found. */
function reason(row: Float32Array, key: number, hasLens: boolean): string {
  const largest = row[key] ?? Number.NaN;
  if (Number.isNaN(largest)) return 'this query has no weights';
  const ties = row.filter((weight) => weight === largest).length;
  const what = ties === 1 ? 'the largest weight' : `the first of ${ties} equal largest weights`;
  return `${what}${hasLens ? ', whatever the lens' : ties === 1 ? ' of this query' : ''}`;
}
