import type { Activation } from '../../core/model.ts';
import {
  type Config,
  configBooleanOr,
  configCountOf,
  configNumberOr,
  configStringOr,
  widthPerHead,
} from '../config.ts';
import { FormatError, quoted, UnsupportedModelError } from '../errors.ts';
import type { HeadSpec, LinearSpec, ModelSpec, NormSpec } from './spec.ts';

/** Names and shapes of the tensors in the files. */
export interface TensorNames {
  has(name: string): boolean;
  shape(name: string): readonly number[];
}

/** Describes a model of one family.
 *  @throws FormatError for a malformed configuration, UnsupportedModelError for one that attnscope cannot compute. */
export type Describe = (config: Config, names: TensorNames) => ModelSpec;

/** Activations by the names that configurations use. */
const activations: ReadonlyMap<string, Activation> = new Map([
  ['relu', 'relu'],
  ['gelu', 'gelu'],
  ['gelu_python', 'gelu'],
  ['gelu_new', 'gelu_new'],
  ['gelu_fast', 'gelu_new'],
  ['gelu_pytorch_tanh', 'gelu_new'],
  ['gelu_accurate', 'gelu_new'],
  ['gelu_python_tanh', 'gelu_new'],
  ['quick_gelu', 'quick_gelu'],
  ['silu', 'silu'],
  ['swish', 'silu'],
  ['tanh', 'tanh'],
  ['relu2', 'relu2'],
  ['linear', 'identity'],
]);

/** The activation under the first key that holds a string; `aliases` maps a family's own names to common ones. */
export function activationOf(
  config: Config,
  keys: readonly string[],
  otherwise: string,
  aliases: Readonly<Record<string, string>> = {},
): Activation {
  const key = keys.find((one) => typeof config.fields.get(one) === 'string');
  const name = key === undefined ? otherwise : configStringOr(config, key, otherwise);
  return activationNamed(config, key ?? keys[0] ?? '', aliases[name] ?? name);
}

export function activationNamed(config: Config, key: string, name: string): Activation {
  const activation = activations.get(name);
  if (activation === undefined) {
    const known = [...activations.keys()].join(', ');
    throw new UnsupportedModelError(`${config.path}: ${key} ${quoted(name)} is not supported; supported: ${known}`);
  }
  return activation;
}

/** Refuses a setting that attnscope cannot compute. */
export function refuse(config: Config, what: string): never {
  throw new UnsupportedModelError(`${config.path}: ${what} is not supported`);
}

/** Refuses a setting that is true. */
export function refuseTrue(config: Config, key: string): void {
  if (configBooleanOr(config, key, false)) refuse(config, `${key} true`);
}

/** The first prefix under which the files have the tensor; where none fits, the first of all. */
export function prefixOf(names: TensorNames, prefixes: readonly string[], tensor: string): string {
  return prefixes.find((prefix) => names.has(prefix + tensor)) ?? prefixes[0] ?? '';
}

/** The whole name of the token table, and the prefix of all names. */
export function tokenTable(names: TensorNames, prefixes: readonly string[], tensor: string) {
  const prefix = prefixOf(names, prefixes, tensor);
  return { prefix, table: prefix + tensor };
}

export interface Sizes {
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly vocab: number;
}

/** Names of the sizes in config.json. */
export const sizeKeys = {
  hidden: ['hidden_size', 'n_embd', 'd_model', 'dim'],
  layers: ['num_hidden_layers', 'n_layer', 'num_layers', 'n_layers'],
  heads: ['num_attention_heads', 'n_head', 'num_heads', 'n_heads'],
} as const;

/** The sizes of every family, under any of their names. */
export function sizesOf(config: Config): Sizes {
  return {
    hidden: configCountOf(config, sizeKeys.hidden),
    layers: configCountOf(config, sizeKeys.layers),
    heads: configCountOf(config, sizeKeys.heads),
    vocab: configCountOf(config, ['vocab_size']),
  };
}

/** head_dim, else the hidden size divided by the heads.  @throws FormatError when that leaves a remainder. */
export function headDimOf(config: Config, { hidden, heads }: Pick<Sizes, 'hidden' | 'heads'>): number {
  return configNumberOr(config, 'head_dim', null) ?? widthPerHead(config, hidden, heads);
}

/** num_key_value_heads: `otherwise` where the key is absent, `heads` where it is null.
 *  @throws FormatError when they do not divide the heads. */
export function keyValueHeadsOf(config: Config, heads: number, otherwise = heads): number {
  const key = 'num_key_value_heads';
  const groups = config.fields.has(key) ? configNumberOr(config, key, heads) : otherwise;
  if (!Number.isInteger(groups) || groups < 1 || heads % groups !== 0) {
    throw new FormatError(`${config.path}: num_key_value_heads ${groups} must divide num_attention_heads ${heads}`);
  }
  return groups;
}

/** The head of a decoder: its own matrix where the files have it (as in Transformers 5), else the token table where they are tied.
 *  null for a bare model without such a matrix. */
export function decoderHead(
  config: Config,
  names: TensorNames,
  parts: { readonly table: string; readonly isTied: boolean; readonly isBare: boolean; readonly own?: string },
  more: Partial<HeadSpec> = {},
): HeadSpec | null {
  const { table, isTied, isBare, own = 'lm_head.weight' } = parts;
  const hasOwn = names.has(own);
  if (isBare && !hasOwn) return null;
  return causalHead(configBooleanOr(config, 'tie_word_embeddings', isTied) && !hasOwn ? table : own, more);
}

/** BERT's head of a masked language model: dense, activation, norm, then the token table, with a bias. */
export function maskedHead(
  names: TensorNames,
  parts: {
    readonly dense: LinearSpec;
    readonly activation: Activation;
    readonly norm: NormSpec;
    readonly weight: string;
    /** Names of the bias in different versions; the first that the files have counts. */
    readonly bias: readonly string[];
  },
): HeadSpec | null {
  if (!names.has(parts.dense.tensor)) return null;
  return {
    kind: 'masked',
    scale: 1,
    softCap: null,
    transform: { linear: parts.dense, activation: parts.activation, norm: parts.norm },
    weight: parts.weight,
    bias: parts.bias.find((name) => names.has(name)) ?? parts.bias[0] ?? null,
  };
}

export function causalHead(weight: string, more: Partial<HeadSpec> = {}): HeadSpec {
  return { kind: 'causal', scale: 1, softCap: null, transform: null, weight, bias: null, ...more };
}
