import { attend, splitHeads } from './attention.ts';
import { activations, add, type Matrix, map } from './decoder-maths.ts';
import type { Config, ReferenceLayer } from './reference.ts';
import { linearShapes, normShapes } from './shapes.ts';
import type { Shapes, Weights } from './weights.ts';

/** What BERT and its descendants have in common. */
export interface EncoderSettings {
  readonly hiddenSize: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly tokenTypes: number;
  readonly eps: number;
  readonly activation: string;
  readonly tied: boolean;
}

export const encoderSettings: EncoderSettings = {
  hiddenSize: 24,
  heads: 4,
  intermediateSize: 20,
  layers: 3,
  vocabSize: 40,
  maxPositions: 48,
  tokenTypes: 2,
  eps: 1e-12,
  activation: 'gelu',
  tied: true,
};

/** The keys of config.json that every such family has, as version 4 or version 5 spells them. */
export function encoderConfig(modelType: string, className: string, settings: EncoderSettings, version: 4 | 5): Config {
  const ofVersion =
    version === 5
      ? { add_cross_attention: false, is_decoder: false, dtype: 'float32', transformers_version: '5.18.0' }
      : { position_embedding_type: 'absolute', torch_dtype: 'float32', transformers_version: '4.41.0' };
  return {
    architectures: [className],
    model_type: modelType,
    attention_probs_dropout_prob: 0.1,
    hidden_act: settings.activation,
    hidden_dropout_prob: 0.1,
    hidden_size: settings.hiddenSize,
    initializer_range: 0.02,
    intermediate_size: settings.intermediateSize,
    layer_norm_eps: settings.eps,
    max_position_embeddings: settings.maxPositions,
    num_attention_heads: settings.heads,
    num_hidden_layers: settings.layers,
    ...(settings.tied && version === 4 ? {} : { tie_word_embeddings: settings.tied }),
    type_vocab_size: settings.tokenTypes,
    use_cache: true,
    vocab_size: settings.vocabSize,
    ...ofVersion,
  };
}

/** Names of the parts of a layer, after the layer's own prefix. */
export interface LayerNames {
  readonly q: string;
  readonly k: string;
  readonly v: string;
  readonly o: string;
  readonly attentionNorm: string;
  readonly up: string;
  readonly down: string;
  readonly outputNorm: string;
}

export const bertNames: LayerNames = {
  q: 'attention.self.query',
  k: 'attention.self.key',
  v: 'attention.self.value',
  o: 'attention.output.dense',
  attentionNorm: 'attention.output.LayerNorm',
  up: 'intermediate.dense',
  down: 'output.dense',
  outputNorm: 'output.LayerNorm',
};

export function layerShapes(prefix: string, names: LayerNames, settings: EncoderSettings): Shapes {
  const { hiddenSize, intermediateSize } = settings;
  return {
    ...linearShapes(prefix + names.q, hiddenSize, hiddenSize),
    ...linearShapes(prefix + names.k, hiddenSize, hiddenSize),
    ...linearShapes(prefix + names.v, hiddenSize, hiddenSize),
    ...linearShapes(prefix + names.o, hiddenSize, hiddenSize),
    ...normShapes(prefix + names.attentionNorm, hiddenSize),
    ...linearShapes(prefix + names.up, hiddenSize, intermediateSize),
    ...linearShapes(prefix + names.down, intermediateSize, hiddenSize),
    ...normShapes(prefix + names.outputNorm, hiddenSize),
  };
}

/** How a family's scores differ: scale, mask, and a term per query and key, computed from q and k. */
export interface Scores {
  readonly scoreScale?: number;
  readonly isCausal?: boolean;
  readonly bias?: (q: Matrix[], k: Matrix[]) => (head: number, query: number, key: number) => number;
}

/** h = LN(x + Attention(x)), y = LN(h + W₂ act(W₁ h)).
 *  @see Devlin et al. 2019; transformers/models/bert/modeling_bert.py, BertLayer */
export function postNormLayer(
  x: Matrix,
  weights: Weights,
  prefix: string,
  names: LayerNames,
  settings: EncoderSettings,
  scores: Scores = {},
): ReferenceLayer {
  const { heads, hiddenSize, eps } = settings;
  const project = (part: 'q' | 'k' | 'v') => splitHeads(weights.linear(x, prefix + names[part]), heads);
  const [q, k, v] = [project('q'), project('k'), project('v')];
  const scoreScale = scores.scoreScale ?? 1 / Math.sqrt(hiddenSize / heads);
  const attention = attend({
    q,
    k,
    v,
    scoreScale,
    bidirectional: !scores.isCausal,
    bias: scores.bias?.(q, k) ?? (() => 0),
  });
  const attended = add(x, weights.linear(attention.concat, prefix + names.o));
  const middle = weights.layerNorm(attended, prefix + names.attentionNorm, eps);
  const inner = map(weights.linear(middle, prefix + names.up), activations[settings.activation]!);
  const fed = add(middle, weights.linear(inner, prefix + names.down));
  return { weights: attention.weights, q, k, output: weights.layerNorm(fed, prefix + names.outputNorm, eps) };
}
