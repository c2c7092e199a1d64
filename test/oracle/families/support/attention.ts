import { dot, type Matrix, softmax } from './decoder-maths.ts';

/** The columns of each head: x [token, heads·size] -> [head][token, size]. */
export function splitHeads(x: Matrix, heads: number): Matrix[] {
  const size = x[0]!.length / heads;
  return Array.from({ length: heads }, (_, head) => x.map((row) => row.slice(head * size, (head + 1) * size)));
}

export interface AttentionInput {
  readonly q: Matrix[];
  readonly k: Matrix[];
  readonly v: Matrix[];
  readonly scoreScale: number;
  /** How many positions back a token sees, including itself; null: all. */
  readonly window?: number | null;
  readonly bidirectional?: boolean;
  /** cap·tanh(score / cap), before the mask. */
  readonly softCap?: number | null;
  /** The term added to the scaled score of a head, query and key. */
  readonly bias?: (head: number, query: number, key: number) => number;
}

/** softmax(scale·QKᵀ, masked)·V of every query head; query head h reads key/value head ⌊h / (heads / keyValueHeads)⌋.
 *  -> weights [head][query, key] and Concat(head₁ …) [query, heads·d_v].  @see Vaswani et al. 2017, eq. 1 */
export function attend(input: AttentionInput): { weights: Matrix[]; concat: Matrix } {
  const { q, k, v, scoreScale, window = null, softCap = null, bidirectional = false } = input;
  const perGroup = q.length / k.length;
  const weights = q.map((queries, head) => {
    const keys = k[Math.floor(head / perGroup)]!;
    return softmax(
      queries.map((query, i) =>
        keys.map((key, j) => {
          const hidden = bidirectional
            ? Math.abs(i - j) >= (window ?? Infinity)
            : j > i || i - j >= (window ?? Infinity);
          if (hidden) return Number.NEGATIVE_INFINITY;
          const score = dot(query, key) * scoreScale + (input.bias?.(head, i, j) ?? 0);
          return softCap === null ? score : softCap * Math.tanh(score / softCap);
        }),
      ),
    );
  });
  const contexts = weights.map((matrix, head) => {
    const values = v[Math.floor(head / perGroup)]!;
    return matrix.map((row) =>
      values[0]!.map((_, j) => row.reduce((sum, weight, key) => sum + weight * values[key]![j]!, 0)),
    );
  });
  const concat = contexts[0]!.map((_, token) => contexts.flatMap((context) => context[token]!));
  return { weights, concat };
}
