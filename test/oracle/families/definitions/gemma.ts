import { attend, splitHeads } from '../support/attention.ts';
import { add, scale } from '../support/decoder-maths.ts';
import { gatedMlp } from '../support/gated-mlp.ts';
import { headName, type LlamaSettings, llamaConfig, llamaSettings, llamaShapes } from '../support/llama-shape.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import { rotateHalves, scaledRope } from '../support/rope.ts';
import type { Weights } from '../support/weights.ts';

interface Settings extends LlamaSettings {
  readonly bidirectional: boolean;
}

/** LLaMA with embeddings times √hidden, norms that multiply by 1 + weight and a tanh-gelu gate.
 *  @see Gemma Team 2024; transformers/models/gemma/modeling_gemma.py */
function forward(settings: Settings, weights: Weights, ids: readonly number[]): ReferenceTrace {
  const { heads, keyValueHeads, headDim, eps, bidirectional } = settings;
  const rope = scaledRope(settings.theta, headDim, settings.scaling, settings.maxPositions, ids.length);
  const embedding = scale(weights.rows('model.embed_tokens.weight', ids), Math.sqrt(settings.hiddenSize));
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < settings.layers; layer++) {
    const prefix = `model.layers.${layer}.`;
    const normed = weights.rmsNorm(x, `${prefix}input_layernorm`, eps, 1);
    const project = (name: string, count: number) =>
      splitHeads(weights.linear(normed, `${prefix}self_attn.${name}_proj`), count);
    const q = rotateHalves(project('q', heads), rope);
    const k = rotateHalves(project('k', keyValueHeads), rope);
    const v = project('v', keyValueHeads);
    const attention = attend({ q, k, v, scoreScale: 1 / Math.sqrt(headDim), bidirectional });
    const middle = add(x, weights.linear(attention.concat, `${prefix}self_attn.o_proj`));
    const second = weights.rmsNorm(middle, `${prefix}post_attention_layernorm`, eps, 1);
    x = add(middle, gatedMlp(weights, `${prefix}mlp.`, second, settings.activation));
    layers.push({ weights: attention.weights, q, k, output: x });
  }
  const finalNorm = weights.rmsNorm(x, 'model.norm', eps, 1);
  return { embedding, layers, finalNorm, logits: weights.linear(finalNorm, headName(settings)) };
}

function variant(name: string, version: 4 | 5, changes: Partial<Settings> = {}, config: Config = {}) {
  const settings = { ...llamaSettings, activation: 'gelu_pytorch_tanh', tied: true, bidirectional: false, ...changes };
  const common = llamaConfig('gemma', 'GemmaForCausalLM', settings, version);
  return { name, settings, config: { ...common, mlp_bias: undefined, ...config } };
}

export const gemma: Family<Settings> = {
  name: 'gemma',
  prefix: 'model.',
  normCentre: 0,
  shapes: (settings) => llamaShapes(settings),
  forward,
  variants: [
    variant('v4, head_dim is not hidden/heads', 4, { headDim: 8, keyValueHeads: 1 }),
    variant('v4, tie_word_embeddings left out', 4, {}, { tie_word_embeddings: undefined }),
    variant('v4, gelu means its tanh form', 4, {}, { hidden_act: 'gelu', hidden_activation: null }),
    variant('v4, activation left out', 4, {}, { hidden_act: undefined, hidden_activation: null }),
    variant('v5, untied, biases', 5, { tied: false, attentionBias: true }),
    variant('v5, eps 1e-2, theta 1e5', 5, { eps: 1e-2, theta: 1e5 }),
  ],
};
