import { addTo, cosine, dot, meanOf, norm, type Vector } from './vectors.ts';

/** One occurrence of a word. */
export interface Occurrence {
  readonly sense: number;
  /** null if it has no numbers: then it does not count. */
  readonly vector: Vector | null;
}

/** How well the vectors of a word separate its senses; null for a mean of no values. */
export interface SenseSeparation {
  /** Mean cosine over pairs of occurrences with the same sense. */
  readonly same: number | null;
  /** Mean cosine over pairs of occurrences with different senses. */
  readonly other: number | null;
  /** Share of triples (a, b with a's sense, c with another) where cos(a, b) > cos(a, c); chance gives 0.5. */
  readonly triples: number | null;
  /** Probability that a random same-sense pair has a larger cosine than a random different-sense pair; chance gives 0.5. */
  readonly auc: number | null;
}

/** Mean cosines over all pairs of occurrences, and how often the cosines order pairs as the senses do; ties count half.
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
      // Copied from the other half, so that cos(a, b) and cos(b, a) are the same number.
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

/** Number of pairs (x of `first`, y of `second`) with x > y; pairs with x = y count half (Mann & Whitney's U). */
function winsOf(first: readonly number[], second: readonly number[]): number {
  const sorted = Float64Array.from(second).sort();
  let [below, upTo, wins] = [0, 0, 0];
  for (const x of Float64Array.from(first).sort()) {
    while (sorted[below]! < x) below += 1;
    while (sorted[upTo]! <= x) upTo += 1;
    wins += (below + upTo) / 2;
  }
  return wins;
}

/** Sums that give the mean cosine over all pairs of tokens from different sentences. */
export interface CosineBaseline {
  /** Adds the tokens of one more sentence. */
  add(tokens: Iterable<Vector>): void;
  /** null unless two sentences have a token with numbers. */
  mean(): number | null;
}

/** Mean cosine of two tokens from different sentences. If all vectors lean one way, it is far from 0: compare any other cosine with it
 *  (Ethayarajh 2019, 3.3). Exact over all pairs: (‖S‖² − Σ_s ‖S_s‖²) / (n² − Σ_s n_s²), where S is the sum of all n unit vectors and S_s
 *  the sum of the n_s unit vectors of sentence s. */
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
      addTo(total, sum);
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

/** Random numbers in [0, 1) from a seed: a linear congruential generator modulo 2³². */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // Multiplier and increment from Numerical Recipes; callers use only the high bits.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The items in random order, each order equally likely (Fisher & Yates). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
