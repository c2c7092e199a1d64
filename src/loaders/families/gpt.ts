import { type Config, configBooleanOr, configCount, configCountOf, configListOr, configNumberOr } from '../config.ts';
import { FormatError, quoted } from '../errors.ts';
import { causalDecoder } from './causal-decoder.ts';
import {
  activationOf,
  type Describe,
  decoderHead,
  headDimOf,
  refuse,
  refuseTrue,
  sizesOf,
  type TensorNames,
  tokenTable,
} from './common.ts';
import { block, conv1d, inverseRoot, layerNormSpec, learnedPositions, linear, queryKeyValue } from './spec.ts';

/** The parts that both GPTs name alike. */
function commonParts(config: Config, names: TensorNames, rows: number) {
  const sizes = sizesOf(config);
  const { prefix, table } = tokenTable(names, ['transformer.', ''], 'wte.weight');
  const epsilon = configNumberOr(config, 'layer_norm_epsilon', 1e-5);
  const norm = (name: string) => layerNormSpec(prefix + name, sizes.hidden, epsilon);
  const head = decoderHead(config, names, { table, isTied: true, isBare: prefix === '' });
  const activation = activationOf(config, ['activation_function'], 'gelu_new');
  const headDim = headDimOf(config, sizes);
  const embedding = { positions: learnedPositions(`${prefix}wpe.weight`, rows) };
  const decoder = { sizes, headDim, table, maxPositions: rows, embedding, activation, finalNorm: norm('ln_f'), head };
  return { prefix, norm, decoder };
}

/** Radford et al. 2019 */
export const gpt2: Describe = (config, names) => {
  refuseTrue(config, 'add_cross_attention');
  const rows = configCountOf(config, ['n_positions', 'max_position_embeddings']);
  const { prefix, norm, decoder } = commonParts(config, names, rows);
  const { hidden } = decoder.sizes;
  const { headDim } = decoder;
  const inner = configNumberOr(config, 'n_inner', 4 * hidden);
  const isScaled = configBooleanOr(config, 'scale_attn_weights', true);
  const isScaledByLayer = configBooleanOr(config, 'scale_attn_by_inverse_layer_idx', false);
  return causalDecoder({
    ...decoder,
    layer: (index) => {
      const name = `${prefix}h.${index}`;
      const qkv = conv1d(`${name}.attn.c_attn`, hidden, 3 * hidden);
      return {
        norm: norm(`h.${index}.ln_1`),
        ...queryKeyValue((_, part) => block(qkv, [hidden, hidden, hidden], part)),
        o: conv1d(`${name}.attn.c_proj`, hidden, hidden),
        innerNorm: norm(`h.${index}.ln_2`),
        up: conv1d(`${name}.mlp.c_fc`, hidden, inner),
        down: conv1d(`${name}.mlp.c_proj`, inner, hidden),
        attention: { scoreScale: (isScaled ? inverseRoot(headDim) : 1) / (isScaledByLayer ? index + 1 : 1) },
      };
    },
  });
};

/** Black et al. 2021: scores are not scaled; every other layer sees a window. */
export const gptNeo: Describe = (config, names) => {
  const { prefix, norm, decoder } = commonParts(config, names, configCount(config, 'max_position_embeddings'));
  const { hidden, layers } = decoder.sizes;
  const inner = configNumberOr(config, 'intermediate_size', 4 * hidden);
  const window = configNumberOr(config, 'window_size', 256);
  const kinds = attentionKinds(config, layers);
  return causalDecoder({
    ...decoder,
    layer: (index) => {
      const name = `${prefix}h.${index}`;
      const part = (which: string) => linear(`${name}.attn.attention.${which}_proj`, hidden, hidden, which === 'out');
      return {
        norm: norm(`h.${index}.ln_1`),
        ...queryKeyValue(part),
        o: part('out'),
        innerNorm: norm(`h.${index}.ln_2`),
        up: linear(`${name}.mlp.c_fc`, hidden, inner),
        down: linear(`${name}.mlp.c_proj`, inner, hidden),
        attention: { scoreScale: 1, window: kinds[index] === 'local' ? window : null },
      };
    },
  });
};

/** attention_layers, else attention_types expanded: [[['global', 'local'], 6]] repeats both six times.
 *  @throws FormatError unless there is one kind a layer, UnsupportedModelError for another kind. */
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
      `${config.path}: attention_types must name one kind for each of num_layers ${layers}; it names ${kinds.length}`,
    );
  }
  const other = kinds.find((kind) => kind !== 'global' && kind !== 'local');
  if (other !== undefined) refuse(config, `attention_types ${quoted(String(other))}`);
  return kinds;
}
