import { type LlamaSettings, llamaConfig, llamaSettings, llamaShapes } from '../support/llama-shape.ts';
import type { Config, Family } from '../support/reference.ts';
import { llamaForward } from './llama.ts';

interface Settings extends LlamaSettings {
  readonly window: number | null;
  /** Layers that see all (Ministral). */
  readonly fullLayers: readonly number[];
}

function variant(name: string, version: 4 | 5, changes: Partial<Settings>, config: Config = {}) {
  const settings = { ...llamaSettings, window: null, fullLayers: [], ...changes };
  const common = llamaConfig('mistral', 'MistralForCausalLM', settings, version);
  const own = { sliding_window: settings.window, attention_bias: undefined, mlp_bias: undefined };
  return { name, settings, config: { ...common, ...own, ...config } };
}

/** LLaMA whose tokens see the last `sliding_window` tokens, including themselves.
 *  @see Jiang et al. 2023, section 2; transformers/models/mistral/modeling_mistral.py */
export const mistral: Family<Settings> = {
  name: 'mistral',
  prefix: 'model.',
  normCentre: 1,
  shapes: (settings) => llamaShapes(settings),
  forward: (settings, weights, ids) =>
    llamaForward(settings, weights, ids, {
      windowOf: (layer) => (settings.fullLayers.includes(layer) ? null : settings.window),
    }),
  variants: [
    variant('v4, window of 4', 4, { window: 4 }, { head_dim: undefined }),
    variant('v4, no window, tied', 4, { tied: true }),
    variant('v5, window of 1', 5, { window: 1, headDim: 8 }),
    variant('v5, window of 12', 5, { window: 12, keyValueHeads: 1 }),
    variant('v5, window left out: 4096', 5, { theta: 1e6 }, { sliding_window: undefined }),
    variant(
      'v5, layer types, which make it a Ministral',
      5,
      { window: 4, fullLayers: [0] },
      { layer_types: ['full_attention', 'sliding_attention'] },
    ),
    variant('v5, head_dim null', 5, { window: 7 }, { head_dim: null }),
  ],
};
