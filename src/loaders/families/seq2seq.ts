import {
  type Config,
  configBooleanOr,
  configCount,
  configCountOf,
  configIntegerOr,
  configNumberOr,
  configStringOr,
  widthPerHead,
} from '../config.ts';
import { activationNamed, activationOf, causalHead, type Describe, prefixOf, sizesOf } from './common.ts';
import {
  type AttentionSpec,
  type EmbeddingSpec,
  type LayerSpec,
  layerNormSpec,
  linear,
  plainAttention,
  plainEmbedding,
  plainFeedForward,
  plainLayer,
  rmsNormSpec,
  type StackSpec,
} from './spec.ts';

/** Raffel et al. 2020: no scaling, no absolute positions, RMS norms without bias; the buckets of block 0 serve all blocks.
 *  Without a decoder in the files it is an encoder. */
export const t5: Describe = (config, names) => {
  const { hidden, heads, layers, vocab } = sizesOf(config);
  const headDim = configCount(config, 'd_kv');
  const inner = configCount(config, 'd_ff');
  const epsilon = configNumberOr(config, 'layer_norm_epsilon', 1e-6);
  const [kind = '', gated] = configStringOr(config, 'feed_forward_proj', 'relu').split('-').toReversed();
  const isGated = gated === 'gated';
  // `gated-gelu` means the approximation by tanh.
  const activation = isGated && kind === 'gelu' ? 'gelu_new' : activationNamed(config, 'feed_forward_proj', kind);
  const table = ['shared.weight', 'encoder.embed_tokens.weight'].find((name) => names.has(name)) ?? 'shared.weight';
  const all = heads * headDim;
  const attention = (name: string, norm: string, more: Partial<AttentionSpec>): AttentionSpec => ({
    ...plainAttention,
    numAttentionHeads: heads,
    numKeyValueHeads: heads,
    headDim,
    scoreScale: 1,
    norm: rmsNormSpec(norm, hidden, epsilon),
    q: linear(`${name}.q`, hidden, all, false),
    k: linear(`${name}.k`, hidden, all, false),
    v: linear(`${name}.v`, hidden, all, false),
    o: linear(`${name}.o`, all, hidden, false),
    ...more,
  });
  const stack = (side: 'encoder' | 'decoder', count: number): StackSpec => ({
    maxPositions: null,
    embedding: { ...plainEmbedding, tokens: table, vocabSize: vocab, width: hidden },
    layers: Array.from({ length: count }, (_, index): LayerSpec => {
      const name = `${side}.block.${index}.layer`;
      const last = side === 'encoder' ? 1 : 2;
      const dense = `${name}.${last}.DenseReluDense`;
      return {
        ...plainLayer,
        attention: attention(`${name}.0.SelfAttention`, `${name}.0.layer_norm`, {
          isCausal: side === 'decoder',
          positionTerms: {
            kind: 'buckets',
            table: `${side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`,
            buckets: configNumberOr(config, 'relative_attention_num_buckets', 32),
            maxDistance: configNumberOr(config, 'relative_attention_max_distance', 128),
            isBidirectional: side === 'encoder',
          },
        }),
        crossAttention: side === 'encoder' ? null : attention(`${name}.1.EncDecAttention`, `${name}.1.layer_norm`, {}),
        feedForward: {
          ...plainFeedForward,
          norm: rmsNormSpec(`${name}.${last}.layer_norm`, hidden, epsilon),
          up: linear(`${dense}.${isGated ? 'wi_1' : 'wi'}`, hidden, inner, false),
          gate: isGated ? linear(`${dense}.wi_0`, hidden, inner, false) : null,
          activation,
          down: linear(`${dense}.wo`, inner, hidden, false),
        },
      };
    }),
    finalNorm: rmsNormSpec(`${side}.final_layer_norm`, hidden, epsilon),
  });
  const hasDecoder = names.has('decoder.final_layer_norm.weight');
  const isTied = configBooleanOr(config, 'tie_word_embeddings', true);
  const isScaled = configBooleanOr(config, 'scale_decoder_outputs', isTied);
  const hasOwnHead = names.has('lm_head.weight');
  return {
    hiddenSize: hidden,
    stack: stack('encoder', layers),
    decoder: hasDecoder
      ? {
          ...stack('decoder', configNumberOr(config, 'num_decoder_layers', layers)),
          startTokenId:
            configIntegerOr(config, 'decoder_start_token_id', null) ?? configIntegerOr(config, 'pad_token_id', 0),
        }
      : null,
    head: hasDecoder
      ? causalHead(hasOwnHead ? 'lm_head.weight' : table, { scale: isScaled ? hidden ** -0.5 : 1 })
      : null,
  };
};

/** What BART's relatives do each in their own way. */
interface Relative {
  readonly positions: 'learned' | 'sinusoid';
  readonly hasEmbeddingNorm: boolean;
  /** Norms before attention and feed-forward, and one at the end, instead of norms after. */
  readonly isPreNorm: boolean;
  /** What the decoder begins with where the configuration does not say. */
  start(config: Config): number;
}

