import { attend, splitHeads } from '../support/attention.ts';
import { activations, add, map } from '../support/decoder-maths.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import { type RopeScaling, rotateHalves, scaledRope } from '../support/rope.ts';
import type { Shapes, Weights } from '../support/weights.ts';

interface Settings {
  readonly hiddenSize: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly innerSize: number;
  readonly layers: number;
  readonly rotaryShare: number;
  readonly theta: number;
  readonly scaling: RopeScaling | null;
  readonly maxPositions: number;
  readonly activation: string;
  readonly eps: number;
  readonly headNorm: boolean;
  readonly tied: boolean;
}

const vocabSize = 40;

/** One norm per layer: y = x + Attention(LN(x)) + FFN(LN(x)); the first part of each head is rotated; the head has a bias.
 *  @see Li et al. 2023; transformers/models/phi/modeling_phi.py */
function forward(settings: Settings, weights: Weights, ids: readonly number[]): ReferenceTrace {
  const { heads, eps } = settings;
  const size = settings.hiddenSize / heads;
  const rotated = Math.trunc(size * settings.rotaryShare);
  const rope = scaledRope(settings.theta, rotated, settings.scaling, settings.maxPositions, ids.length);
  const embedding = weights.rows('model.embed_tokens.weight', ids);
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < settings.layers; layer++) {
    const prefix = `model.layers.${layer}.`;
    const normed = weights.layerNorm(x, `${prefix}input_layernorm`, eps);
    const project = (name: 'q' | 'k' | 'v', count: number) => {
      const plain = splitHeads(weights.linear(normed, `${prefix}self_attn.${name}_proj`), count);
      if (!settings.headNorm || name === 'v') return plain;
      return plain.map((head) => weights.layerNorm(head, `${prefix}self_attn.${name}_layernorm`, eps));
    };
    const q = rotateHalves(project('q', heads), rope);
    const k = rotateHalves(project('k', settings.keyValueHeads), rope);
    const v = project('v', settings.keyValueHeads);
    const attention = attend({ q, k, v, scoreScale: 1 / Math.sqrt(size) });
    const inner = map(weights.linear(normed, `${prefix}mlp.fc1`), activations[settings.activation]!);
    const attended = weights.linear(attention.concat, `${prefix}self_attn.dense`);
    x = add(x, attended, weights.linear(inner, `${prefix}mlp.fc2`));
    layers.push({ weights: attention.weights, q, k, output: x });
  }
  const finalNorm = weights.layerNorm(x, 'model.final_layernorm', eps);
  const logits = settings.tied
    ? weights.linear(finalNorm, 'model.embed_tokens').map((row) => row.map((value, i) => value + headBias(weights)[i]!))
    : weights.linear(finalNorm, 'lm_head');
  return { embedding, layers, finalNorm, logits };
}

const headBias = (weights: Weights): number[] => weights.vector('lm_head.bias');

function shapes(settings: Settings): Shapes {
  const { hiddenSize, heads, keyValueHeads, innerSize } = settings;
  const size = hiddenSize / heads;
  const found: Record<string, readonly number[]> = { 'model.embed_tokens.weight': [vocabSize, hiddenSize] };
  const affine = (name: string, out: number, width: number | null) => {
    found[`${name}.weight`] = width === null ? [out] : [out, width];
    found[`${name}.bias`] = [out];
  };
  for (let layer = 0; layer < settings.layers; layer++) {
    const prefix = `model.layers.${layer}.`;
    affine(`${prefix}input_layernorm`, hiddenSize, null);
    affine(`${prefix}self_attn.q_proj`, hiddenSize, hiddenSize);
    affine(`${prefix}self_attn.k_proj`, keyValueHeads * size, hiddenSize);
    affine(`${prefix}self_attn.v_proj`, keyValueHeads * size, hiddenSize);
    affine(`${prefix}self_attn.dense`, hiddenSize, hiddenSize);
    if (settings.headNorm) {
      affine(`${prefix}self_attn.q_layernorm`, size, null);
      affine(`${prefix}self_attn.k_layernorm`, size, null);
    }
    affine(`${prefix}mlp.fc1`, innerSize, hiddenSize);
    affine(`${prefix}mlp.fc2`, hiddenSize, innerSize);
  }
  affine('model.final_layernorm', hiddenSize, null);
  if (!settings.tied) found['lm_head.weight'] = [vocabSize, hiddenSize];
  found['lm_head.bias'] = [vocabSize];
  return found;
}

function variant(name: string, version: 4 | 5, changes: Partial<Settings> = {}, config: Config = {}) {
  const settings: Settings = {
    hiddenSize: 32,
    heads: 4,
    keyValueHeads: 4,
    innerSize: 20,
    layers: 2,
    rotaryShare: 0.5,
    theta: 10000,
    scaling: null,
    maxPositions: 64,
    activation: 'gelu_new',
    eps: 1e-5,
    headNorm: false,
    tied: false,
    ...changes,
  };
  const { theta, rotaryShare, scaling } = settings;
  const rotation =
    version === 5
      ? {
          rope_parameters: { partial_rotary_factor: rotaryShare, rope_theta: theta, rope_type: 'default', ...scaling },
        }
      : { partial_rotary_factor: rotaryShare, rope_scaling: scaling, rope_theta: theta };
  const saved = {
    architectures: ['PhiForCausalLM'],
    attention_dropout: 0.0,
    bos_token_id: 1,
    embd_pdrop: 0.0,
    eos_token_id: 2,
    hidden_act: settings.activation,
    hidden_size: settings.hiddenSize,
    initializer_range: 0.02,
    intermediate_size: settings.innerSize,
    layer_norm_eps: settings.eps,
    max_position_embeddings: settings.maxPositions,
    model_type: 'phi',
    num_attention_heads: settings.heads,
    num_hidden_layers: settings.layers,
    num_key_value_heads: settings.keyValueHeads,
    qk_layernorm: settings.headNorm,
    resid_pdrop: 0.0,
    ...rotation,
    tie_word_embeddings: settings.tied,
    vocab_size: vocabSize,
  };
  return { name, settings, config: { ...saved, ...config } };
}

export const phi: Family<Settings> = {
  name: 'phi',
  prefix: 'model.',
  normCentre: 1,
  shapes,
  forward,
  variants: [
    variant('v4, half rotated', 4),
    variant(
      'v4, defaults left out',
      4,
      {},
      {
        num_key_value_heads: null,
        partial_rotary_factor: undefined,
        rope_theta: undefined,
        layer_norm_eps: undefined,
        hidden_act: undefined,
        qk_layernorm: undefined,
        rope_scaling: undefined,
      },
    ),
    variant('v4, grouped keys, norms of q and k', 4, { keyValueHeads: 2, headNorm: true, rotaryShare: 0.25 }),
    variant('v5, 0.4 of a head rotated, relu', 5, { hiddenSize: 40, rotaryShare: 0.4, activation: 'relu' }),
    variant('v5, norms of q and k, eps 1e-2', 5, { headNorm: true, eps: 1e-2, keyValueHeads: 1 }),
    variant('v5, tied', 5, { tied: true }),
    variant('v5, linear scaling', 5, { scaling: { rope_type: 'linear', factor: 4 } }),
  ],
};
