import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';

/** What is shown of the attention through a lens. */
export interface LensView {
  /** [head, query, key]; of rollout one for all heads. */
  readonly values: Tensor;
  readonly isOfAllHeads: boolean;
  /** Where they are no weights: their name, and the largest of the selected head. */
  readonly scale: { readonly name: string; readonly maximum: number } | null;
  /** For the pane's title. */
  readonly label: string;
}

/** ‖α·f(x)‖ of a layer; the scale is the selected head's.  norms [head, query, key] */
export function normsLens(norms: Tensor, head: number): LensView {
  const size = dim(norms, 1) * dim(norms, 2);
  const values = norms.data.subarray(head * size, (head + 1) * size);
  const maximum = values.reduce((most, value) => (value > most ? value : most), 0);
  return { values: norms, isOfAllHeads: false, scale: { name: '‖α·f(x)‖', maximum }, label: 'norms ‖α·f(x)‖' };
}

/** Weights without the key that the head sinks into.  weights [head, query, key] */
export function sinkLens(weights: Tensor, sink: number): LensView {
  return { values: weights, isOfAllHeads: false, scale: null, label: `without token ${sink}, renormalised` };
}

/** What reaches each token through the layers up to `layer`.  rollout [layer, query, key] */
export function rolloutLens(rollout: Tensor, layer: number): LensView {
  const shape = [1, dim(rollout, 1), dim(rollout, 2)];
  const size = dim(rollout, 1) * dim(rollout, 2);
  const values = tensor(['head', 'query', 'key'], shape, rollout.data.subarray(layer * size, (layer + 1) * size));
  return { values, isOfAllHeads: true, scale: null, label: `rollout L0 to L${layer}, all heads` };
}
