import { attend, splitHeads } from './attention.ts';
import { activations, add, linear, type Matrix, map, scale } from './decoder-maths.ts';
import { positionsFromPadding } from './padding-positions.ts';
import type { Config, ReferenceLayer } from './reference.ts';
import type { Seq2SeqTrace } from './seq2seq.ts';
import { eachLayer, linearShapes, normShapes } from './shapes.ts';
import type { Shapes, Weights } from './weights.ts';

/** What BART and its descendants have in common, and where they differ. */
export interface BartSettings {
  readonly width: number;
  readonly encoder: StackSizes;
  readonly decoder: StackSizes;
  readonly vocabSize: number;
  /** Separate vocabularies of the two texts (Marian); null: one table for both. */
  readonly decoderVocabSize: number | null;
  readonly maxPositions: number;
  readonly activation: string;
  /** Embeddings × √d_model. */
  readonly isScaled: boolean;
  readonly tied: boolean;
  /** learned: a table whose rows count from 2; sinusoid: computed; stored: a table of the file, rows from 0;
   *  fairseq: computed, counted from the position after the padding, whose row is zero. */
  readonly positions: 'learned' | 'sinusoid' | 'stored' | 'fairseq';
  readonly paddingId: number;
  /** Norm before each part, and one after the last layer (mBART, Pegasus). */
  readonly isPreNorm: boolean;
  readonly hasEmbeddingNorm: boolean;
  /** A file may lack final_logits_bias, which then is zero. */
  readonly hasLogitsBias: boolean;
}

export interface StackSizes {
  readonly layers: number;
  readonly heads: number;
  readonly inner: number;
}

export const bartSettings: BartSettings = {
  width: 24,
  encoder: { layers: 2, heads: 4, inner: 20 },
  decoder: { layers: 2, heads: 4, inner: 20 },
  vocabSize: 40,
  decoderVocabSize: null,
  maxPositions: 42,
  activation: 'gelu',
  isScaled: false,
  tied: true,
  positions: 'learned',
  paddingId: 1,
  isPreNorm: false,
  hasEmbeddingNorm: true,
  hasLogitsBias: true,
};

export function bartConfig(modelType: string, className: string, settings: BartSettings, version: 4 | 5): Config {
  const { encoder, decoder } = settings;
  return {
    architectures: [className],
    model_type: modelType,
    activation_dropout: 0.0,
    activation_function: settings.activation,
    attention_dropout: 0.0,
    bos_token_id: 0,
    classifier_dropout: 0.0,
    d_model: settings.width,
    decoder_attention_heads: decoder.heads,
    decoder_ffn_dim: decoder.inner,
    decoder_layerdrop: 0.05,
    decoder_layers: decoder.layers,
    decoder_start_token_id: 2,
    dropout: 0.1,
    encoder_attention_heads: encoder.heads,
    encoder_ffn_dim: encoder.inner,
    encoder_layerdrop: 0.05,
    encoder_layers: encoder.layers,
    eos_token_id: 2,
    forced_eos_token_id: 2,
    init_std: 0.02,
    is_encoder_decoder: true,
    max_position_embeddings: settings.maxPositions,
    num_hidden_layers: encoder.layers,
    pad_token_id: settings.paddingId,
    scale_embedding: settings.isScaled,
    ...(settings.tied && version === 4 ? {} : { tie_word_embeddings: settings.tied }),
    [version === 5 ? 'dtype' : 'torch_dtype']: 'float32',
    transformers_version: version === 5 ? '5.18.0' : '4.41.0',
    use_cache: true,
    vocab_size: settings.vocabSize,
  };
}

const attentionShapes = (prefix: string, width: number): Shapes => ({
  ...linearShapes(`${prefix}k_proj`, width, width),
  ...linearShapes(`${prefix}v_proj`, width, width),
  ...linearShapes(`${prefix}q_proj`, width, width),
  ...linearShapes(`${prefix}out_proj`, width, width),
});

