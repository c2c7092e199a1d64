import { configBooleanOr, configCount, configNumberOr } from '../config.ts';
import { causalDecoder } from './causal-decoder.ts';
import { activationOf, type Describe, decoderHead, headDimOf, sizesOf, tokenTable } from './common.ts';
import { layerNormSpec, learnedPositions, linear, queryKeyValue } from './spec.ts';

/** Zhang et al. 2022; one size is post-norm, and narrower at both ends. */
export const opt: Describe = (config, names) => {
  const sizes = sizesOf(config);
  const { hidden } = sizes;
  const { prefix, table } = tokenTable(names, ['model.decoder.', 'decoder.', ''], 'embed_tokens.weight');
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
  const norm = (name: string) => layerNormSpec(name, hidden, epsilon, { hasWeights });
  return causalDecoder({
    sizes,
    headDim,
    table,
    maxPositions: positions,
    embedding: {
      width,
      positions: learnedPositions(`${prefix}embed_positions.weight`, positions + offset, offset),
      projection:
        width === hidden
          ? null
          : { linear: linear(`${prefix}project_in`, width, hidden, false), place: 'before positions' },
    },
    activation,
    layer: (index) => {
      const name = `${prefix}layers.${index}`;
      const attentionNorm = norm(`${name}.self_attn_layer_norm`);
      const outputNorm = norm(`${name}.final_layer_norm`);
      const part = (which: string) => linear(`${name}.self_attn.${which}_proj`, hidden, hidden, hasBias);
      return {
        norm: attentionNorm,
        ...queryKeyValue(part),
        o: part('out'),
        innerNorm: outputNorm,
        up: linear(`${name}.fc1`, hidden, inner, hasBias),
        down: linear(`${name}.fc2`, inner, hidden, hasBias),
        attention: isBefore ? {} : { norm: null, residualNorm: attentionNorm },
        feedForward: isBefore ? {} : { norm: null, residualNorm: outputNorm },
      };
    },
    finalNorm: hasFinalNorm ? norm(`${prefix}final_layer_norm`) : null,
    head: decoderHead(
      config,
      names,
      { table, isTied: true, isBare: prefix !== 'model.decoder.' },
      {
        transform:
          width === hidden
            ? null
            : { linear: linear(`${prefix}project_out`, hidden, width, false), activation: 'identity', norm: null },
      },
    ),
  });
};
