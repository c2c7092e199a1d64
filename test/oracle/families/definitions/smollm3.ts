import { type LlamaSettings, llamaConfig, llamaSettings, llamaShapes } from '../support/llama-shape.ts';
import type { Config, Family } from '../support/reference.ts';
import { llamaForward } from './llama.ts';

interface Settings extends LlamaSettings {
  readonly rotated: readonly boolean[];
  readonly windows: readonly (number | null)[];
}

function variant(name: string, version: 4 | 5, changes: Partial<Settings> = {}, config: Config = {}) {
  const settings: Settings = {
    ...llamaSettings,
    layers: 4,
    tied: true,
    theta: 5e6,
    rotated: [true, true, true, false],
    windows: [null, null, null, null],
    ...changes,
  };
  const own = {
    head_dim: undefined,
    pad_token_id: 0,
    no_rope_layer_interval: 4,
    no_rope_layers: settings.rotated.map(Number),
    layer_types: settings.windows.map((window) => (window === null ? 'full_attention' : 'sliding_attention')),
    sliding_window: null,
    use_sliding_window: false,
  };
  return {
    name,
    settings,
    config: { ...llamaConfig('smollm3', 'SmolLM3ForCausalLM', settings, version), ...own, ...config },
  };
}

/** LLaMA in which every fourth layer is not rotated (NoPE).
 *  @see Hugging Face 2025; transformers/models/smollm3/modeling_smollm3.py */
export const smollm3: Family<Settings> = {
  name: 'smollm3',
  prefix: 'model.',
  normCentre: 1,
  shapes: (settings) => llamaShapes(settings),
  forward: (settings, weights, ids) =>
    llamaForward(settings, weights, ids, {
      isRotated: (layer) => settings.rotated[layer]!,
      windowOf: (layer) => settings.windows[layer]!,
    }),
  variants: [
    variant('v4, as released', 4),
    variant(
      'v5, only the interval',
      5,
      { rotated: [true, false, true, false] },
      {
        no_rope_layer_interval: 2,
        no_rope_layers: undefined,
        layer_types: undefined,
      },
    ),
    variant(
      'v4, a window in the layers without rotation, biases',
      4,
      { windows: [null, null, null, 5], attentionBias: true, mlpBias: true },
      { use_sliding_window: true, sliding_window: 5, layer_types: undefined },
    ),
    variant(
      'v5, a window by layer types alone, untied',
      5,
      { windows: [3, null, null, 3], tied: false },
      {
        sliding_window: 3,
      },
    ),
    variant('v5, rope left out', 5, { theta: 2e6 }, { rope_parameters: undefined }),
  ],
};