function stackShapes(settings: BartSettings, name: 'encoder' | 'decoder'): Shapes {
  const { width } = settings;
  const stack = `model.${name}.`;
  const offset = settings.positions === 'learned' ? 2 : 0;
  return {
    ...(settings.positions === 'sinusoid' || settings.positions === 'fairseq'
      ? {}
      : { [`${stack}embed_positions.weight`]: [settings.maxPositions + offset, width] }),
    ...(settings.hasEmbeddingNorm ? normShapes(`${stack}layernorm_embedding`, width) : {}),
    ...eachLayer(settings[name].layers, (layer) => {
      const prefix = `${stack}layers.${layer}.`;
      return {
        ...attentionShapes(`${prefix}self_attn.`, width),
        ...normShapes(`${prefix}self_attn_layer_norm`, width),
        ...(name === 'decoder'
          ? {
              ...attentionShapes(`${prefix}encoder_attn.`, width),
              ...normShapes(`${prefix}encoder_attn_layer_norm`, width),
            }
          : {}),
        ...linearShapes(`${prefix}fc1`, width, settings[name].inner),
        ...linearShapes(`${prefix}fc2`, settings[name].inner, width),
        ...normShapes(`${prefix}final_layer_norm`, width),
      };
    }),
    ...(settings.isPreNorm ? normShapes(`${stack}layer_norm`, width) : {}),
  };
}

/** As save_pretrained of …ForConditionalGeneration writes them. */
export function bartShapes(settings: BartSettings): Shapes {
  const { width, vocabSize, decoderVocabSize, tied } = settings;
  const targetVocabSize = decoderVocabSize ?? vocabSize;
  const tables: Shapes = {
    ...(decoderVocabSize === null ? { 'model.shared.weight': [vocabSize, width] } : {}),
    // Version 5 ties these two when it ties the head; otherwise it stores both.
    ...(decoderVocabSize !== null || !tied
      ? {
          'model.encoder.embed_tokens.weight': [vocabSize, width],
          'model.decoder.embed_tokens.weight': [targetVocabSize, width],
        }
      : {}),
  };
  return {
    ...tables,
    ...stackShapes(settings, 'encoder'),
    ...stackShapes(settings, 'decoder'),
    ...(settings.hasLogitsBias ? { final_logits_bias: [1, targetVocabSize] } : {}),
    ...(tied ? {} : { 'lm_head.weight': [targetVocabSize, width] }),
  };
}

/** Marian's positions: sines in the first half of the columns, cosines in the second.
 *  @see transformers/models/marian/modeling_marian.py, MarianSinusoidalPositionalEmbedding */
function sinusoids(count: number, width: number): Matrix {
  const half = Math.ceil(width / 2);
  return Array.from({ length: count }, (_, position) =>
    Array.from({ length: width }, (__, column) => {
      const pair = column < half ? column : column - half;
      const angle = position / 10000 ** ((2 * pair) / width);
      return column < half ? Math.sin(angle) : Math.cos(angle);
    }),
  );
}

/** Sines beside cosines as fairseq has them: the last wave is 10000 times as long as the first.
 *  @see transformers/models/m2m_100/modeling_m2m_100.py, M2M100SinusoidalPositionalEmbedding */
function fairseqSinusoids(positions: readonly number[], width: number, paddingId: number): Matrix {
  const half = Math.floor(width / 2);
  return positions.map((position) =>
    Array.from({ length: width }, (_, column) => {
      if (position === paddingId || column >= 2 * half) return 0;
      const angle = position * 10000 ** (-(column % half) / (half - 1));
      return column < half ? Math.sin(angle) : Math.cos(angle);
    }),
  );
}

function positionsOf(settings: BartSettings, weights: Weights, stack: string, ids: readonly number[]): Matrix {
  const { width, paddingId } = settings;
  const table = `${stack}embed_positions.weight`;
  switch (settings.positions) {
    case 'sinusoid':
      return sinusoids(ids.length, width);
    case 'fairseq':
      return fairseqSinusoids(positionsFromPadding(ids, paddingId), width, paddingId);
    case 'learned':
      return weights.rows(
        table,
        [...ids.keys()].map((position) => position + 2),
      );
    case 'stored':
      return weights.rows(table, [...ids.keys()]);
  }
}

