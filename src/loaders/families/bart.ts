import {
  type Config,
  configBooleanOr,
  configCount,
  configCountOf,
  configIntegerOr,
  configNumberOr,
  widthPerHead,
} from '../config.ts';
import { activationOf, causalHead, type Describe, prefixOf, type TensorNames } from './common.ts';
import {
  type AttentionSpec,
  type EmbeddingSpec,
  type LayerSpec,
  layerNormSpec,
  learnedPositions,
  linear,
  multiHead,
  type PositionSpec,
  plainEmbedding,
  plainFeedForward,
  plainLayer,
  queryKeyValue,
  type StackSpec,
} from './spec.ts';

/** How a variant of BART differs from it. */
interface BartVariant {
  readonly positions: 'learned' | 'sinusoid' | 'fairseq';
  readonly hasEmbeddingNorm?: boolean;
  /** Norms before attention and feed-forward and one at the end; else norms after. */
  readonly isPreNorm: boolean;
  /** activation_function and scale_embedding where config.json omits them; default: gelu and false. */
  readonly activation?: string;
  readonly isScaled?: boolean;
  /** The decoder's first token where config.json does not say; 2 where it is left out. */
  start?(config: Config): number;
}

function bartVariant(variant: BartVariant): Describe {
  const { positions, hasEmbeddingNorm = false, isPreNorm, start = () => 2 } = variant;
  return (config, names) => {
    const hidden = configCount(config, 'd_model');
    const vocab = configCount(config, 'vocab_size');
    const epsilon = 1e-5;
    const prefix = prefixOf(names, ['model.', ''], 'encoder.layers.0.fc1.weight');
    const activation = activationOf(config, ['activation_function'], variant.activation ?? 'gelu');
    const rows = configCount(config, 'max_position_embeddings');
    const scale = configBooleanOr(config, 'scale_embedding', variant.isScaled ?? false) ? Math.sqrt(hidden) : 1;
    const tableOf = (side: string) =>
      names.has(`${prefix}${side}.embed_tokens.weight`)
        ? `${prefix}${side}.embed_tokens.weight`
        : `${prefix}shared.weight`;
    const positionsOf = (side: string): PositionSpec => {
      if (positions === 'fairseq') {
        const paddingId = configIntegerOr(config, 'pad_token_id', 1);
        return { kind: 'fairseq', rows: rows + paddingId + 1, paddingId };
      }
      const tensor = `${prefix}${side}.embed_positions.weight`;
      // The files may store the sinusoids; then the stored table counts.
      if (positions === 'sinusoid' && !names.has(tensor)) return { kind: 'sinusoid' };
      const offset = positions === 'sinusoid' ? 0 : 2;
      return learnedPositions(tensor, rows + offset, offset);
    };
    const embedding = (side: string): EmbeddingSpec => ({
      ...plainEmbedding,
      tokens: tableOf(side),
      vocabSize: side === 'decoder' ? configNumberOr(config, 'decoder_vocab_size', vocab) : vocab,
      width: hidden,
      tokenScale: scale,
      positions: positionsOf(side),
      norm: hasEmbeddingNorm ? layerNormSpec(`${prefix}${side}.layernorm_embedding`, hidden, epsilon) : null,
    });
    const attention = (name: string, normName: string, heads: number, isCausal: boolean): AttentionSpec => {
      const headDim = widthPerHead(config, hidden, heads);
      const norm = layerNormSpec(normName, hidden, epsilon);
      return {
        ...multiHead(heads, headDim),
        isCausal,
        norm: isPreNorm ? norm : null,
        ...queryKeyValue((part) => linear(`${name}.${part}_proj`, hidden, hidden)),
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
      head: hasHead(names, prefix)
        ? causalHead(names.has('lm_head.weight') ? 'lm_head.weight' : tableOf('decoder'), {
            bias: names.has('final_logits_bias') ? 'final_logits_bias' : null,
          })
        : null,
    };
  };
}

/** A classifier and a bare model have no head that predicts tokens; a tied head may have no tensor. */
function hasHead(names: TensorNames, prefix: string): boolean {
  if (names.has('final_logits_bias') || names.has('lm_head.weight')) return true;
  return prefix === 'model.' && !names.has('classification_head.dense.weight') && !names.has('qa_outputs.weight');
}

/** Lewis et al. 2020 */
export const bart = bartVariant({ positions: 'learned', hasEmbeddingNorm: true, isPreNorm: false });

/** Liu et al. 2020 */
export const mbart = bartVariant({ positions: 'learned', hasEmbeddingNorm: true, isPreNorm: true });

/** Junczys-Dowmunt et al. 2018 */
export const marian = bartVariant({
  positions: 'sinusoid',
  isPreNorm: false,
  start: (config) => configIntegerOr(config, 'pad_token_id', 0),
});

/** Zhang et al. 2020 */
export const pegasus = bartVariant({
  positions: 'sinusoid',
  isPreNorm: true,
  start: (config) => configIntegerOr(config, 'pad_token_id', 0),
});

/** Fan et al. 2020; NLLB Team 2022 */
export const m2m100 = bartVariant({ positions: 'fairseq', isPreNorm: true, activation: 'relu', isScaled: true });
