import type { Matrix } from './decoder-maths.ts';

export interface Rope {
  /** Radians per position of each rotated pair. */
  readonly frequencies: number[];
  /** Factor on cosine and sine (YaRN, LongRoPE). */
  readonly attentionFactor: number;
}

/** θ_i = base^(−2i/d) for d rotated dimensions.  @see Su et al. 2021, section 3.2.2 */
export function rope(base: number, dimensions: number): Rope {
  const frequencies = Array.from({ length: Math.ceil(dimensions / 2) }, (_, i) => base ** ((-2 * i) / dimensions));
  return { frequencies, attentionFactor: 1 };
}

export interface RopeScaling {
  readonly rope_type: 'linear' | 'dynamic' | 'llama3' | 'yarn' | 'longrope';
  readonly factor?: number;
  readonly low_freq_factor?: number;
  readonly high_freq_factor?: number;
  readonly original_max_position_embeddings?: number;
  readonly attention_factor?: number;
  readonly beta_fast?: number;
  readonly beta_slow?: number;
  readonly mscale?: number;
  readonly mscale_all_dim?: number;
  readonly truncate?: boolean;
  readonly short_factor?: number[];
  readonly long_factor?: number[];
}

/** The scaled frequencies.  `length` counts the tokens of the text, `maxPositions` is the configuration's.
 *  @see transformers/modeling_rope_utils.py, ROPE_INIT_FUNCTIONS */
export function scaledRope(
  base: number,
  dimensions: number,
  scaling: RopeScaling | null,
  maxPositions: number,
  length: number,
): Rope {
  const plain = rope(base, dimensions);
  if (scaling === null) return plain;
  const factor = scaling.factor ?? maxPositions / (scaling.original_max_position_embeddings ?? maxPositions);
  const original = scaling.original_max_position_embeddings ?? maxPositions;
  switch (scaling.rope_type) {
    case 'linear':
      return { ...plain, frequencies: plain.frequencies.map((frequency) => frequency / factor) };
    case 'dynamic': {
      const stretch = (factor * Math.max(length, maxPositions)) / maxPositions - (factor - 1);
      return rope(base * stretch ** (dimensions / (dimensions - 2)), dimensions);
    }
    case 'llama3':
      return { ...plain, frequencies: plain.frequencies.map((each) => llama3(each, factor, original, scaling)) };
    case 'yarn':
      return yarn(plain, base, dimensions, factor, original, scaling);
    case 'longrope': {
      const factors = length > original ? scaling.long_factor! : scaling.short_factor!;
      const own = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
      return {
        frequencies: plain.frequencies.map((frequency, i) => frequency / factors[i]!),
        attentionFactor: scaling.attention_factor ?? own,
      };
    }
  }
}

/** Stretches long waves by the factor, keeps short ones, and blends those between. */
function llama3(frequency: number, factor: number, original: number, scaling: RopeScaling): number {
  const low = scaling.low_freq_factor!;
  const high = scaling.high_freq_factor!;
  const wavelength = (2 * Math.PI) / frequency;
  if (wavelength > original / low) return frequency / factor;
  if (wavelength < original / high) return frequency;
  const smooth = (original / wavelength - low) / (high - low);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

/** @see Peng et al. 2023, "YaRN", sections 3.2 and 3.4 */
function yarn(
  plain: Rope,
  base: number,
  dimensions: number,
  factor: number,
  original: number,
  scaling: RopeScaling,
): Rope {
  const turns = (rotations: number) =>
    (dimensions * Math.log(original / (rotations * 2 * Math.PI))) / (2 * Math.log(base));
  const whole = scaling.truncate ?? true;
  const fast = turns(scaling.beta_fast ?? 32);
  const slow = turns(scaling.beta_slow ?? 1);
  const low = Math.max(whole ? Math.floor(fast) : fast, 0);
  const end = Math.min(whole ? Math.ceil(slow) : slow, dimensions - 1);
  const high = low === end ? end + 0.001 : end;
  const frequencies = plain.frequencies.map((frequency, i) => {
    const ramp = Math.min(1, Math.max(0, (i - low) / (high - low)));
    return (frequency / factor) * ramp + frequency * (1 - ramp);
  });
  const mscale = (weight: number) => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  const { mscale: one, mscale_all_dim: all } = scaling;
  const own = one && all ? mscale(one) / mscale(all) : mscale(1);
  return { frequencies, attentionFactor: scaling.attention_factor ?? own };
}

/** Rotates the first 2·|frequencies| columns of each row: column i with column i + half. The rest stays.
 *  @see transformers/models/llama/modeling_llama.py, rotate_half */
export function rotateHalves(heads: Matrix[], { frequencies, attentionFactor }: Rope): Matrix[] {
  const half = frequencies.length;
  return turnPairs(heads, frequencies, attentionFactor, (i) => [i, i + half]);
}

/** Rotates neighbours: column 2i with column 2i + 1.  @see transformers/models/gptj/modeling_gptj.py, rotate_every_two */
export function rotateNeighbours(heads: Matrix[], { frequencies, attentionFactor }: Rope): Matrix[] {
  return turnPairs(heads, frequencies, attentionFactor, (i) => [2 * i, 2 * i + 1]);
}

function turnPairs(
  heads: Matrix[],
  frequencies: number[],
  factor: number,
  pair: (i: number) => [number, number],
): Matrix[] {
  return heads.map((rows) =>
    rows.map((row, position) => {
      const turned = [...row];
      frequencies.forEach((frequency, i) => {
        const [a, b] = pair(i);
        const cos = Math.cos(position * frequency) * factor;
        const sin = Math.sin(position * frequency) * factor;
        turned[a] = row[a]! * cos - row[b]! * sin;
        turned[b] = row[b]! * cos + row[a]! * sin;
      });
      return turned;
    }),
  );
}
