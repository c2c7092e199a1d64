import { attentionRollout } from '../../core/measures/rollout.ts';
import { findRowSink, findSink, type Sink, withoutSink } from '../../core/measures/sink.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import type { Lens } from '../../explorer/selection.ts';
import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import { scoredTokens } from '../kit/head-role.ts';
import { perExplorer } from '../kit/per-explorer.ts';

/** Rollout multiplies square matrices in every layer: it would respond too slowly for more tokens. */
const mostRolloutTokens = 256;

/** The lens that the attention is seen through, and the sink of the selected head. */
export const attentionLens = perExplorer((explorer, derive) => {
  const { inputs, run, shown, tokens, selection } = explorer;
  // Moving the cursor along queries and keys does not recompute these.
  const layer = derive(() => selection.value.layer);
  const head = derive(() => selection.value.head);
  const weights = derive(() => shown.value.layers[layer.value]?.attentionWeights);
  const rollout = derive(() => attentionRollout(shown.value.layers.map((one) => one.attentionWeights)));
  const kinds = derive(() =>
    scoredTokens(tokens.value.keys).map(({ isSpecial, isPunctuation }) => ({
      isSeparator: isSpecial || isPunctuation,
    })),
  );
  const query = derive(() => selection.value.query);
  const found = (find: (weights: Tensor, isCross: boolean) => Sink | null) => {
    if (weights.value === undefined || tokens.value.keys.length === 0) return null;
    const isCross = shown.value.part === 'cross';
    const sink = find(weights.value, isCross);
    // In cross-attention the first key is a word like the others.
    return isCross && sink?.kind === 'first token' ? null : sink;
  };
  const sink = derive(() => found((all, isCross) => findSink(all, head.value, kinds.value, isCross)));
  const rowSink = derive(() =>
    found((all, isCross) => findRowSink(all, head.value, query.value, kinds.value, isCross)),
  );
  const view = derive((): LensView | null => {
    if (weights.value === undefined || lensProblem(explorer, inputs.lens.value) !== null) return null;
    switch (inputs.lens.value) {
      case 'weights':
        return null;
      case 'norms': {
        const norms = run.value.answers.norms.value;
        return norms === null ? null : normsLens(norms, head.value);
      }
      case 'no sink': {
        const key = sink.value?.key;
        return key === undefined ? null : sinkLens(withoutSink(weights.value, new Set([key])), key);
      }
      case 'rollout':
        return rolloutLens(rollout.value, layer.value);
    }
  });
  return {
    /** null: the weights as they are. */
    view,
    /** Of all layers, [layer, query, key]. */
    rollout,
    sink,
    /** Of the selected query. */
    rowSink,
  };
});

/** Why a lens shows nothing here, and what to press instead; null if it works. */
export function lensProblem(explorer: Explorer, name: Lens): string | null {
  const { shown, tokens } = explorer;
  if (name === 'no sink' && attentionLens(explorer).sink.value === null)
    return 'this head has no sink to hide; {head} selects another head';
  if (name !== 'rollout') return null;
  if (shown.value.part === 'cross')
    return 'rollout follows one text through its layers, but this attention joins two; {part} shows the encoder or the decoder';
  const count = tokens.value.queries.length;
  return count > mostRolloutTokens
    ? `rollout takes up to ${mostRolloutTokens} tokens, but there are ${count}; {norms} shows the norms of this layer`
    : null;
}

/** The attention as a lens shows it. */
interface LensView {
  /** [head, query, key]; rollout has one matrix for all heads. */
  readonly values: Tensor;
  readonly isOfAllHeads: boolean;
  /** If they are not weights: their name and the selected head's maximum. */
  readonly scale: { readonly name: string; readonly maximum: number } | null;
  readonly label: string;
}

/** ‖α·f(x)‖ of a layer; the scale is the selected head's.  norms [head, query, key] */
function normsLens(norms: Tensor, head: number): LensView {
  const size = dim(norms, 1) * dim(norms, 2);
  const values = norms.data.subarray(head * size, (head + 1) * size);
  const maximum = values.reduce((most, value) => (value > most ? value : most), 0);
  return { values: norms, isOfAllHeads: false, scale: { name: '‖α·f(x)‖', maximum }, label: 'norms ‖α·f(x)‖' };
}

/** Weights without the head's sink.  weights [head, query, key] */
function sinkLens(weights: Tensor, sink: number): LensView {
  return { values: weights, isOfAllHeads: false, scale: null, label: `without token ${sink}, renormalised` };
}

/** What reaches each token through the layers up to `layer`.  rollout [layer, query, key] */
function rolloutLens(rollout: Tensor, layer: number): LensView {
  const shape = [1, dim(rollout, 1), dim(rollout, 2)];
  const size = dim(rollout, 1) * dim(rollout, 2);
  const values = tensor(['head', 'query', 'key'], shape, rollout.data.subarray(layer * size, (layer + 1) * size));
  return { values, isOfAllHeads: true, scale: null, label: `rollout L0 to L${layer}, all heads` };
}
