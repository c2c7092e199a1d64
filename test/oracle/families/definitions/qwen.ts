import { type LlamaSettings, llamaConfig, llamaSettings, llamaShapes } from '../support/llama-shape.ts';
import type { Config, Family } from '../support/reference.ts';
import type { Shapes } from '../support/weights.ts';
import { llamaForward } from './llama.ts';

interface Settings extends LlamaSettings {
  /** How far each layer sees; null: no limit. */
  readonly windows: readonly (number | null)[];
}

const settings: Settings = { ...llamaSettings, layers: 3, windows: [null, null, null] };

function configOf(type: 'qwen2' | 'qwen3', own: Settings, version: 4 | 5): Config {
  const className = type === 'qwen2' ? 'Qwen2ForCausalLM' : 'Qwen3ForCausalLM';
  const isSliding = own.windows.some((window) => window !== null);
  const layerTypes = own.windows.map((window) => (window === null ? 'full_attention' : 'sliding_attention'));
  const left = type === 'qwen2' ? { head_dim: undefined, attention_bias: undefined } : {};
  return {
    ...llamaConfig(type, className, own, version),
    mlp_bias: undefined,
    ...left,
    max_window_layers: 28,
    sliding_window: null,
    use_sliding_window: isSliding,
    ...(version === 5 ? { layer_types: layerTypes } : {}),
  };
}

const variantOf =
  (type: 'qwen2' | 'qwen3') =>
  (name: string, version: 4 | 5, changes: Partial<Settings> = {}, config: Config = {}) => {
    const own = { ...settings, ...changes };
    return { name, settings: own, config: { ...configOf(type, own, version), ...config } };
  };

const forward: Family<Settings>['forward'] = (own, weights, ids) =>
  llamaForward(own, weights, ids, {
    windowOf: (layer) => own.windows[layer]!,
    headNorm: weights.has('model.layers.0.self_attn.q_norm.weight'),
  });

const qwen2Variant = variantOf('qwen2');
const qwen3Variant = variantOf('qwen3');

/** LLaMA with biases on q, k, v. With `use_sliding_window`, layers from `max_window_layers` on have a window.
 *  @see Yang et al. 2024, section 2.2; transformers/models/qwen2/modeling_qwen2.py */
export const qwen2: Family<Settings> = {
  name: 'qwen2',
  prefix: 'model.',
  normCentre: 1,
  shapes: (own) =>
    llamaShapes(
      own,
      (prefix): Shapes => ({
        [`${prefix}self_attn.q_proj.bias`]: [own.heads * own.headDim],
        [`${prefix}self_attn.k_proj.bias`]: [own.keyValueHeads * own.headDim],
        [`${prefix}self_attn.v_proj.bias`]: [own.keyValueHeads * own.headDim],
      }),
    ),
  forward,
  variants: [
    qwen2Variant('v4, a window that is not used', 4, {}, { sliding_window: 4 }),
    qwen2Variant(
      'v4, tied, used from layer 1 on',
      4,
      { tied: true, windows: [null, 5, 5] },
      {
        sliding_window: 5,
        max_window_layers: 1,
      },
    ),
    qwen2Variant('v4, used from layer 0 on', 4, { windows: [3, 3, 3] }, { sliding_window: 3, max_window_layers: 0 }),
    qwen2Variant('v4, used, but only from layer 28 on', 4, {}, { sliding_window: 3, use_sliding_window: true }),
    qwen2Variant('v5, layer types', 5, { windows: [6, null, 6] }, { sliding_window: 6 }),
    qwen2Variant('v5, full attention', 5, { keyValueHeads: 1, theta: 1e6 }),
    qwen2Variant('v5, yarn', 5, {
      scaling: { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 16 },
    }),
  ],
};

/** LLaMA with RMSNorm over each head of q and k.
 *  @see Yang et al. 2025, section 2; transformers/models/qwen3/modeling_qwen3.py */
export const qwen3: Family<Settings> = {
  name: 'qwen3',
  prefix: 'model.',
  normCentre: 1,
  shapes: (own) =>
    llamaShapes(
      own,
      (prefix): Shapes => ({
        [`${prefix}self_attn.q_norm.weight`]: [own.headDim],
        [`${prefix}self_attn.k_norm.weight`]: [own.headDim],
      }),
    ),
  forward,
  variants: [
    qwen3Variant('v4, head_dim is not hidden/heads', 4, { headDim: 10 }),
    qwen3Variant(
      'v4, biases, tied, a window that is not used',
      4,
      { attentionBias: true, tied: true },
      { sliding_window: 4 },
    ),
    qwen3Variant(
      'v4, window from layer 2 on',
      4,
      { windows: [null, null, 5], eps: 1e-3 },
      {
        sliding_window: 5,
        max_window_layers: 2,
      },
    ),
    qwen3Variant('v5, layer types', 5, { windows: [6, null, 6], headDim: 8 }, { sliding_window: 6 }),
    qwen3Variant('v5, full attention', 5, { keyValueHeads: 4, theta: 1e6 }),
  ],
};
