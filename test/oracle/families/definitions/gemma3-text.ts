import { llamaConfig } from '../support/llama-shape.ts';
import type { Config, Family } from '../support/reference.ts';
import { type Gemma2Settings, gemma2Forward, gemma2Settings, gemma2Shapes, layerTypes } from './gemma2.ts';

function variant(name: string, version: 4 | 5, changes: Partial<Gemma2Settings> = {}, config: Config = {}) {
  const defaults = { attentionCap: null, logitCap: null, headNorm: true, theta: 1e6 };
  const settings: Gemma2Settings = { ...gemma2Settings, ...defaults, ...changes };
  const rotation =
    version === 5
      ? {
          rope_parameters: {
            sliding_attention: { rope_theta: settings.slidingTheta, rope_type: 'default', ...settings.slidingScaling },
            full_attention: { rope_theta: settings.theta, rope_type: 'default', ...settings.scaling },
          },
          layer_types: layerTypes(settings),
        }
      : { rope_local_base_freq: settings.slidingTheta, sliding_window_pattern: 6 };
  const own = {
    hidden_act: undefined,
    mlp_bias: undefined,
    hidden_activation: settings.activation,
    attn_logit_softcapping: settings.attentionCap,
    final_logit_softcapping: settings.logitCap,
    query_pre_attn_scalar: settings.queryScalar,
    sliding_window: settings.window,
    ...rotation,
  };
  return {
    name,
    settings,
    config: { ...llamaConfig('gemma3_text', 'Gemma3ForCausalLM', settings, version), ...own, ...config },
  };
}

const allSliding = [true, true, true];

/** Gemma 2's layer with RMSNorm over each head of q and k, without caps; one layer in six has no window.
 *  @see Gemma Team 2025, section 2; transformers/models/gemma3/modeling_gemma3.py */
export const gemma3Text: Family<Gemma2Settings> = {
  name: 'gemma3_text',
  prefix: 'model.',
  normCentre: 0,
  shapes: gemma2Shapes,
  forward: gemma2Forward,
  variants: [
    variant('v4, pattern of 6', 4, { isSliding: allSliding }),
    variant('v4, pattern of 2', 4, { isSliding: [true, false, true] }, { sliding_window_pattern: 2 }),
    variant(
      'v4, linear scaling of the far layers',
      4,
      { isSliding: [true, false, true], scaling: { rope_type: 'linear', factor: 8 } },
      {
        sliding_window_pattern: 2,
      },
    ),
    variant('v5, layer types', 5, { isSliding: [false, true, false], headDim: 8, slidingTheta: 5000 }),
    variant('v5, linear scaling of the far layers', 5, {
      isSliding: [true, true, false],
      scaling: { rope_type: 'linear', factor: 8 },
    }),
    variant('v5, final soft cap, untied', 5, { logitCap: 2.5, tied: false }),
    variant('v5, rope parameters left out', 5, { isSliding: [false, true, false] }, { rope_parameters: undefined }),
  ],
};
