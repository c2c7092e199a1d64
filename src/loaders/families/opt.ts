import { configBooleanOr, configCount, configNumberOr } from '../config.ts';
import { activationOf, causalHead, type Describe, headDimOf, headWeight, prefixOf, sizesOf } from './common.ts';
import { layerNormSpec, linear, plainAttention, plainEmbedding, plainFeedForward, plainLayer } from './spec.ts';

/** Zhang et al. 2022; one size normalises after instead of before, and is narrower at both ends. */
export const opt: Describe = (config, names) => {
  const sizes = sizesOf(config);
  const { hidden, heads, layers, vocab } = sizes;
  const prefix = prefixOf(names, ['model.decoder.', 'decoder.', ''], 'embed_tokens.weight');
  const epsilon = 1e-5;
  const headDim = headDimOf(config, sizes);
  const inner = configCount(config, 'ffn_dim');
  const width = configNumberOr(config, 'word_embed_proj_dim', hidden);
  const hasBias = configBooleanOr(config, 'enable_bias', true);
  const hasWeights = configBooleanOr(config, 'layer_norm_elementwise_affine', true);
  const isBefore = configBooleanOr(config, 'do_layer_norm_before', true);
  const hasFinalNorm = isBefore && !configBooleanOr(config, '_remove_final_layer_norm', false);
  const activation = activationOf(config, ['activation_function'], 'relu');
  const positions = configCount(config, 'max_position_embeddings');
  const offset = 2;
  const table = `${prefix}embed_tokens.weight`;
  const norm = (name: string) => layerNormSpec(name, hidden, epsilon, { hasWeights });
  return {
    hiddenSize: hidden,
    stack: {
      maxPositions: positions,
      embedding: {
        ...plainEmbedding,
        tokens: table,
        vocabSize: vocab,
        width,
        positions: {
          kind: 'table',
          tensor: `${prefix}embed_positions.weight`,
          rows: positions + offset,
          offset,
          paddingId: null,
        },
        projection:
          width === hidden
            ? null
            : { linear: linear(`${prefix}project_in`, width, hidden, false), place: 'before positions' },
      },
      layers: Array.from({ length: layers }, (_, index) => {
        const name = `${prefix}layers.${index}`;
        const attentionNorm = norm(`${name}.self_attn_layer_norm`);
        const outputNorm = norm(`${name}.final_layer_norm`);
        const part = (which: string) => linear(`${name}.self_attn.${which}_proj`, hidden, hidden, hasBias);
        return {
          ...plainLayer,
          attention: {
            ...plainAttention,
            numAttentionHeads: heads,
            numKeyValueHeads: heads,
            headDim,
            scoreScale: 1 / Math.sqrt(headDim),
            isCausal: true,
            norm: isBefore ? attentionNorm : null,
            q: part('q'),
            k: part('k'),
            v: part('v'),
            o: part('out'),
            residualNorm: isBefore ? null : attentionNorm,
          },
          feedForward: {
            ...plainFeedForward,
            norm: isBefore ? outputNorm : null,
            up: linear(`${name}.fc1`, hidden, inner, hasBias),
            activation,
            down: linear(`${name}.fc2`, inner, hidden, hasBias),
            residualNorm: isBefore ? null : outputNorm,
          },
        };
      }),
      finalNorm: hasFinalNorm ? norm(`${prefix}final_layer_norm`) : null,
    },
    decoder: null,
    head:
      prefix !== 'model.decoder.' && !names.has('lm_head.weight')
        ? null
        : causalHead(headWeight(config, names, 'lm_head.weight', table, true), {
            transform:
              width === hidden
                ? null
                : { linear: linear(`${prefix}project_out`, hidden, width, false), activation: 'identity', norm: null },
          }),
  };
};
