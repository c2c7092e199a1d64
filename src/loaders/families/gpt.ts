import { type Config, configBooleanOr, configCount, configCountOf, configListOr, configNumberOr } from '../config.ts';
import { FormatError, quoted } from '../errors.ts';
import { activationOf, causalHead, type Describe, headDimOf, headWeight, prefixOf, refuse, sizesOf } from './common.ts';
import {
  block,
  conv1d,
  layerNormSpec,
  linear,
  plainAttention,
  plainEmbedding,
  plainFeedForward,
  plainLayer,
} from './spec.ts';

/** Radford et al. 2019 */
export const gpt2: Describe = (config, names) => {
  const sizes = sizesOf(config);
  const { hidden, heads, layers, vocab } = sizes;
  if (configBooleanOr(config, 'add_cross_attention', false)) refuse(config, 'add_cross_attention');
  const prefix = prefixOf(names, ['transformer.', ''], 'wte.weight');
  const epsilon = configNumberOr(config, 'layer_norm_epsilon', 1e-5);
  const headDim = headDimOf(config, sizes);
  const inner = configNumberOr(config, 'n_inner', 4 * hidden);
  const activation = activationOf(config, ['activation_function'], 'gelu_new');
  const isScaled = configBooleanOr(config, 'scale_attn_weights', true);
  const isScaledByLayer = configBooleanOr(config, 'scale_attn_by_inverse_layer_idx', false);
  const rows = configCountOf(config, ['n_positions', 'max_position_embeddings']);
  const table = `${prefix}wte.weight`;
  return {
    hiddenSize: hidden,
    stack: {
      maxPositions: rows,
      embedding: {
        ...plainEmbedding,
        tokens: table,
        vocabSize: vocab,
        width: hidden,
        positions: { kind: 'table', tensor: `${prefix}wpe.weight`, rows, offset: 0, paddingId: null },
      },
      layers: Array.from({ length: layers }, (_, index) => {
        const name = `${prefix}h.${index}`;
        const qkv = conv1d(`${name}.attn.c_attn`, hidden, 3 * hidden);
        const widths = [hidden, hidden, hidden];
        return {
          ...plainLayer,
          attention: {
            ...plainAttention,
            numAttentionHeads: heads,
            numKeyValueHeads: heads,
            headDim,
            scoreScale: (isScaled ? 1 / Math.sqrt(headDim) : 1) / (isScaledByLayer ? index + 1 : 1),
            isCausal: true,
            norm: layerNormSpec(`${name}.ln_1`, hidden, epsilon),
            q: block(qkv, widths, 0),
            k: block(qkv, widths, 1),
            v: block(qkv, widths, 2),
            o: conv1d(`${name}.attn.c_proj`, hidden, hidden),
          },
          feedForward: {
            ...plainFeedForward,
            norm: layerNormSpec(`${name}.ln_2`, hidden, epsilon),
            up: conv1d(`${name}.mlp.c_fc`, hidden, inner),
            activation,
            down: conv1d(`${name}.mlp.c_proj`, inner, hidden),
          },
        };
      }),
      finalNorm: layerNormSpec(`${prefix}ln_f`, hidden, epsilon),
    },
    decoder: null,
    head:
      prefix === '' && !names.has('lm_head.weight')
        ? null
        : causalHead(headWeight(config, names, 'lm_head.weight', table, true)),
  };
};

/** Black et al. 2021: no scaling; every other layer sees a window. */
export const gptNeo: Describe = (config, names) => {
  const sizes = sizesOf(config);
  const { hidden, heads, layers, vocab } = sizes;
  const prefix = prefixOf(names, ['transformer.', ''], 'wte.weight');
  const epsilon = configNumberOr(config, 'layer_norm_epsilon', 1e-5);
  const headDim = headDimOf(config, sizes);
  const inner = configNumberOr(config, 'intermediate_size', 4 * hidden);
  const activation = activationOf(config, ['activation_function'], 'gelu_new');
  const rows = configCount(config, 'max_position_embeddings');
  const window = configNumberOr(config, 'window_size', 256);
  const kinds = attentionKinds(config, layers);
  const table = `${prefix}wte.weight`;
  return {
    hiddenSize: hidden,
    stack: {
      maxPositions: rows,
      embedding: {
        ...plainEmbedding,
        tokens: table,
        vocabSize: vocab,
        width: hidden,
        positions: { kind: 'table', tensor: `${prefix}wpe.weight`, rows, offset: 0, paddingId: null },
      },
      layers: Array.from({ length: layers }, (_, index) => {
        const name = `${prefix}h.${index}`;
        const part = (which: string) => linear(`${name}.attn.attention.${which}_proj`, hidden, hidden, which === 'out');
        return {
          ...plainLayer,
          attention: {
            ...plainAttention,
            numAttentionHeads: heads,
            numKeyValueHeads: heads,
            headDim,
            scoreScale: 1,
            isCausal: true,
            window: kinds[index] === 'local' ? window : null,
            norm: layerNormSpec(`${name}.ln_1`, hidden, epsilon),
            q: part('q'),
            k: part('k'),
            v: part('v'),
            o: part('out'),
          },
          feedForward: {
            ...plainFeedForward,
            norm: layerNormSpec(`${name}.ln_2`, hidden, epsilon),
            up: linear(`${name}.mlp.c_fc`, hidden, inner),
            activation,
            down: linear(`${name}.mlp.c_proj`, inner, hidden),
          },
        };
      }),
      finalNorm: layerNormSpec(`${prefix}ln_f`, hidden, epsilon),
    },
    decoder: null,
    head:
      prefix === '' && !names.has('lm_head.weight')
        ? null
        : causalHead(headWeight(config, names, 'lm_head.weight', table, true)),
  };
};

/** attention_layers as it is, or attention_types written out: [[['global', 'local'], 6]] is six times both.
 *  @throws FormatError where they are not as many as the layers, UnsupportedModelError for another kind. */
function attentionKinds(config: Config, layers: number): readonly unknown[] {
  const types = configListOr(config, 'attention_types', [[['global', 'local'], 12]]);
  const kinds =
    configListOr(config, 'attention_layers', null) ??
    types.flatMap((entry) => {
      const [kinds, times] = Array.isArray(entry) ? entry : [];
      const count = Number.isSafeInteger(times) && (times as number) <= 1000 ? (times as number) : 0;
      return Array.isArray(kinds) ? Array.from({ length: count }, () => kinds).flat() : [];
    });
  if (kinds.length !== layers) {
    throw new FormatError(
      `${config.path}: attention_types must name the kind of each of num_layers ${layers} layers; it names ${kinds.length}`,
    );
  }
  const other = kinds.find((kind) => kind !== 'global' && kind !== 'local');
  if (other !== undefined) refuse(config, `attention_types ${quoted(String(other))}`);
  return kinds;
}
