import type { RotaryParameters } from '../../core/model.ts';
import { tensor } from '../../tensor/tensor.ts';
import { type Config, configIntegerOr, configNumberOr, configObject, configStringOr } from '../config.ts';
import { refuse } from './common.ts';

export interface RopeDefaults {
  readonly theta: number;
  /** Part of a head's dimensions that is rotated. */
  readonly partial?: number;
  /** Key of the base in older configurations. */
  readonly thetaKey?: string;
  /** Key of the rotated part in older configurations. */
  readonly partialKey?: string;
  /** Name under which newer configurations have the parameters of this kind of layer. */
  readonly layerType?: string;
  /** Layers of some kinds do not scale. */
  readonly isUnscaled?: boolean;
}

/** Frequencies θ_i = base^(−2i/d) of a head of headDim dimensions, scaled as the configuration says: `rope_parameters` of
 *  Transformers 5, `rope_theta` and `rope_scaling` of 4.
 *  @throws FormatError, UnsupportedModelError for a scaling that is not built.  @see Su et al. 2021, 3.2.2 */
export function rotaryOf(config: Config, headDim: number, defaults: RopeDefaults): RotaryParameters {
  const all = configObject(config, 'rope_parameters');
  const newer = (all && defaults.layerType && configObject(all, defaults.layerType)) || all;
  const theta = firstNumber([newer, 'rope_theta'], [config, defaults.thetaKey ?? 'rope_theta']) ?? defaults.theta;
  const partial =
    firstNumber([newer, 'partial_rotary_factor'], [config, defaults.partialKey ?? 'partial_rotary_factor']) ??
    defaults.partial ??
    1;
  const width = Math.floor(headDim * partial);
  const pairs = Math.floor(width / 2);
  const frequencies = Float32Array.from({ length: pairs }, (_, i) => 1 / Math.fround(theta ** ((2 * i) / width)));
  const scaling = defaults.isUnscaled ? undefined : (newer ?? configObject(config, 'rope_scaling'));
  return {
    frequencies: tensor(
      ['frequency'],
      [pairs],
      scaling === undefined ? frequencies : scaled(frequencies, scaling, config, theta),
    ),
    pairing: 'halves',
    amplitude: scaling === undefined ? 1 : amplitudeOf(scaling),
  };
}

function firstNumber(...places: readonly (readonly [Config | undefined, string])[]): number | null {
  for (const [config, key] of places) {
    const value = config === undefined ? null : configNumberOr(config, key, null);
    if (value !== null) return value;
  }
  return null;
}

function typeOf(scaling: Config): string {
  return configStringOr(scaling, 'rope_type', null) ?? configStringOr(scaling, 'type', 'default');
}

function scaled(frequencies: Float32Array, scaling: Config, config: Config, theta: number): Float32Array {
  const type = typeOf(scaling);
  const factor = configNumberOr(scaling, 'factor', 1);
  switch (type) {
    case 'default':
    // Stretches only texts beyond the length that the model was trained with, which are cut here.
    case 'dynamic':
      return frequencies;
    case 'linear':
      return frequencies.map((frequency) => frequency / factor);
    case 'llama3':
      return llama3(frequencies, scaling, factor);
    case 'yarn':
      return yarn(frequencies, scaling, config, factor, theta);
    default:
      return refuse(config, `rope_type '${type}'`);
  }
}

/** Long waves are slowed down by `factor`, short ones kept, those between mixed.  @see Llama 3, 2024 */
function llama3(frequencies: Float32Array, scaling: Config, factor: number): Float32Array {
  const low = configNumberOr(scaling, 'low_freq_factor', 1);
  const high = configNumberOr(scaling, 'high_freq_factor', 4);
  const trained = configNumberOr(scaling, 'original_max_position_embeddings', 8192);
  return frequencies.map((frequency) => {
    const waves = (trained * frequency) / (2 * Math.PI);
    if (waves > high) return frequency;
    if (waves < low) return frequency / factor;
    const share = (waves - low) / (high - low);
    return (1 - share) * (frequency / factor) + share * frequency;
  });
}

/** @see Peng et al. 2023 (YaRN), 3.2 */
function yarn(frequencies: Float32Array, scaling: Config, config: Config, factor: number, theta: number): Float32Array {
  const width = 2 * frequencies.length;
  const trained =
    configNumberOr(scaling, 'original_max_position_embeddings', null) ??
    configNumberOr(config, 'max_position_embeddings', 2048);
  const dimensionOf = (turns: number) => (width * Math.log(trained / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const first = Math.max(0, Math.floor(dimensionOf(configNumberOr(scaling, 'beta_fast', 32))));
  const last = Math.min(width - 1, Math.ceil(dimensionOf(configNumberOr(scaling, 'beta_slow', 1))));
  return frequencies.map((frequency, i) => {
    const slowed = Math.max(0, Math.min(1, (i - first) / Math.max(0.001, last - first)));
    return (frequency / factor) * slowed + frequency * (1 - slowed);
  });
}

/** YaRN's factor on sine and cosine. */
function amplitudeOf(scaling: Config): number {
  if (typeOf(scaling) !== 'yarn') return 1;
  const factor = configNumberOr(scaling, 'factor', 1);
  return configNumberOr(scaling, 'attention_factor', null) ?? (factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1);
}

/** Which layers see only a window: `layer_types` where it is given, else what the family does. */
export function windowOf(config: Config, index: number, isLocal: boolean): number | null {
  const types = config.fields.get('layer_types');
  const local = Array.isArray(types) ? types[index] === 'sliding_attention' : isLocal;
  const window = configIntegerOr(config, 'sliding_window', 0);
  return local && window > 0 ? window : null;
}
