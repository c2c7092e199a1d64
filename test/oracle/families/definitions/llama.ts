import { attend, splitHeads } from '../support/attention.ts';
import { add, type Matrix, scale } from '../support/decoder-maths.ts';
import { gatedMlp } from '../support/gated-mlp.ts';
import { headName, type LlamaSettings, llamaConfig, llamaSettings, llamaShapes } from '../support/llama-shape.ts';
import type { Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import { type RopeScaling, rotateHalves, scaledRope } from '../support/rope.ts';
import type { Weights } from '../support/weights.ts';

/** Where a descendant of LLaMA differs. */
export interface Differences {
  /** How far back a layer sees, including the token itself; null: no limit. */
  readonly windowOf?: (layer: number) => number | null;
  /** RMSNorm over each head of q and k before the rotation (Qwen3). */
  readonly headNorm?: boolean;
  /** Layers without rotation (SmolLM3). */
  readonly isRotated?: (layer: number) => boolean;
  /** Factors on the embeddings, on the scores instead of 1/√d_k, on each addition, on the logits (Granite). */
  readonly factors?: Readonly<Record<'embedding' | 'attention' | 'residual' | 'logits', number>>;
}

/** h = x + Attention(RMSNorm(x)), y = h + SwiGLU(RMSNorm(h)), rotated q and k, grouped keys and values.
 *  @see Touvron et al. 2023; transformers/models/llama/modeling_llama.py */
export function llamaForward(
  settings: LlamaSettings,
  weights: Weights,
  ids: readonly number[],
  differences: Differences = {},
): ReferenceTrace {
  const { heads, keyValueHeads, headDim, eps } = settings;
  const rope = scaledRope(settings.theta, headDim, settings.scaling, settings.maxPositions, ids.length);
  const { factors } = differences;
  const embedding = scale(weights.rows('model.embed_tokens.weight', ids), factors?.embedding ?? 1);
  const residual = (x: Matrix) => scale(x, factors?.residual ?? 1);
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < settings.layers; layer++) {
    const prefix = `model.layers.${layer}.`;
    const normed = weights.rmsNorm(x, `${prefix}input_layernorm`, eps);
    const project = (name: 'q' | 'k' | 'v', count: number) =>
      splitHeads(weights.linear(normed, `${prefix}self_attn.${name}_proj`), count);
    const place = (name: 'q' | 'k', count: number) => {
      const plain = project(name, count);
      const ready = differences.headNorm
        ? plain.map((head) => weights.rmsNorm(head, `${prefix}self_attn.${name}_norm`, eps))
        : plain;
      return (differences.isRotated?.(layer) ?? true) ? rotateHalves(ready, rope) : ready;
    };
    const q = place('q', heads);
    const k = place('k', keyValueHeads);
    const v = project('v', keyValueHeads);
    const window = differences.windowOf?.(layer) ?? null;
    const attention = attend({ q, k, v, scoreScale: factors?.attention ?? 1 / Math.sqrt(headDim), window });
    const middle = add(x, residual(weights.linear(attention.concat, `${prefix}self_attn.o_proj`)));
    const second = weights.rmsNorm(middle, `${prefix}post_attention_layernorm`, eps);
    x = add(middle, residual(gatedMlp(weights, `${prefix}mlp.`, second, settings.activation)));
    layers.push({ weights: attention.weights, q, k, output: x });
  }
  const finalNorm = weights.rmsNorm(x, 'model.norm', eps);
  const logits = scale(weights.linear(finalNorm, headName(settings)), factors?.logits ?? 1);
  return { embedding, layers, finalNorm, logits };
}

function variant(name: string, version: 4 | 5, changes: Partial<LlamaSettings>, config: Record<string, unknown> = {}) {
  const settings = { ...llamaSettings, ...changes };
  return { name, settings, config: { ...llamaConfig('llama', 'LlamaForCausalLM', settings, version), ...config } };
}

const linear: RopeScaling = { rope_type: 'linear', factor: 3 };
const dynamic: RopeScaling = { rope_type: 'dynamic', factor: 2.5 };
const yarn: RopeScaling = { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 16 };
const llama3: RopeScaling = {
  rope_type: 'llama3',
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 32,
};

export const llama: Family<LlamaSettings> = {
  name: 'llama',
  prefix: 'model.',
  normCentre: 1,
  shapes: (settings) => llamaShapes(settings),
  forward: (settings, weights, ids) => llamaForward(settings, weights, ids),
  variants: [
    variant(
      'v4, as LLaMA 1 was saved',
      4,
      { keyValueHeads: 4 },
      { head_dim: undefined, num_key_value_heads: undefined },
    ),
    variant('v4, biases, tied, eps 1e-2', 4, { attentionBias: true, mlpBias: true, tied: true, eps: 1e-2 }),
    variant('v5, head_dim is not hidden/heads, one key/value head', 5, { headDim: 8, keyValueHeads: 1, theta: 500000 }),
    variant('v5, defaults left out', 5, { keyValueHeads: 4 }, { rope_parameters: undefined, rms_norm_eps: undefined }),
    variant('v5, relu', 5, { activation: 'relu' }),
    variant('v4, linear scaling', 4, { scaling: linear }, { rope_scaling: { type: 'linear', factor: 3 } }),
    variant('v5, linear scaling', 5, { scaling: linear }),
    variant('v4, dynamic scaling, text as long as the positions', 4, {
      scaling: dynamic,
      maxPositions: 40,
      headDim: 8,
    }),
    variant('v5, dynamic scaling', 5, { scaling: dynamic, headDim: 8 }),
    variant('v4, llama3 scaling', 4, { scaling: llama3, headDim: 16 }),
    variant('v5, llama3 scaling', 5, { scaling: llama3, headDim: 16, theta: 500000 }),
    variant('v4, yarn', 4, { scaling: yarn, headDim: 16 }),
    variant('v5, yarn, attention factor and betas', 5, {
      scaling: { ...yarn, attention_factor: 1.3, beta_fast: 4, beta_slow: 0.5 },
      headDim: 16,
    }),
    variant('v5, yarn, mscale, not truncated', 5, {
      scaling: { ...yarn, mscale: 0.9, mscale_all_dim: 0.4, truncate: false, beta_fast: 3 },
      headDim: 16,
    }),
    variant('v4, longrope', 4, {
      scaling: {
        rope_type: 'longrope',
        short_factor: [1, 1.2, 1.5],
        long_factor: [2, 3, 5],
        factor: 4,
        original_max_position_embeddings: 16,
      },
    }),
  ],
};
