import { type LlamaSettings, llamaConfig, llamaSettings, llamaShapes } from '../support/llama-shape.ts';
import type { Config, Family } from '../support/reference.ts';
import { type Differences, llamaForward } from './llama.ts';

interface Settings extends LlamaSettings {
  readonly factors: NonNullable<Differences['factors']>;
}

function variant(name: string, version: 4 | 5, changes: Partial<Settings> = {}, config: Config = {}) {
  const factors = { embedding: 12, attention: 0.1, residual: 0.22, logits: 1 / 8 };
  const settings: Settings = { ...llamaSettings, factors, ...changes };
  const own = {
    head_dim: undefined,
    attention_multiplier: settings.factors.attention,
    embedding_multiplier: settings.factors.embedding,
    logits_scaling: 1 / settings.factors.logits,
    residual_multiplier: settings.factors.residual,
  };
  return {
    name,
    settings,
    config: { ...llamaConfig('granite', 'GraniteForCausalLM', settings, version), ...own, ...config },
  };
}

/** LLaMA with factors on embeddings, scores, additions to the residual stream, and logits.
 *  @see IBM Granite team 2024; transformers/models/granite/modeling_granite.py */
export const granite: Family<Settings> = {
  name: 'granite',
  prefix: 'model.',
  normCentre: 1,
  shapes: (settings) => llamaShapes(settings),
  forward: (settings, weights, ids) => llamaForward(settings, weights, ids, { factors: settings.factors }),
  variants: [
    variant('v4, as released, tied', 4, { tied: true, theta: 1e7 }),
    variant('v5, biases', 5, { attentionBias: true, mlpBias: true }),
    variant(
      'v4, factors left out: 1',
      4,
      { factors: { embedding: 1, attention: 1, residual: 1, logits: 1 } },
      {
        attention_multiplier: undefined,
        embedding_multiplier: undefined,
        logits_scaling: undefined,
        residual_multiplier: undefined,
      },
    ),
  ],
};
