import type { Activation } from '../../core/model.ts';
import {
  type AttentionSpec,
  type LayerSpec,
  layerNormSpec,
  linear,
  multiHead,
  plainFeedForward,
  plainLayer,
  queryKeyValue,
} from './spec.ts';

/** Names of a layer's parts, each without `.weight`. */
export type LayerNames = Readonly<
  Record<'q' | 'k' | 'v' | 'o' | 'attentionNorm' | 'up' | 'down' | 'outputNorm', string>
>;

/** BERT's names. */
export const bertLayer = (index: number): LayerNames => ({
  q: `encoder.layer.${index}.attention.self.query`,
  k: `encoder.layer.${index}.attention.self.key`,
  v: `encoder.layer.${index}.attention.self.value`,
  o: `encoder.layer.${index}.attention.output.dense`,
  attentionNorm: `encoder.layer.${index}.attention.output.LayerNorm`,
  up: `encoder.layer.${index}.intermediate.dense`,
  down: `encoder.layer.${index}.output.dense`,
  outputNorm: `encoder.layer.${index}.output.LayerNorm`,
});

/** The sizes and settings that all layers of an encoder share. */
export interface PostNormEncoder {
  /** Beginning of every name. */
  readonly prefix: string;
  readonly hidden: number;
  readonly heads: number;
  readonly headDim: number;
  readonly inner: number;
  readonly epsilon: number;
  readonly activation: Activation;
}

/** A layer that adds to the residual stream, then normalises, as the first transformers did. */
export function postNormLayer(
  names: LayerNames,
  { prefix, hidden, heads, headDim, inner, epsilon, activation }: PostNormEncoder,
  attention: Partial<AttentionSpec>,
): LayerSpec {
  const all = heads * headDim;
  return {
    ...plainLayer,
    attention: {
      ...multiHead(heads, headDim),
      ...queryKeyValue((part) => linear(prefix + names[part], hidden, all)),
      o: linear(prefix + names.o, all, hidden),
      residualNorm: layerNormSpec(prefix + names.attentionNorm, hidden, epsilon),
      ...attention,
    },
    feedForward: {
      ...plainFeedForward,
      up: linear(prefix + names.up, hidden, inner),
      activation,
      down: linear(prefix + names.down, inner, hidden),
      residualNorm: layerNormSpec(prefix + names.outputNorm, hidden, epsilon),
    },
  };
}
