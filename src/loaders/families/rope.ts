import type { RotaryParameters } from '../../core/model.ts';
import { tensor } from '../../tensor/tensor.ts';
import {
  type Config,
  configBooleanOr,
  configCount,
  configCountOr,
  configNumberOr,
  configObject,
  configPositive,
  configStringOr,
} from '../config.ts';
import { refuse } from './common.ts';
import { type Frequencies, linearlyStretched, llama3, longrope, type Stretch, yarn } from './rope-scaling.ts';

export interface RopeDefaults {
  readonly theta: number;
  /** Rotated share of a head's dimensions. If absent, all are rotated, whatever config.json says. */
  readonly partial?: number;
  /** Key of the base in older configurations. */
  readonly thetaKey?: string;
  /** Key of the rotated part in older configurations. */
  readonly partialKey?: string;
  /** Key of the parameters for this kind of layer in newer configurations. */
  readonly layerType?: 'full_attention' | 'sliding_attention';
  /** Default of original_max_position_embeddings in config.json itself. */
  readonly originalPositions?: number;
  /** Which dimensions rotate together; default: halves. */
  readonly pairing?: RotaryParameters['pairing'];
  /** Other names of a scaling. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** Frequencies θ_i = base^(−2i/d) of a head of headDim dimensions, scaled as the configuration says: `rope_parameters` of
 *  Transformers 5, `rope_theta` and `rope_scaling` of 4; as in Transformers, `rope_scaling` overrides `rope_parameters`.
 *  @throws FormatError, UnsupportedModelError for an unknown scaling.  @see Su et al. 2021, 3.2.2 */
export function rotaryOf(config: Config, headDim: number, defaults: RopeDefaults): RotaryParameters {
  const parameters = parametersOf(config, defaults.layerType);
  const { thetaKey = 'rope_theta', partialKey = 'partial_rotary_factor' } = defaults;
  const number = (key: string, olderKey: string) =>
    (parameters && configNumberOr(parameters, key, null)) ?? configNumberOr(config, olderKey, null);
  const theta = number('rope_theta', thetaKey) ?? defaults.theta;
  const given = number('partial_rotary_factor', partialKey);
  const partial = defaults.partial === undefined ? 1 : (given ?? defaults.partial);
  const width = Math.floor(headDim * partial);
  // An odd width rounds up to whole pairs.
  const pairs = Math.ceil(width / 2);
  const base: Frequencies = {
    theta,
    width,
    plain: Float32Array.from({ length: pairs }, (_, i) => 1 / Math.fround(theta ** ((2 * i) / width))),
  };
  const { frequencies, longer = null, amplitude = 1 } = scaled(base, parameters, config, defaults);
  const asTensor = (data: Float32Array) => tensor(['frequency'], [pairs], data);
  return {
    frequencies: asTensor(frequencies),
    longer: longer === null ? null : { after: longer.after, frequencies: asTensor(longer.frequencies) },
    pairing: defaults.pairing ?? 'halves',
    amplitude,
  };
}

function parametersOf(config: Config, layerType: RopeDefaults['layerType']): Config | undefined {
  const newer = configObject(config, 'rope_parameters');
  const older = configObject(config, 'rope_scaling');
  if (layerType === undefined) return older !== undefined && older.fields.size > 0 ? older : newer;
  const own = newer && configObject(newer, layerType);
  if (layerType === 'sliding_attention' || older === undefined) return own;
  return { path: older.path, fields: new Map([...(own?.fields ?? []), ...older.fields]) };
}

function scaled(base: Frequencies, parameters: Config | undefined, config: Config, defaults: RopeDefaults): Stretch {
  if (parameters === undefined) return { frequencies: base.plain };
  const named = configStringOr(parameters, 'rope_type', null) ?? configStringOr(parameters, 'type', 'default');
  const type = defaults.aliases?.[named] ?? named;
  const positions = () => configCount(config, 'max_position_embeddings');
  const original = () =>
    configCountOr(config, 'original_max_position_embeddings', null) ??
    defaults.originalPositions ??
    configCountOr(parameters, 'original_max_position_embeddings', null) ??
    positions();
  const ratio = () => configNumberOr(parameters, 'factor', null) ?? positions() / original();
  switch (type) {
    case 'default':
    // Changes only texts beyond max_position_embeddings, and attnscope cuts those.
    case 'dynamic':
      return { frequencies: base.plain };
    case 'linear':
      return linearlyStretched(base, configPositive(parameters, 'factor'));
    case 'llama3':
      return llama3(base, {
        factor: configPositive(parameters, 'factor'),
        low: configPositive(parameters, 'low_freq_factor'),
        high: configPositive(parameters, 'high_freq_factor'),
        original: original(),
      });
    case 'yarn':
      return yarn(base, {
        factor: ratio(),
        original: original(),
        fast: configNumberOr(parameters, 'beta_fast', 0) || 32,
        slow: configNumberOr(parameters, 'beta_slow', 0) || 1,
        isTruncated: configBooleanOr(parameters, 'truncate', true),
        amplitude: configNumberOr(parameters, 'attention_factor', null),
        mscale: configNumberOr(parameters, 'mscale', 0),
        mscaleAllDim: configNumberOr(parameters, 'mscale_all_dim', 0),
      });
    case 'longrope':
      return longrope(base, parameters, {
        factor: ratio(),
        original: original(),
        amplitude: configNumberOr(parameters, 'attention_factor', null),
      });
    default:
      return refuse(config, `rope_type '${type}'`);
  }
}
