import { attend, splitHeads } from './attention.ts';
import { activations, add, type Matrix, map, multiply, scale } from './decoder-maths.ts';
import type { Config, ReferenceLayer } from './reference.ts';
import { relativeBucket } from './relative-bucket.ts';
import type { Seq2SeqTrace } from './seq2seq.ts';
import { eachLayer, linearShapes } from './shapes.ts';
import type { Shapes, Weights } from './weights.ts';

export interface T5Settings {
  readonly width: number;
  readonly headDim: number;
  readonly heads: number;
  readonly inner: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly vocabSize: number;
  readonly buckets: number;
  readonly maxDistance: number;
  readonly eps: number;
  readonly feedForward: string;
  /** The decoder's output × d_model^−½ before the head. */
  readonly isOutputScaled: boolean;
  readonly hasOwnHead: boolean;
  /** Token tables: one shared, one more for each stack, or only the decoder's (MADLAD). */
  readonly tables: 'shared' | 'each' | 'decoder';
  /** Every layer has its own biases (umT5). */
  readonly hasBiasInEachLayer: boolean;
}

export const t5Settings: T5Settings = {
  width: 20,
  headDim: 6,
  heads: 4,
  inner: 28,
  encoderLayers: 2,
  decoderLayers: 2,
  vocabSize: 40,
  buckets: 8,
  maxDistance: 20,
  eps: 1e-6,
  feedForward: 'relu',
  isOutputScaled: true,
  hasOwnHead: false,
  tables: 'shared',
  hasBiasInEachLayer: false,
};

const biasName = (settings: T5Settings, stack: string, layer: number) =>
  `${stack}.block.${settings.hasBiasInEachLayer ? layer : 0}.layer.0.SelfAttention.relative_attention_bias.weight`;

function attention(
  settings: T5Settings,
  weights: Weights,
  prefix: string,
  x: Matrix,
  memory: Matrix,
  bidirectional: boolean,
  bias: (head: number, query: number, key: number) => number,
) {
  const project = (name: string, of: Matrix) => splitHeads(weights.linear(of, `${prefix}.${name}`), settings.heads);
  const [q, k, v] = [project('q', x), project('k', memory), project('v', memory)];
  const attended = attend({ q, k, v, scoreScale: 1, bidirectional, bias });
  return { weights: attended.weights, q, k, output: weights.linear(attended.concat, `${prefix}.o`) };
}

/** W_o act(W_i x), or W_o (act(W_0 x) ⊙ W_1 x); a gated gelu is the tanh approximation.
 *  @see Shazeer 2020, "GLU Variants Improve Transformer"; transformers/models/t5/configuration_t5.py */
function feedForward(settings: T5Settings, weights: Weights, prefix: string, x: Matrix): Matrix {
  const isGated = settings.feedForward.startsWith('gated-');
  const name = settings.feedForward === 'gated-gelu' ? 'gelu_new' : settings.feedForward.replace('gated-', '');
  const active = map(weights.linear(x, `${prefix}.${isGated ? 'wi_0' : 'wi'}`), activations[name]!);
  return weights.linear(isGated ? multiply(active, weights.linear(x, `${prefix}.wi_1`)) : active, `${prefix}.wo`);
}

function runStack(
  settings: T5Settings,
  weights: Weights,
  name: 'encoder' | 'decoder',
  ids: readonly number[],
  memory: Matrix | null,
) {
  const { eps, buckets, maxDistance } = settings;
  const norm = (x: Matrix, of: string) => weights.rmsNorm(x, of, eps);
  const own = `${name}.embed_tokens.weight`;
  const names = [own, 'shared.weight', 'decoder.embed_tokens.weight'];
  const embedding = weights.rows(names.find((one) => weights.has(one))!, ids);
  const layers: ReferenceLayer[] = [];
  const cross: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < settings[`${name}Layers`]; layer++) {
    const block = `${name}.block.${layer}.layer`;
    const table = weights.matrix(biasName(settings, name, layer));
    const bidirectional = memory === null;
    const bias = (head: number, query: number, key: number) =>
      table[relativeBucket(key - query, { buckets, maxDistance, bidirectional })]![head]!;
    const normed = norm(x, `${block}.0.layer_norm`);
    const self = attention(settings, weights, `${block}.0.SelfAttention`, normed, normed, bidirectional, bias);
    x = add(x, self.output);
    if (memory !== null) {
      const second = norm(x, `${block}.1.layer_norm`);
      const one = attention(settings, weights, `${block}.1.EncDecAttention`, second, memory, true, () => 0);
      cross.push(one);
      x = add(x, one.output);
    }
    const last = `${block}.${memory === null ? 1 : 2}`;
    x = add(x, feedForward(settings, weights, `${last}.DenseReluDense`, norm(x, `${last}.layer_norm`)));
    layers.push({ ...self, output: x });
  }
  return { embedding, layers, cross, finalNorm: norm(x, `${name}.final_layer_norm`) };
}

