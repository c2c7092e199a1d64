import { type Config, configPositives } from '../config.ts';

/** The frequencies before scaling. */
export interface Frequencies {
  readonly theta: number;
  /** Rotated dimensions of a head. */
  readonly width: number;
  /** θ^(−2i/width) */
  readonly plain: Float32Array;
}

/** The frequencies after scaling. */
export interface Stretch {
  readonly frequencies: Float32Array;
  /** Frequencies for texts of more than `after` tokens. */
  readonly longer?: { readonly after: number; readonly frequencies: Float32Array };
  /** Factor on sine and cosine; 1 where it is left out. */
  readonly amplitude?: number;
}

/** Positions are divided by `factor`.  @see Chen et al. 2023 */
export function linearlyStretched({ plain }: Frequencies, factor: number): Stretch {
  return { frequencies: plain.map((frequency) => frequency / factor) };
}

/** Divides the frequencies of long waves by `factor`, keeps those of short ones, and blends those between.  @see Llama 3, 2024 */
export function llama3(
  { plain }: Frequencies,
  { factor, low, high, original }: Record<'factor' | 'low' | 'high' | 'original', number>,
): Stretch {
  const frequencies = plain.map((frequency) => {
    const waves = (original * frequency) / (2 * Math.PI);
    if (waves > high) return frequency;
    if (waves < low) return frequency / factor;
    const share = (waves - low) / (high - low);
    return (1 - share) * (frequency / factor) + share * frequency;
  });
  return { frequencies };
}

export interface YarnSettings {
  readonly factor: number;
  /** Greatest length of a training text. */
  readonly original: number;
  /** Turns over such a text: dimensions with more than `fast` keep their frequency, those with fewer than `slow` are divided. */
  readonly fast: number;
  readonly slow: number;
  readonly isTruncated: boolean;
  /** null: computed from the factor. */
  readonly amplitude: number | null;
  /** 0: not given. */
  readonly mscale: number;
  readonly mscaleAllDim: number;
}

/** @see Peng et al. 2023 (YaRN), 3.2 and 3.4; mscale as DeepSeek-V2 has it */
export function yarn({ theta, width, plain }: Frequencies, settings: YarnSettings): Stretch {
  const { factor, original, fast, slow, isTruncated, mscale, mscaleAllDim } = settings;
  const dimensionOf = (turns: number) => (width * Math.log(original / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const first = Math.max(0, isTruncated ? Math.floor(dimensionOf(fast)) : dimensionOf(fast));
  const last = Math.min(width - 1, isTruncated ? Math.ceil(dimensionOf(slow)) : dimensionOf(slow));
  const span = first === last ? 0.001 : last - first;
  const frequencies = plain.map((frequency, i) => {
    const slowed = Math.max(0, Math.min(1, (i - first) / span));
    return (frequency / factor) * slowed + frequency * (1 - slowed);
  });
  const grown = (weight: number) => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  const own = mscale > 0 && mscaleAllDim > 0 ? grown(mscale) / grown(mscaleAllDim) : grown(1);
  return { frequencies, amplitude: settings.amplitude ?? own };
}

/** Each frequency has its own divisor, and another one for texts longer than the training's.
 *  @throws FormatError unless there is one divisor a frequency.  @see Ding et al. 2024 (LongRoPE) */
export function longrope(
  { plain }: Frequencies,
  parameters: Config,
  { factor, original, amplitude }: { factor: number; original: number; amplitude: number | null },
): Stretch {
  const divided = (key: string) => {
    const divisors = configPositives(parameters, key, plain.length);
    return plain.map((frequency, i) => frequency / divisors[i]!);
  };
  return {
    frequencies: divided('short_factor'),
    longer: { after: original, frequencies: divided('long_factor') },
    amplitude: amplitude ?? (factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original))),
  };
}