function relativeOfBart({ positions, hasEmbeddingNorm, isPreNorm, start }: Relative): Describe {
  return (config, names) => {
    const hidden = configCount(config, 'd_model');
    const vocab = configCount(config, 'vocab_size');
    const epsilon = 1e-5;
    const prefix = prefixOf(names, ['model.', ''], 'encoder.layers.0.fc1.weight');
    const activation = activationOf(config, ['activation_function'], positions === 'sinusoid' ? 'swish' : 'gelu');
    const rows = configCount(config, 'max_position_embeddings');
    const offset = 2;
    const scale = configBooleanOr(config, 'scale_embedding', false) ? Math.sqrt(hidden) : 1;
    const tableOf = (side: string) =>
      [`${prefix}shared.weight`, `${prefix}${side}.embed_tokens.weight`].find((name) => names.has(name)) ??
      `${prefix}shared.weight`;
    const embedding = (side: string): EmbeddingSpec => ({
      ...plainEmbedding,
      tokens: tableOf(side),
      vocabSize: side === 'decoder' ? configNumberOr(config, 'decoder_vocab_size', vocab) : vocab,
      width: hidden,
      tokenScale: scale,
      positions:
        positions === 'sinusoid'
          ? { kind: 'sinusoid' }
          : {
              kind: 'table',
              tensor: `${prefix}${side}.embed_positions.weight`,
              rows: rows + offset,
              offset,
              paddingId: null,
            },
      norm: hasEmbeddingNorm ? layerNormSpec(`${prefix}${side}.layernorm_embedding`, hidden, epsilon) : null,
    });
    const attention = (name: string, normName: string, heads: number, isCausal: boolean): AttentionSpec => {
      const headDim = widthPerHead(config, hidden, heads);
      const norm = layerNormSpec(normName, hidden, epsilon);
      return {
        ...plainAttention,
        numAttentionHeads: heads,
        numKeyValueHeads: heads,
        headDim,
        scoreScale: 1 / Math.sqrt(headDim),
        isCausal,
        norm: isPreNorm ? norm : null,
        q: linear(`${name}.q_proj`, hidden, hidden),
        k: linear(`${name}.k_proj`, hidden, hidden),
        v: linear(`${name}.v_proj`, hidden, hidden),
        o: linear(`${name}.out_proj`, hidden, hidden),
        residualNorm: isPreNorm ? null : norm,
      };
    };
    const stack = (side: 'encoder' | 'decoder'): StackSpec => {
      const heads = configCountOf(config, [`${side}_attention_heads`, 'num_attention_heads']);
      const inner = configCount(config, `${side}_ffn_dim`);
      const layers = configCountOf(config, [`${side}_layers`, 'num_hidden_layers']);
      return {
        maxPositions: rows,
        embedding: embedding(side),
        layers: Array.from({ length: layers }, (_, index): LayerSpec => {
          const name = `${prefix}${side}.layers.${index}`;
          const norm = layerNormSpec(`${name}.final_layer_norm`, hidden, epsilon);
          return {
            ...plainLayer,
            attention: attention(`${name}.self_attn`, `${name}.self_attn_layer_norm`, heads, side === 'decoder'),
            crossAttention:
              side === 'encoder'
                ? null
                : attention(`${name}.encoder_attn`, `${name}.encoder_attn_layer_norm`, heads, false),
            feedForward: {
              ...plainFeedForward,
              norm: isPreNorm ? norm : null,
              up: linear(`${name}.fc1`, hidden, inner),
              activation,
              down: linear(`${name}.fc2`, inner, hidden),
              residualNorm: isPreNorm ? null : norm,
            },
          };
        }),
        finalNorm: isPreNorm ? layerNormSpec(`${prefix}${side}.layer_norm`, hidden, epsilon) : null,
      };
    };
    return {
      hiddenSize: hidden,
      stack: stack('encoder'),
      decoder: {
        ...stack('decoder'),
        startTokenId: configIntegerOr(config, 'decoder_start_token_id', null) ?? start(config),
      },
      head:
        names.has('final_logits_bias') || names.has('lm_head.weight') || prefix === 'model.'
          ? causalHead(ownHead(config, 'lm_head.weight', names.has('lm_head.weight'), tableOf('decoder')), {
              bias: names.has('final_logits_bias') ? 'final_logits_bias' : null,
            })
          : null,
    };
  };
}

function ownHead(config: Config, own: string, hasOwn: boolean, table: string): string {
  return hasOwn && !configBooleanOr(config, 'tie_word_embeddings', true) ? own : table;
}

/** Lewis et al. 2020 */
export const bart = relativeOfBart({
  positions: 'learned',
  hasEmbeddingNorm: true,
  isPreNorm: false,
  start: () => 2,
});

/** Liu et al. 2020 */
export const mbart = relativeOfBart({
  positions: 'learned',
  hasEmbeddingNorm: true,
  isPreNorm: true,
  start: () => 2,
});

/** Junczys-Dowmunt et al. 2018 */
export const marian = relativeOfBart({
  positions: 'sinusoid',
  hasEmbeddingNorm: false,
  isPreNorm: false,
  start: (config) => configIntegerOr(config, 'pad_token_id', 0),
});

/** Zhang et al. 2020 */
export const pegasus = relativeOfBart({
  positions: 'sinusoid',
  hasEmbeddingNorm: false,
  isPreNorm: true,
  start: (config) => configIntegerOr(config, 'pad_token_id', 0),
});
