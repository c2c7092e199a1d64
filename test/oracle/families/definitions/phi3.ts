import { attend, splitHeads } from '../support/attention.ts';
import { activations, add, columns, map, multiply } from '../support/decoder-maths.ts';
import { headName, type LlamaSettings, llamaConfig, llamaSettings, llamaShapes } from '../support/llama-shape.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import { type RopeScaling, rotateHalves, scaledRope } from '../support/rope.ts';
import type { Shapes, Weights } from '../support/weights.ts';

interface Settings extends LlamaSettings {
  readonly window: number | null;
  readonly rotaryShare: number;
}

/** LLaMA with q | k | v in one projection and gate | up in another; a part of each head may be rotated; LongRoPE.
 *  @see Abdin et al. 2024; transformers/models/phi3/modeling_phi3.py */
function forward(settings: Settings, weights: Weights, ids: readonly number[]): ReferenceTrace {
  const { heads, keyValueHeads, headDim, eps, intermediateSize } = settings;
  const rotated = Math.trunc(headDim * settings.rotaryShare);
  const rope = scaledRope(settings.theta, rotated, settings.scaling, settings.maxPositions, ids.length);
  const embedding = weights.rows('model.embed_tokens.weight', ids);
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < settings.layers; layer++) {
    const prefix = `model.layers.${layer}.`;
    const normed = weights.rmsNorm(x, `${prefix}input_layernorm`, eps);
    const fused = weights.linear(normed, `${prefix}self_attn.qkv_proj`);
    const [afterQ, afterK] = [heads * headDim, (heads + keyValueHeads) * headDim];
    const q = rotateHalves(splitHeads(columns(fused, 0, afterQ), heads), rope);
    const k = rotateHalves(splitHeads(columns(fused, afterQ, afterK), keyValueHeads), rope);
    const v = splitHeads(columns(fused, afterK, fused[0]!.length), keyValueHeads);
    const attention = attend({ q, k, v, scoreScale: 1 / Math.sqrt(headDim), window: settings.window });
    const middle = add(x, weights.linear(attention.concat, `${prefix}self_attn.o_proj`));
    const second = weights.rmsNorm(middle, `${prefix}post_attention_layernorm`, eps);
    const gateUp = weights.linear(second, `${prefix}mlp.gate_up_proj`);
    const gate = map(columns(gateUp, 0, intermediateSize), activations[settings.activation]!);
    const up = columns(gateUp, intermediateSize, 2 * intermediateSize);
    x = add(middle, weights.linear(multiply(gate, up), `${prefix}mlp.down_proj`));
    layers.push({ weights: attention.weights, q, k, output: x });
  }
  const finalNorm = weights.rmsNorm(x, 'model.norm', eps);
  return { embedding, layers, finalNorm, logits: weights.linear(finalNorm, headName(settings)) };
}

function shapes(settings: Settings): Shapes {
  const { hiddenSize, heads, keyValueHeads, headDim, intermediateSize } = settings;
  const fused = llamaShapes(settings, (prefix) => ({
    [`${prefix}self_attn.qkv_proj.weight`]: [(heads + 2 * keyValueHeads) * headDim, hiddenSize],
    [`${prefix}mlp.gate_up_proj.weight`]: [2 * intermediateSize, hiddenSize],
  }));
  return Object.fromEntries(Object.entries(fused).filter(([name]) => !/\.(q|k|v|gate|up)_proj\./.test(name)));
}

function variant(name: string, version: 4 | 5, changes: Partial<Settings> = {}, config: Config = {}) {
  const settings: Settings = { ...llamaSettings, eps: 1e-5, window: null, rotaryShare: 1, ...changes };
  const { theta, scaling, rotaryShare } = settings;
  const own = {
    attention_bias: undefined,
    head_dim: undefined,
    mlp_bias: undefined,
    pad_token_id: 0,
    original_max_position_embeddings: scaling?.original_max_position_embeddings ?? settings.maxPositions,
    sliding_window: settings.window,
    ...(version === 5
      ? {
          rope_parameters: { partial_rotary_factor: rotaryShare, rope_theta: theta, rope_type: 'default', ...scaling },
        }
      : { partial_rotary_factor: rotaryShare }),
  };
  return {
    name,
    settings,
    config: { ...llamaConfig('phi3', 'Phi3ForCausalLM', settings, version), ...own, ...config },
  };
}

const longrope: RopeScaling = {
  rope_type: 'longrope',
  short_factor: [1, 1.2, 1.5],
  long_factor: [2, 3, 5],
  original_max_position_embeddings: 16,
};
const savedV4 = { type: 'longrope', short_factor: longrope.short_factor, long_factor: longrope.long_factor };

export const phi3: Family<Settings> = {
  name: 'phi3',
  prefix: 'model.',
  normCentre: 1,
  shapes,
  forward,
  variants: [
    variant('v4, as the first release', 4, { keyValueHeads: 4, window: 9 }, { rope_scaling: null }),
    variant('v4, longrope', 4, { scaling: longrope }, { rope_scaling: savedV4 }),
    {
      ...variant(
        'v4, longrope under its first name',
        4,
        { scaling: longrope },
        { rope_scaling: { ...savedV4, type: 'su' } },
      ),
      isOlder: true,
    },
    variant('v4, part of a head rotated', 4, { hiddenSize: 32, headDim: 8, rotaryShare: 0.75 }, { rope_scaling: null }),
    variant('v5, grouped keys, tied', 5, { keyValueHeads: 1, tied: true }),
    variant('v5, longrope', 5, { scaling: { ...longrope, attention_factor: 1.4 } }),
  ],
};
