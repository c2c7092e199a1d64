import { type Config, configBooleanOr, configCount, configCountOf, configListOr, configNumberOr } from '../config.ts';
import { FormatError, quoted } from '../errors.ts';
import { causalDecoder } from './causal-decoder.ts';
import {
  activationOf,
  causalHead,
  type Describe,
  headDimOf,
  headWeight,
  prefixOf,
  refuse,
  sizesOf,
  type TensorNames,
} from './common.ts';
import { block, conv1d, type HeadSpec, inverseRoot, layerNormSpec, linear, type PositionSpec } from './spec.ts';

/** What the GPTs call their parts. */
function commonParts(config: Config, names: TensorNames) {
  const sizes = sizesOf(config);
  const prefix = prefixOf(names, ['transformer.', ''], 'wte.weight');
  const table = `${prefix}wte.weight`;
  const epsilon = configNumberOr(config, 'layer_norm_epsilon', 1e-5);
  const norm = (name: string) => layerNormSpec(prefix + name, sizes.hidden, epsilon);
  const positions = (rows: number): PositionSpec => ({
    kind: 'table',
    tensor: `${prefix}wpe.weight`,
    rows,
    offset: 0,
    paddingId: null,
  });
  const head: HeadSpec | null =
    prefix === '' && !names.has('lm_head.weight')
      ? null
      : causalHead(headWeight(config, names, 'lm_head.weight', table, true));
  const activation = activationOf(config, ['activation_function'], 'gelu_new');
  return { sizes, prefix, table, norm, positions, head, activation, headDim: headDimOf(config, sizes) };
}

/** Radford et al. 2019 */
export const gpt2: Describe = (config, names) => {
  if (configBooleanOr(config, 'add_cross_attention', false)) refuse(config, 'add_cross_attention');
  const { sizes, prefix, table, norm, positions, head, activation, headDim } = commonParts(config, names);
  const { hidden } = sizes;
  const inner = configNumberOr(config, 'n_inner', 4 * hidden);
  const isScaled = configBooleanOr(config, 'scale_attn_weights', true);
  const isScaledByLayer = configBooleanOr(config, 'scale_attn_by_inverse_layer_idx', false);
  const rows = configCountOf(config, ['n_positions', 'max_position_embeddings']);
  return causalDecoder({
    sizes,
    headDim,
    table,
    maxPositions: rows,
    embedding: { positions: positions(rows) },
    activation,
    layer: (index) => {
      const name = `${prefix}h.${index}`;
      const qkv = conv1d(`${name}.attn.c_attn`, hidden, 3 * hidden);
      const widths = [hidden, hidden, hidden];
      return {
        norm: norm(`h.${index}.ln_1`),
        q: block(qkv, widths, 0),
        k: block(qkv, widths, 1),
        v: block(qkv, widths, 2),
        o: conv1d(`${name}.attn.c_proj`, hidden, hidden),
        innerNorm: norm(`h.${index}.ln_2`),
        up: conv1d(`${name}.mlp.c_fc`, hidden, inner),
        down: conv1d(`${name}.mlp.c_proj`, inner, hidden),
        attention: { scoreScale: (isScaled ? inverseRoot(headDim) : 1) / (isScaledByLayer ? index + 1 : 1) },
      };
    },
    finalNorm: norm('ln_f'),
    head,
  });
};

/** Black et al. 2021: no scaling; every other layer sees a window. */
export const gptNeo: Describe = (config, names) => {
  const { sizes, prefix, table, norm, positions, head, activation, headDim } = commonParts(config, names);
  const { hidden } = sizes;
  const inner = configNumberOr(config, 'intermediate_size', 4 * hidden);
  const rows = configCount(config, 'max_position_embeddings');
  const window = configNumberOr(config, 'window_size', 256);
  const kinds = attentionKinds(config, sizes.layers);
  return causalDecoder({
    sizes,
    headDim,
    table,
    maxPositions: rows,
    embedding: { positions: positions(rows) },
    activation,
    layer: (index) => {
      const name = `${prefix}h.${index}`;
      const part = (which: string) => linear(`${name}.attn.attention.${which}_proj`, hidden, hidden, which === 'out');
      return {
        norm: norm(`h.${index}.ln_1`),
        q: part('q'),
        k: part('k'),
        v: part('v'),
        o: part('out'),
        innerNorm: norm(`h.${index}.ln_2`),
        up: linear(`${name}.mlp.c_fc`, hidden, inner),
        down: linear(`${name}.mlp.c_proj`, inner, hidden),
        attention: { scoreScale: 1, window: kinds[index] === 'local' ? window : null },
      };
    },
    finalNorm: norm('ln_f'),
    head,
  });
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