function embed(settings: BartSettings, weights: Weights, name: 'encoder' | 'decoder', ids: readonly number[]): Matrix {
  const stack = `model.${name}.`;
  const own = `${stack}embed_tokens.weight`;
  const tokens = weights.rows(weights.has(own) ? own : 'model.shared.weight', ids);
  const scaled = scale(tokens, settings.isScaled ? Math.sqrt(settings.width) : 1);
  const sum = add(scaled, positionsOf(settings, weights, stack, ids));
  return settings.hasEmbeddingNorm ? weights.layerNorm(sum, `${stack}layernorm_embedding`, 1e-5) : sum;
}

/** h = LN(x + part(x)), or x + part(LN(x)) if the norm comes first. */
function sublayer(
  settings: BartSettings,
  weights: Weights,
  norm: string,
  x: Matrix,
  part: (x: Matrix) => Matrix,
): Matrix {
  if (settings.isPreNorm) return add(x, part(weights.layerNorm(x, norm, 1e-5)));
  return weights.layerNorm(add(x, part(x)), norm, 1e-5);
}

function attention(weights: Weights, prefix: string, heads: number, x: Matrix, memory: Matrix, bidirectional: boolean) {
  const project = (name: string, of: Matrix) => splitHeads(weights.linear(of, `${prefix}${name}_proj`), heads);
  const [q, k, v] = [project('q', x), project('k', memory), project('v', memory)];
  const attended = attend({ q, k, v, scoreScale: 1 / Math.sqrt(q[0]![0]!.length), bidirectional });
  return { weights: attended.weights, q, k, output: weights.linear(attended.concat, `${prefix}out_proj`) };
}

function runStack(
  settings: BartSettings,
  weights: Weights,
  name: 'encoder' | 'decoder',
  ids: readonly number[],
  memory: Matrix | null,
) {
  const { layers: count, heads } = settings[name];
  const embedding = embed(settings, weights, name, ids);
  const layers: ReferenceLayer[] = [];
  const cross: ReferenceLayer[] = [];
  let x = embedding;
  for (let layer = 0; layer < count; layer++) {
    const prefix = `model.${name}.layers.${layer}.`;
    let self: ReferenceLayer | null = null;
    x = sublayer(settings, weights, `${prefix}self_attn_layer_norm`, x, (input) => {
      self = attention(weights, `${prefix}self_attn.`, heads, input, input, memory === null);
      return self.output;
    });
    if (memory !== null) {
      x = sublayer(settings, weights, `${prefix}encoder_attn_layer_norm`, x, (input) => {
        const one = attention(weights, `${prefix}encoder_attn.`, heads, input, memory, true);
        cross.push(one);
        return one.output;
      });
    }
    x = sublayer(settings, weights, `${prefix}final_layer_norm`, x, (input) => {
      const inner = map(weights.linear(input, `${prefix}fc1`), activations[settings.activation]!);
      return weights.linear(inner, `${prefix}fc2`);
    });
    layers.push({ ...self!, output: x } as ReferenceLayer);
  }
  const finalNorm = settings.isPreNorm ? weights.layerNorm(x, `model.${name}.layer_norm`, 1e-5) : null;
  return { embedding, layers, cross, finalNorm, output: finalNorm ?? x };
}

/** Encoder, decoder with attention to the encoder's output, and logits of the token table plus a bias.
 *  @see Lewis et al. 2020, "BART"; transformers/models/bart/modeling_bart.py */
export function bartForward(
  settings: BartSettings,
  weights: Weights,
  ids: readonly number[],
  targetIds: readonly number[],
): Seq2SeqTrace {
  const encoder = runStack(settings, weights, 'encoder', ids, null);
  const decoder = runStack(settings, weights, 'decoder', targetIds, encoder.output);
  const candidates = ['lm_head.weight', 'model.decoder.embed_tokens.weight', 'model.shared.weight'];
  const head = candidates.find((name) => weights.has(name))!;
  const logits = linear(
    decoder.output,
    weights.matrix(head),
    settings.hasLogitsBias ? weights.matrix('final_logits_bias')[0]! : null,
  );
  return { encoder, decoder: { ...decoder, logits } };
}
