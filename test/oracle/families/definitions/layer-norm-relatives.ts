import { attend, splitHeads } from '../support/attention.ts';
import { activations, add, type Matrix, map, scale } from '../support/decoder-maths.ts';
import { gatedMlp } from '../support/gated-mlp.ts';
import { headName, type LlamaSettings, llamaConfig, llamaSettings, llamaShapes } from '../support/llama-shape.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import { rotateHalves, rotateNeighbours, scaledRope } from '../support/rope.ts';
import type { Shapes, Weights } from '../support/weights.ts';

interface Settings extends LlamaSettings {
  readonly isParallel: boolean;
  readonly rotaryShare: number;
  readonly window: number | null;
  readonly logitScale: number;
  readonly queryBias: boolean;
}

const base: Settings = {
  ...llamaSettings,
  hiddenSize: 32,
  headDim: 8,
  eps: 1e-5,
  isParallel: false,
  rotaryShare: 1,
  window: null,
  logitScale: 1,
  queryBias: false,
};

/** LLaMA with LayerNorm: with weight and bias (StableLM, StarCoder 2), only a weight (Cohere), neither (OLMo). In parallel:
 *  y = x + Attention(LN(x)) + FFN(LN(x)). Cohere rotates neighbouring dimensions, StarCoder 2 has no gate.
 *  @see Bellagente et al. 2024, Groeneveld et al. 2024, Lozhkov et al. 2024;
 *  transformers/models/{stablelm,olmo,starcoder2,cohere}/modeling_*.py */
function forward(type: string, settings: Settings, weights: Weights, ids: readonly number[]): ReferenceTrace {
  const { heads, keyValueHeads, headDim, eps, isParallel } = settings;
  const width = Math.trunc(headDim * settings.rotaryShare);
  const rope = scaledRope(settings.theta, width, settings.scaling, settings.maxPositions, ids.length);
  const turn = type === 'cohere' ? rotateNeighbours : rotateHalves;
  const feedForward = (x: Matrix, prefix: string) =>
    type === 'starcoder2'
      ? weights.linear(map(weights.linear(x, `${prefix}c_fc`), activations[settings.activation]!), `${prefix}c_proj`)
      : gatedMlp(weights, prefix, x, settings.activation);
  const embedding = weights.rows('model.embed_tokens.weight', ids);
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < settings.layers; layer++) {
    const prefix = `model.layers.${layer}.`;
    const normed = weights.layerNorm(x, `${prefix}input_layernorm`, eps);
    const project = (name: string, count: number) =>
      splitHeads(weights.linear(normed, `${prefix}self_attn.${name}_proj`), count);
    const q = turn(project('q', heads), rope);
    const k = turn(project('k', keyValueHeads), rope);
    const v = project('v', keyValueHeads);
    const attention = attend({ q, k, v, scoreScale: 1 / Math.sqrt(headDim), window: settings.window });
    const middle = add(x, weights.linear(attention.concat, `${prefix}self_attn.o_proj`));
    const second = isParallel ? normed : weights.layerNorm(middle, `${prefix}post_attention_layernorm`, eps);
    x = add(middle, feedForward(second, `${prefix}mlp.`));
    layers.push({ weights: attention.weights, q, k, output: x });
  }
  const finalNorm = weights.layerNorm(x, 'model.norm', eps);
  const logits = scale(weights.linear(finalNorm, headName(settings)), settings.logitScale);
  return { embedding, layers, finalNorm, logits };
}

const isNorm = (name: string) => /norm\.weight$/.test(name);

