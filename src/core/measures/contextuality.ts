/** A vector as it is read here; what is computed from vectors is in float64. */
type Vector = ArrayLike<number>;

/** The vector of one occurrence of a word, and which of the word's senses it has there. */
export interface Occurrence {
  readonly sense: number;
  /** null: it has no number, and is left out. */
  readonly vector: Vector | null;
}

/** How vectors of a word separate its senses; null where there is nothing to take a mean of. */
export interface SenseSeparation {
  /** Mean cosine of pairs of occurrences of one sense. */
  readonly same: number | null;
  /** Mean cosine of pairs of occurrences of two senses. */
  readonly other: number | null;
  /** Share of triples (a, b of a's sense, c of another) with cos(a, b) > cos(a, c); chance 0.5. */
  readonly triples: number | null;
  /** Probability that a random pair of one sense has a larger cosine than a random pair of two; chance 0.5. */
  readonly auc: number | null;
}

/** cos(a, b) = a·b / (‖a‖ ‖b‖), exactly 1 for equal vectors; NaN where one is all zeros or has no number.  a, b [width] */
export function cosine(a: Vector, b: Vector): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  // One root of the product: the cosine of a vector with itself is exactly 1.
  return Math.max(-1, Math.min(1, dot / Math.sqrt(aa * bb)));
}

/** Mean of the vectors that are numbers: a word of several tokens as one; null where there is none. */
export function meanVector(vectors: readonly Vector[]): Float64Array | null {
  const known = vectors.filter((vector) => !Number.isNaN(vector[0]));
  if (known.length === 0) return null;
  const mean = new Float64Array(known[0]!.length);
  for (const vector of known) for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]! / known.length;
  return mean;
}

/** Means of cosines over all pairs of occurrences, and how often the order of cosines agrees with the senses; ties count half.
 *  @see Ethayarajh 2019, 3.2 for self-similarity, which is `same` without senses; Hanley & McNeil 1982 for the AUC */
export function separateSenses(occurrences: readonly Occurrence[]): SenseSeparation {
  const [same, other]: [number[], number[]] = [[], []];
  let [wins, triples] = [0, 0];
  const known = occurrences.flatMap(({ sense, vector }) => (vector === null ? [] : [{ sense, vector }]));
  const cosines = known.map(() => new Float64Array(known.length));
  for (const [a, first] of known.entries()) {
    const [ofSame, ofOther]: [number[], number[]] = [[], []];
    for (const [b, second] of known.entries()) {
      if (a === b) continue;
      // Taken from the other half, a cosine and its mirror image are the same number.
      const value = b < a ? cosines[b]![a]! : cosine(first.vector, second.vector);
      cosines[a]![b] = value;
      if (Number.isNaN(value)) continue;
      const isSame = first.sense === second.sense;
      (isSame ? ofSame : ofOther).push(value);
      if (a < b) (isSame ? same : other).push(value);
    }
    wins += winsOf(ofSame, ofOther);
    triples += ofSame.length * ofOther.length;
  }
  return {
    same: meanOf(same),
    other: meanOf(other),
    triples: triples === 0 ? null : wins / triples,
    auc: same.length * other.length === 0 ? null : winsOf(same, other) / (same.length * other.length),
  };
}

/** Number of pairs (x of `first`, y of `second`) with x > y, those with x = y counted half (Mann & Whitney's U). */
function winsOf(first: readonly number[], second: readonly number[]): number {
  const sorted = Float64Array.from(second).sort();
  const countBelow = (limit: (value: number) => boolean) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (limit(sorted[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return first.reduce((sum, x) => sum + (countBelow((y) => y < x) + countBelow((y) => y <= x)) / 2, 0);
}

/** Mean of the numbers that there are; null where there is none. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Sums from which the mean cosine of two tokens of different sentences follows, whatever the tokens are. */
export interface CosineBaseline {
  /** Counts the tokens of one more sentence. */
  add(tokens: Iterable<Vector>): void;
  /** null where no two sentences have a token with a number. */
  mean(): number | null;
}

/** What the cosine of a random pair of tokens of different sentences is on average. In a space where all vectors lean one way it is
 *  far from 0, and a cosine says something only beside it (Ethayarajh 2019, 3.3).
 *  Exact rather than sampled: with u the unit vectors, S the sum of all and S_s that of sentence s, of which there are n and n_s,
 *  the mean over all pairs is (|S|² − Σ_s |S_s|²) / (n² − Σ_s n_s²). */
export function createCosineBaseline(): CosineBaseline {
  let total: Float64Array | null = null;
  let [count, squaredSums, squaredCounts] = [0, 0, 0];
  return {
    add(tokens) {
      let sum: Float64Array | null = null;
      let added = 0;
      for (const token of tokens) {
        const length = norm(token);
        if (!(length > 0)) continue;
        sum ??= new Float64Array(token.length);
        for (let i = 0; i < sum.length; i++) sum[i]! += token[i]! / length;
        added += 1;
      }
      if (sum === null) return;
      total ??= new Float64Array(sum.length);
      for (let i = 0; i < total.length; i++) total[i]! += sum[i]!;
      count += added;
      squaredSums += dot(sum, sum);
      squaredCounts += added * added;
    },
    mean() {
      const pairs = count * count - squaredCounts;
      return total === null || pairs === 0 ? null : (dot(total, total) - squaredSums) / pairs;
    },
  };
}

/** x·y, summed in float64. */
export function dot(x: Vector, y: Vector): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}

/** √Σ x², in float64.  x [width] */
export function norm(x: Vector): number {
  return Math.sqrt(dot(x, x));
}

/** Numbers from 0 to below 1, the same for the same seed: a linear congruential generator modulo 2³². */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // Multiplier and increment of Numerical Recipes; the high bits alone are used.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The items in an order of equal chances each (Fisher & Yates). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