/** Unscaled scores plus a bias per head and distance bucket; RMS norms before each part.
 *  @see Raffel et al. 2020, "T5"; transformers/models/t5/modeling_t5.py */
export function t5Forward(
  settings: T5Settings,
  weights: Weights,
  ids: readonly number[],
  targetIds: readonly number[],
): Seq2SeqTrace {
  const encoder = runStack(settings, weights, 'encoder', ids, null);
  const decoder = runStack(settings, weights, 'decoder', targetIds, encoder.finalNorm);
  const output = scale(decoder.finalNorm, settings.isOutputScaled ? settings.width ** -0.5 : 1);
  return {
    encoder,
    decoder: { ...decoder, logits: weights.linear(output, settings.hasOwnHead ? 'lm_head' : 'shared') },
  };
}

function stackShapes(settings: T5Settings, name: 'encoder' | 'decoder'): Shapes {
  const { width, heads, headDim, inner } = settings;
  const attentionShapes = (prefix: string): Shapes => ({
    ...linearShapes(`${prefix}.q`, width, heads * headDim, false),
    ...linearShapes(`${prefix}.k`, width, heads * headDim, false),
    ...linearShapes(`${prefix}.v`, width, heads * headDim, false),
    ...linearShapes(`${prefix}.o`, heads * headDim, width, false),
  });
  const parts = settings.feedForward.startsWith('gated-') ? ['wi_0', 'wi_1'] : ['wi'];
  return {
    ...eachLayer(settings[`${name}Layers`], (layer) => {
      const block = `${name}.block.${layer}.layer`;
      const last = `${block}.${name === 'encoder' ? 1 : 2}`;
      return {
        ...attentionShapes(`${block}.0.SelfAttention`),
        [biasName(settings, name, layer)]: [settings.buckets, heads],
        [`${block}.0.layer_norm.weight`]: [width],
        ...(name === 'decoder'
          ? { ...attentionShapes(`${block}.1.EncDecAttention`), [`${block}.1.layer_norm.weight`]: [width] }
          : {}),
        ...Object.assign(
          {},
          ...parts.map((part) => linearShapes(`${last}.DenseReluDense.${part}`, width, inner, false)),
        ),
        ...linearShapes(`${last}.DenseReluDense.wo`, inner, width, false),
        [`${last}.layer_norm.weight`]: [width],
      };
    }),
    [`${name}.final_layer_norm.weight`]: [width],
  };
}

export function t5Shapes(settings: T5Settings): Shapes {
  const table = [settings.vocabSize, settings.width];
  return {
    ...(settings.tables === 'decoder' ? {} : { 'shared.weight': table }),
    ...(settings.tables === 'each' ? { 'encoder.embed_tokens.weight': table } : {}),
    ...(settings.tables === 'shared' ? {} : { 'decoder.embed_tokens.weight': table }),
    ...stackShapes(settings, 'encoder'),
    ...stackShapes(settings, 'decoder'),
    ...(settings.hasOwnHead ? { 'lm_head.weight': table } : {}),
  };
}

export function t5Config(modelType: string, className: string, settings: T5Settings, version: 4 | 5): Config {
  const isGated = settings.feedForward.startsWith('gated-');
  return {
    architectures: [className],
    model_type: modelType,
    classifier_dropout: 0.0,
    d_ff: settings.inner,
    d_kv: settings.headDim,
    d_model: settings.width,
    decoder_start_token_id: 0,
    dense_act_fn: settings.feedForward === 'gated-gelu' ? 'gelu_new' : settings.feedForward.replace('gated-', ''),
    dropout_rate: 0.1,
    eos_token_id: 1,
    feed_forward_proj: settings.feedForward,
    initializer_factor: 0.5,
    is_encoder_decoder: true,
    is_gated_act: isGated,
    layer_norm_epsilon: settings.eps,
    num_decoder_layers: settings.decoderLayers,
    num_heads: settings.heads,
    num_layers: settings.encoderLayers,
    pad_token_id: 0,
    relative_attention_max_distance: settings.maxDistance,
    relative_attention_num_buckets: settings.buckets,
    // Version 5 always ties; T5 keeps the flag's former meaning in a separate key.
    ...(version === 5
      ? {
          tie_word_embeddings: true,
          ...(modelType === 't5' ? { scale_decoder_outputs: settings.isOutputScaled } : {}),
          is_decoder: false,
        }
      : settings.isOutputScaled
        ? {}
        : { tie_word_embeddings: false }),
    [version === 5 ? 'dtype' : 'torch_dtype']: 'float32',
    transformers_version: version === 5 ? '5.18.0' : '4.41.0',
    use_cache: true,
    vocab_size: settings.vocabSize,
  };
}