/** Replaces RMSNorm's weights by the family's own norms, and drops the tensors that it lacks. */
function shapesOf(type: string, settings: Settings): Shapes {
  const { hiddenSize, intermediateSize, headDim, heads, keyValueHeads, mlpBias } = settings;
  const all = llamaShapes(settings, (prefix): Shapes => {
    const bias = (name: string, size: number) => ({ [`${prefix}self_attn.${name}_proj.bias`]: [size] });
    const qkv = settings.queryBias
      ? { ...bias('q', heads * headDim), ...bias('k', keyValueHeads * headDim), ...bias('v', keyValueHeads * headDim) }
      : {};
    if (type !== 'starcoder2') return qkv;
    return {
      ...qkv,
      [`${prefix}mlp.c_fc.weight`]: [intermediateSize, hiddenSize],
      [`${prefix}mlp.c_proj.weight`]: [hiddenSize, intermediateSize],
      ...(mlpBias
        ? { [`${prefix}mlp.c_fc.bias`]: [intermediateSize], [`${prefix}mlp.c_proj.bias`]: [hiddenSize] }
        : {}),
    };
  });
  const hasNormBias = type === 'stablelm' || type === 'starcoder2';
  const kept = Object.entries(all).filter(
    ([name]) =>
      !(type === 'olmo' && isNorm(name)) &&
      !(settings.isParallel && name.includes('post_attention_layernorm')) &&
      !(type === 'starcoder2' && /(gate|up|down)_proj/.test(name)),
  );
  return Object.fromEntries(
    kept.flatMap(([name, shape]) =>
      hasNormBias && isNorm(name)
        ? [
            [name, shape],
            [name.replace(/weight$/, 'bias'), shape],
          ]
        : [[name, shape]],
    ),
  );
}

type Make = (
  name: string,
  version: 4 | 5,
  changes?: Partial<Settings>,
  config?: Config,
) => Family<Settings>['variants'][0];

function familyOf(
  type: string,
  className: string,
  own: (settings: Settings) => Config,
  variants: (variant: Make) => Family<Settings>['variants'],
): Family<Settings> {
  const make: Make = (name, version, changes = {}, config = {}) => {
    const settings = { ...base, ...changes };
    const common = llamaConfig(type, className, settings, version);
    const without = { head_dim: undefined, mlp_bias: undefined, rms_norm_eps: undefined };
    return { name, settings, config: { ...common, ...without, ...own(settings), ...config } };
  };
  return {
    name: type,
    prefix: 'model.',
    normCentre: 1,
    shapes: (settings) => shapesOf(type, settings),
    forward: (settings, weights, ids) => forward(type, settings, weights, ids),
    variants: variants(make),
  };
}

export const stablelm = familyOf(
  'stablelm',
  'StableLmForCausalLM',
  ({ eps, queryBias, isParallel }) => ({
    attention_bias: undefined,
    layer_norm_eps: eps,
    qk_layernorm: false,
    use_qkv_bias: queryBias,
    use_parallel_residual: isParallel,
  }),
  (variant) => [
    variant('v4, a quarter rotated', 4, { rotaryShare: 0.25 }, { partial_rotary_factor: 0.25 }),
    variant('v4, side by side, biases of q, k, v, the rotated part left out', 4, {
      isParallel: true,
      queryBias: true,
      rotaryShare: 0.25,
    }),
    variant(
      'v5, half rotated, eps 1e-2, tied',
      5,
      { rotaryShare: 0.5, eps: 1e-2, tied: true },
      {
        rope_parameters: { rope_theta: 10000, rope_type: 'default', partial_rotary_factor: 0.5 },
      },
    ),
  ],
);

export const olmo = familyOf(
  'olmo',
  'OlmoForCausalLM',
  () => ({ clip_qkv: null }),
  (variant) => [
    variant('v4, as released', 4, { keyValueHeads: 4 }, { num_key_value_heads: null }),
    variant('v5, biases, tied', 5, { attentionBias: true, tied: true, theta: 500000 }),
  ],
);

export const starcoder2 = familyOf(
  'starcoder2',
  'Starcoder2ForCausalLM',
  ({ eps, mlpBias, window }) => ({
    attention_bias: undefined,
    norm_epsilon: eps,
    use_bias: mlpBias,
    sliding_window: window,
  }),
  (variant) => [
    variant('v4, as released', 4, {
      activation: 'gelu_pytorch_tanh',
      attentionBias: true,
      mlpBias: true,
      tied: true,
      window: 6,
    }),
    variant('v5, no biases, untied', 5, { activation: 'gelu', keyValueHeads: 1 }),
  ],
);

export const cohere = familyOf(
  'cohere',
  'CohereForCausalLM',
  ({ eps, logitScale }) => ({ layer_norm_eps: eps, logit_scale: logitScale, use_qk_norm: false }),
  (variant) => [
    variant('v4, as released', 4, { isParallel: true, tied: true, logitScale: 0.0625, theta: 8e6 }),
    variant(
      'v5, biases, untied, scale and base left out',
      5,
      { isParallel: true, attentionBias: true, logitScale: 0.0625, theta: 500000 },
      { logit_scale: undefined, rope_parameters: undefined },
    ),
  ],
);
