import { attend, splitHeads } from '../support/attention.ts';
import { activations, add, columns, map } from '../support/decoder-maths.ts';
import type { Config, Family, ReferenceLayer, ReferenceTrace } from '../support/reference.ts';
import type { Shapes, Weights } from '../support/weights.ts';

interface Settings {
  readonly heads: number;
  readonly headDim: number;
  readonly eps: number;
  readonly tied: boolean;
}

const [vocabSize, layerCount] = [40, 2];

/** Slopes of ALiBi as its authors' code lists them for these numbers of heads.  @see Press et al. 2022, section 3 */
const slopes: Record<number, number[]> = {
  2: [1 / 16, 1 / 256],
  4: [1 / 4, 1 / 16, 1 / 64, 1 / 256],
  6: [1 / 4, 1 / 16, 1 / 64, 1 / 256, 1 / 2, 1 / 8],
  8: [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64, 1 / 128, 1 / 256],
};

/** A norm of the embeddings, no positions; each score gets slope · key position, which under the softmax equals
 *  −slope · distance; q, k, v of each head side by side.
 *  @see Scao et al. 2022, section 3.1; transformers/models/bloom/modeling_bloom.py */
function forward(settings: Settings, weights: Weights, ids: readonly number[]): ReferenceTrace {
  const { heads, headDim, eps } = settings;
  const words = weights.rows('transformer.word_embeddings.weight', ids);
  const embedding = weights.layerNorm(words, 'transformer.word_embeddings_layernorm', eps);
  const layers: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < layerCount; layer++) {
    const prefix = `transformer.h.${layer}.`;
    const normed = weights.layerNorm(x, `${prefix}input_layernorm`, eps);
    const perHead = splitHeads(weights.linear(normed, `${prefix}self_attention.query_key_value`), heads);
    const part = (index: number) => perHead.map((head) => columns(head, index * headDim, (index + 1) * headDim));
    const [q, k, v] = [part(0), part(1), part(2)];
    const bias = (head: number, _: number, key: number) => slopes[heads]![head]! * key;
    const attention = attend({ q, k, v, scoreScale: 1 / Math.sqrt(headDim), bias });
    const middle = add(x, weights.linear(attention.concat, `${prefix}self_attention.dense`));
    const second = weights.layerNorm(middle, `${prefix}post_attention_layernorm`, eps);
    const inner = map(weights.linear(second, `${prefix}mlp.dense_h_to_4h`), activations.gelu_new!);
    x = add(middle, weights.linear(inner, `${prefix}mlp.dense_4h_to_h`));
    layers.push({ weights: attention.weights, q, k, output: x });
  }
  const finalNorm = weights.layerNorm(x, 'transformer.ln_f', eps);
  const head = settings.tied ? 'transformer.word_embeddings' : 'lm_head';
  return { embedding, layers, finalNorm, logits: weights.linear(finalNorm, head) };
}

function shapes({ heads, headDim, tied }: Settings): Shapes {
  const hidden = heads * headDim;
  const found: Record<string, readonly number[]> = { 'transformer.word_embeddings.weight': [vocabSize, hidden] };
  const affine = (name: string, out: number, width: number | null) => {
    found[`${name}.weight`] = width === null ? [out] : [out, width];
    found[`${name}.bias`] = [out];
  };
  affine('transformer.word_embeddings_layernorm', hidden, null);
  for (let layer = 0; layer < layerCount; layer++) {
    const prefix = `transformer.h.${layer}.`;
    affine(`${prefix}input_layernorm`, hidden, null);
    affine(`${prefix}self_attention.query_key_value`, 3 * hidden, hidden);
    affine(`${prefix}self_attention.dense`, hidden, hidden);
    affine(`${prefix}post_attention_layernorm`, hidden, null);
    affine(`${prefix}mlp.dense_h_to_4h`, 4 * hidden, hidden);
    affine(`${prefix}mlp.dense_4h_to_h`, hidden, 4 * hidden);
  }
  affine('transformer.ln_f', hidden, null);
  if (!tied) found['lm_head.weight'] = [vocabSize, hidden];
  return found;
}

function variant(name: string, changes: Partial<Settings> = {}, config: Config = {}) {
  const settings: Settings = { heads: 4, headDim: 6, eps: 1e-5, tied: true, ...changes };
  const saved = {
    apply_residual_connection_post_layernorm: false,
    architectures: ['BloomForCausalLM'],
    attention_dropout: 0.0,
    bos_token_id: 1,
    eos_token_id: 2,
    hidden_dropout: 0.0,
    hidden_size: settings.heads * settings.headDim,
    layer_norm_epsilon: settings.eps,
    model_type: 'bloom',
    n_head: settings.heads,
    n_layer: layerCount,
    pad_token_id: 3,
    pretraining_tp: 1,
    slow_but_exact: false,
    tie_word_embeddings: settings.tied,
    vocab_size: vocabSize,
  };
  return { name, settings, config: { ...saved, ...config } };
}

export const bloom: Family<Settings> = {
  name: 'bloom',
  prefix: 'transformer.',
  normCentre: 1,
  shapes,
  forward,
  variants: [
    variant('four heads'),
    variant('six heads, which is no power of two', { heads: 6 }),
    variant('two heads, untied, eps 1e-2', { heads: 2, tied: false, eps: 1e-2 }),
    variant(
      'eight heads, sizes as the first release names them',
      { heads: 8 },
      {
        hidden_size: undefined,
        n_embed: 48,
      },
    ),
  ],
};
