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

/** What a family needs to know of the files besides the configuration: which tensors there are, and of what shape. */
export interface TensorNames {
  has(name: string): boolean;
  shape(name: string): readonly number[];
}

/** Describes a model of one family.
 *  @throws FormatError where the configuration makes no sense, UnsupportedModelError where it asks for what cannot be computed. */
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

/** The activation under the first of the keys that has a string; `aliases` are a family's own names. */
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

/** Refuses a setting that changes the computation in a way that is not built. */
export function refuse(config: Config, what: string): never {
  throw new UnsupportedModelError(`${config.path}: ${what} is not supported`);
}

/** The first of the prefixes with which the files have the tensor; of a tensor that none has, the first. */
export function prefixOf(names: TensorNames, prefixes: readonly string[], probe: string): string {
  return prefixes.find((prefix) => names.has(prefix + probe)) ?? prefixes[0] ?? '';
}

export interface Sizes {
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly vocab: number;
}

const hiddenKeys = ['hidden_size', 'n_embd', 'd_model', 'dim'] as const;
const layerKeys = ['num_hidden_layers', 'n_layer', 'num_layers', 'n_layers'] as const;
const headKeys = ['num_attention_heads', 'n_head', 'num_heads', 'n_heads'] as const;

/** Sizes that every family has, under whichever of their names. */
export function sizesOf(config: Config): Sizes {
  return {
    hidden: configCountOf(config, hiddenKeys),
    layers: configCountOf(config, layerKeys),
    heads: configCountOf(config, headKeys),
    vocab: configCountOf(config, ['vocab_size']),
  };
}

/** head_dim, or the heads' equal share of the hidden size.  @throws FormatError when they do not divide it. */
export function headDimOf(config: Config, { hidden, heads }: Pick<Sizes, 'hidden' | 'heads'>): number {
  return configNumberOr(config, 'head_dim', null) ?? widthPerHead(config, hidden, heads);
}

/** Key/value heads: `otherwise` where the key is left out, as many as heads where it is null.
 *  @throws FormatError when they do not divide the heads. */
export function keyValueHeadsOf(config: Config, heads: number, otherwise = heads): number {
  const key = 'num_key_value_heads';
  const groups = config.fields.has(key) ? configNumberOr(config, key, heads) : otherwise;
  if (!Number.isInteger(groups) || groups < 1 || heads % groups !== 0) {
    throw new FormatError(`${config.path}: num_key_value_heads ${groups} must divide num_attention_heads ${heads}`);
  }
  return groups;
}

/** The token table's name where the head is tied to it and has no matrix of its own in the files; one that is in the files
 *  counts, also where the configuration says that they are tied, as in Transformers 5. */
export function headWeight(config: Config, names: TensorNames, own: string, table: string, isTied: boolean): string {
  return configBooleanOr(config, 'tie_word_embeddings', isTied) && !names.has(own) ? table : own;
}

/** The head of a masked language model as BERT has it: dense, activation, norm, then the token table, with a bias. */
export function maskedHead(
  names: TensorNames,
  parts: {
    readonly dense: LinearSpec;
    readonly activation: Activation;
    readonly norm: NormSpec;
    readonly weight: string;
    /** Names that the bias has in different versions, the one that counts where there are several first. */
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
