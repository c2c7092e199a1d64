import { attend, splitHeads } from '../support/attention.ts';
import { add, map, scale } from '../support/decoder-maths.ts';
import { gatedMlp } from '../support/gated-mlp.ts';
import { headName, type LlamaSettings, llamaConfig, llamaSettings, llamaShapes } from '../support/llama-shape.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import { type RopeScaling, rotateHalves, scaledRope } from '../support/rope.ts';
import type { Shapes, Weights } from '../support/weights.ts';

export interface Gemma2Settings extends LlamaSettings {
  readonly queryScalar: number;
  readonly attentionCap: number | null;
  readonly logitCap: number | null;
  readonly window: number;
  readonly isSliding: readonly boolean[];
  /** Base and scaling of the layers with a window (Gemma 3). */
  readonly slidingTheta: number;
  readonly slidingScaling: RopeScaling | null;
  /** RMSNorm over each head of q and k (Gemma 3). */
  readonly headNorm: boolean;
}

export const gemma2Settings: Gemma2Settings = {
  ...llamaSettings,
  layers: 3,
  activation: 'gelu_pytorch_tanh',
  tied: true,
  queryScalar: 10,
  attentionCap: 2.5,
  logitCap: 3.5,
  window: 5,
  isSliding: [true, false, true],
  slidingTheta: 10000,
  slidingScaling: null,
  headNorm: false,
};

const cap = (size: number | null) => (value: number) => (size === null ? value : size * Math.tanh(value / size));

/** Gemma with a norm before and after each part, scores over √query_pre_attn_scalar, soft caps, and a window in every
 *  other layer. Gemma 3: norms of q and k instead of caps, and another base in layers with a window.
 *  @see Gemma Team 2024, "Gemma 2", section 2; Gemma Team 2025, "Gemma 3", section 2;
 *  transformers/models/gemma2/modeling_gemma2.py, gemma3/modeling_gemma3.py */
export function gemma2Forward(settings: Gemma2Settings, weights: Weights, ids: readonly number[]): ReferenceTrace {
  const { heads, keyValueHeads, headDim, eps, maxPositions } = settings;
  const norm = (x: number[][], name: string) => weights.rmsNorm(x, name, eps, 1);
  const far = scaledRope(settings.theta, headDim, settings.scaling, maxPositions, ids.length);
  const near = scaledRope(settings.slidingTheta, headDim, settings.slidingScaling, maxPositions, ids.length);
  const embedding = scale(weights.rows('model.embed_tokens.weight', ids), Math.sqrt(settings.hiddenSize));
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < settings.layers; layer++) {
    const prefix = `model.layers.${layer}.`;
    const isSliding = settings.isSliding[layer]!;
    const normed = norm(x, `${prefix}input_layernorm`);
    const project = (name: string, count: number) =>
      splitHeads(weights.linear(normed, `${prefix}self_attn.${name}_proj`), count);
    const place = (name: 'q' | 'k', count: number) => {
      const plain = project(name, count);
      const ready = settings.headNorm ? plain.map((head) => norm(head, `${prefix}self_attn.${name}_norm`)) : plain;
      return rotateHalves(ready, isSliding ? near : far);
    };
    const q = place('q', heads);
    const k = place('k', keyValueHeads);
    const attention = attend({
      q,
      k,
      v: project('v', keyValueHeads),
      scoreScale: 1 / Math.sqrt(settings.queryScalar),
      window: isSliding ? settings.window : null,
      softCap: settings.attentionCap,
    });
    const output = weights.linear(attention.concat, `${prefix}self_attn.o_proj`);
    const middle = add(x, norm(output, `${prefix}post_attention_layernorm`));
    const second = norm(middle, `${prefix}pre_feedforward_layernorm`);
    const fed = gatedMlp(weights, `${prefix}mlp.`, second, settings.activation);
    x = add(middle, norm(fed, `${prefix}post_feedforward_layernorm`));
    layers.push({ weights: attention.weights, q, k, output: x });
  }
  const finalNorm = norm(x, 'model.norm');
  const logits = map(weights.linear(finalNorm, headName(settings)), cap(settings.logitCap));
  return { embedding, layers, finalNorm, logits };
}

export function gemma2Shapes(settings: Gemma2Settings): Shapes {
  return llamaShapes(settings, (prefix) => ({
    [`${prefix}pre_feedforward_layernorm.weight`]: [settings.hiddenSize],
    [`${prefix}post_feedforward_layernorm.weight`]: [settings.hiddenSize],
    ...(settings.headNorm
      ? {
          [`${prefix}self_attn.q_norm.weight`]: [settings.headDim],
          [`${prefix}self_attn.k_norm.weight`]: [settings.headDim],
        }
      : {}),
  }));
}

export const layerTypes = (settings: Gemma2Settings): string[] =>
  settings.isSliding.map((sliding) => (sliding ? 'sliding_attention' : 'full_attention'));

function variant(name: string, version: 4 | 5, changes: Partial<Gemma2Settings> = {}, config: Config = {}) {
  const settings = { ...gemma2Settings, ...changes };
  const own = {
    hidden_act: undefined,
    mlp_bias: undefined,
    hidden_activation: settings.activation,
    attn_logit_softcapping: settings.attentionCap,
    final_logit_softcapping: settings.logitCap,
    query_pre_attn_scalar: settings.queryScalar,
    sliding_window: settings.window,
    ...(version === 5 ? { layer_types: layerTypes(settings) } : {}),
  };
  return {
    name,
    settings,
    config: { ...llamaConfig('gemma2', 'Gemma2ForCausalLM', settings, version), ...own, ...config },
  };
}

export const gemma2: Family<Gemma2Settings> = {
  name: 'gemma2',
  prefix: 'model.',
  normCentre: 0,
  shapes: gemma2Shapes,
  forward: gemma2Forward,
  variants: [
    variant('v4, as released', 4, { headDim: 8 }, { cache_implementation: 'hybrid' }),
    variant('v4, no soft caps', 4, { attentionCap: null, logitCap: null }),
    variant(
      'v4, caps and scalar left out',
      4,
      { attentionCap: 50, logitCap: 30, queryScalar: 256, headDim: 10 },
      { attn_logit_softcapping: undefined, final_logit_softcapping: undefined, query_pre_attn_scalar: undefined },
    ),
    variant('v5, other layer types, untied, biases', 5, {
      isSliding: [false, false, true],
      tied: false,
      attentionBias: true,
    }),
    variant(
      'v5, layer types left out',
      5,
      { keyValueHeads: 1, theta: 1e5, slidingTheta: 1e5 },
      { layer_types: undefined },
    ),
  ],
};
