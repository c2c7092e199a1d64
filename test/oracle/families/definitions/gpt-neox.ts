import { attend, splitHeads } from '../support/attention.ts';
import { activations, add, columns, map } from '../support/decoder-maths.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import { type RopeScaling, rotateHalves, scaledRope } from '../support/rope.ts';
import type { Shapes, Weights } from '../support/weights.ts';

interface Settings {
  readonly hiddenSize: number;
  readonly heads: number;
  readonly innerSize: number;
  readonly layers: number;
  readonly rotaryShare: number;
  readonly theta: number;
  readonly scaling: RopeScaling | null;
  readonly maxPositions: number;
  readonly activation: string;
  readonly eps: number;
  readonly isParallel: boolean;
  readonly attentionBias: boolean;
  readonly tied: boolean;
}

const vocabSize = 40;

/** One projection holds q, k, v of each head side by side; the first part of each head is rotated. In parallel:
 *  y = x + Attention(LN₁(x)) + FFN(LN₂(x)); otherwise the feed-forward part reads x + Attention(LN₁(x)).
 *  @see Black et al. 2022, section 2.1; transformers/models/gpt_neox/modeling_gpt_neox.py */
function forward(settings: Settings, weights: Weights, ids: readonly number[]): ReferenceTrace {
  const { hiddenSize, heads, eps } = settings;
  const size = hiddenSize / heads;
  const rotated = Math.trunc(size * settings.rotaryShare);
  const rope = scaledRope(settings.theta, rotated, settings.scaling, settings.maxPositions, ids.length);
  const embedding = weights.rows('gpt_neox.embed_in.weight', ids);
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < settings.layers; layer++) {
    const prefix = `gpt_neox.layers.${layer}.`;
    const normed = weights.layerNorm(x, `${prefix}input_layernorm`, eps);
    const perHead = splitHeads(weights.linear(normed, `${prefix}attention.query_key_value`), heads);
    const part = (index: number) => perHead.map((head) => columns(head, index * size, (index + 1) * size));
    const q = rotateHalves(part(0), rope);
    const k = rotateHalves(part(1), rope);
    const attention = attend({ q, k, v: part(2), scoreScale: 1 / Math.sqrt(size) });
    const middle = add(x, weights.linear(attention.concat, `${prefix}attention.dense`));
    const second = weights.layerNorm(settings.isParallel ? x : middle, `${prefix}post_attention_layernorm`, eps);
    const inner = map(weights.linear(second, `${prefix}mlp.dense_h_to_4h`), activations[settings.activation]!);
    x = add(middle, weights.linear(inner, `${prefix}mlp.dense_4h_to_h`));
    layers.push({ weights: attention.weights, q, k, output: x });
  }
  const finalNorm = weights.layerNorm(x, 'gpt_neox.final_layer_norm', eps);
  const head = settings.tied ? 'gpt_neox.embed_in' : 'embed_out';
  return { embedding, layers, finalNorm, logits: weights.linear(finalNorm, head) };
}

function shapes(settings: Settings): Shapes {
  const { hiddenSize, innerSize } = settings;
  const found: Record<string, readonly number[]> = { 'gpt_neox.embed_in.weight': [vocabSize, hiddenSize] };
  const affine = (name: string, out: number, width: number | null, bias = true) => {
    found[`${name}.weight`] = width === null ? [out] : [out, width];
    if (bias) found[`${name}.bias`] = [out];
  };
  for (let layer = 0; layer < settings.layers; layer++) {
    const prefix = `gpt_neox.layers.${layer}.`;
    affine(`${prefix}input_layernorm`, hiddenSize, null);
    affine(`${prefix}post_attention_layernorm`, hiddenSize, null);
    affine(`${prefix}attention.query_key_value`, 3 * hiddenSize, hiddenSize, settings.attentionBias);
    affine(`${prefix}attention.dense`, hiddenSize, hiddenSize, settings.attentionBias);
    affine(`${prefix}mlp.dense_h_to_4h`, innerSize, hiddenSize);
    affine(`${prefix}mlp.dense_4h_to_h`, hiddenSize, innerSize);
  }
  affine('gpt_neox.final_layer_norm', hiddenSize, null);
  if (!settings.tied) found['embed_out.weight'] = [vocabSize, hiddenSize];
  return found;
}

function variant(name: string, version: 4 | 5, changes: Partial<Settings> = {}, config: Config = {}) {
  const settings: Settings = {
    hiddenSize: 32,
    heads: 4,
    innerSize: 20,
    layers: 2,
    rotaryShare: 0.25,
    theta: 10000,
    scaling: null,
    maxPositions: 64,
    activation: 'gelu',
    eps: 1e-5,
    isParallel: true,
    attentionBias: true,
    tied: false,
    ...changes,
  };
  const { theta, rotaryShare, scaling } = settings;
  const rotation =
    version === 5
      ? {
          rope_parameters: { partial_rotary_factor: rotaryShare, rope_theta: theta, rope_type: 'default', ...scaling },
        }
      : { rotary_emb_base: theta, rotary_pct: rotaryShare, rope_scaling: scaling };
  const saved = {
    architectures: ['GPTNeoXForCausalLM'],
    attention_bias: settings.attentionBias,
    attention_dropout: 0.0,
    bos_token_id: 0,
    eos_token_id: 0,
    hidden_act: settings.activation,
    hidden_dropout: 0.0,
    hidden_size: settings.hiddenSize,
    initializer_range: 0.02,
    intermediate_size: settings.innerSize,
    layer_norm_eps: settings.eps,
    max_position_embeddings: settings.maxPositions,
    model_type: 'gpt_neox',
    num_attention_heads: settings.heads,
    num_hidden_layers: settings.layers,
    ...rotation,
    tie_word_embeddings: settings.tied,
    use_parallel_residual: settings.isParallel,
    vocab_size: vocabSize,
  };
  return { name, settings, config: { ...saved, ...config } };
}

export const gptNeox: Family<Settings> = {
  name: 'gpt_neox',
  prefix: 'gpt_neox.',
  normCentre: 1,
  shapes,
  forward,
  variants: [
    variant('v4, a quarter rotated, parallel', 4),
    variant(
      'v4, defaults left out',
      4,
      {},
      {
        rotary_pct: undefined,
        rotary_emb_base: undefined,
        use_parallel_residual: undefined,
        attention_bias: undefined,
        hidden_act: undefined,
        layer_norm_eps: undefined,
        rope_scaling: undefined,
      },
    ),
    variant('v4, one after the other, all rotated', 4, { isParallel: false, rotaryShare: 1, theta: 25000 }),
    variant(
      'v4, linear scaling',
      4,
      { scaling: { rope_type: 'linear', factor: 2 } },
      {
        rope_scaling: { type: 'linear', factor: 2 },
      },
    ),
    variant('v5, no attention biases, tied, gelu_fast', 5, {
      attentionBias: false,
      tied: true,
      activation: 'gelu_fast',
    }),
    variant('v5, half rotated, one after the other, eps 1e-2', 5, { rotaryShare: 0.5, isParallel: false, eps: 1e-2 }),
    variant('v5, dynamic scaling', 5, {
      rotaryShare: 0.5,
      scaling: { rope_type: 'dynamic', factor: 2 },
    }),
    variant('v5, rope parameters left out', 5, {}, { rope_parameters: undefined }),
  ],
};
