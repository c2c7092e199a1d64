import { blockRow, dim, ShapeError, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { HeadIndex } from '../interventions.ts';
import type { AlignedPair } from './alignment.ts';

/** How much a head's attention differs between two texts: 0 not at all, 1 entirely; null if nothing can be compared. */
export interface HeadChange extends HeadIndex {
  readonly change: number | null;
}

/** w_B − w_A of one head for aligned queries and keys, in float32; NaN if a text lacks the query or the key.
 *  a [head, query of A, key of A], b [head, query of B, key of B] -> [query pair, key pair]
 *  @throws ShapeError when a pair names a query or key outside the weights. */
export function alignedDifference(
  a: Tensor,
  b: Tensor,
  head: number,
  queries: readonly AlignedPair[],
  keys: readonly AlignedPair[],
): Tensor {
  requirePlaces(a, b, queries, keys);
  const differences = new Float32Array(queries.length * keys.length).fill(Number.NaN);
  queries.forEach((query, row) => {
    if (query.a === null || query.b === null) return;
    const weightsA = blockRow(a, head, query.a);
    const weightsB = blockRow(b, head, query.b);
    keys.forEach((key, column) => {
      if (key.a === null || key.b === null) return;
      differences[row * keys.length + column] = weightsB[key.b]! - weightsA[key.a]!;
    });
  });
  return tensor(['query', 'key'], [queries.length, keys.length], differences);
}

/** Mean of ½ Σ_key |w_B − w_A| over the queries in both texts: the total variation distance over the keys of either.
 *  A key in only one text counts with its whole weight. In float64; 0 … 1, exactly 0 for equal weights. A key without a number (NaN: an
 *  unknown word) has no weight. The mean leaves out queries that have no number in one of the texts; null if none is left.
 *  a, b [head, query, key] as in `alignedDifference`
 *  @throws ShapeError when a pair names a query or key outside the weights.
 *  @see Levin & Peres, Markov Chains and Mixing Times, 2017, section 4.1 */
export function headChange(
  a: Tensor,
  b: Tensor,
  head: number,
  queries: readonly AlignedPair[],
  keys: readonly AlignedPair[],
): number | null {
  requirePlaces(a, b, queries, keys);
  return meanVariation(a, b, head, queries, keyPlaces(keys));
}

/** The change of every head, largest first, ties by layer and head; heads without a number come last.
 *  layersA, layersB: weights of each layer, as in `headChange`.
 *  @throws ShapeError when the number of layers or heads differs, or as `headChange` does. */
export function rankHeads(
  layersA: readonly Tensor[],
  layersB: readonly Tensor[],
  queries: readonly AlignedPair[],
  keys: readonly AlignedPair[],
): readonly HeadChange[] {
  if (layersA.length !== layersB.length)
    throw new ShapeError(`A has ${layersA.length} layers, B has ${layersB.length}`);
  const places = keyPlaces(keys);
  const changes = layersA.flatMap((a, layer): HeadChange[] => {
    const b = layersB[layer]!;
    if (dim(a, 0) !== dim(b, 0)) throw new ShapeError(`layer ${layer} has ${dim(a, 0)} heads in A, ${dim(b, 0)} in B`);
    requirePlaces(a, b, queries, keys);
    return Array.from({ length: dim(a, 0) }, (_, head) => ({
      layer,
      head,
      change: meanVariation(a, b, head, queries, places),
    }));
  });
  // The stable sort keeps ties in the order of layers and heads.
  return changes.sort((one, other) => (other.change ?? -1) - (one.change ?? -1));
}

/** Places of the keys: those in both texts side by side, and those in only one. */
function keyPlaces(keys: readonly AlignedPair[]) {
  const both = keys.filter(({ a, b }) => a !== null && b !== null);
  return {
    bothA: Int32Array.from(both, ({ a }) => a ?? 0),
    bothB: Int32Array.from(both, ({ b }) => b ?? 0),
    onlyA: Int32Array.from(keys.flatMap(({ a, b }) => (b === null ? (a ?? []) : []))),
    onlyB: Int32Array.from(keys.flatMap(({ a, b }) => (a === null ? (b ?? []) : []))),
  };
}

type KeyPlaces = ReturnType<typeof keyPlaces>;

function meanVariation(
  a: Tensor,
  b: Tensor,
  head: number,
  queries: readonly AlignedPair[],
  keys: KeyPlaces,
): number | null {
  let [sum, count] = [0, 0];
  for (const query of queries) {
    if (query.a === null || query.b === null) continue;
    const [rowA, rowB] = [blockRow(a, head, query.a), blockRow(b, head, query.b)];
    if (!hasNumber(rowA) || !hasNumber(rowB)) continue;
    sum += alignedVariation(rowA, rowB, keys);
    count += 1;
  }
  return count === 0 ? null : sum / count;
}

function hasNumber(row: Float32Array): boolean {
  return row.some((weight) => !Number.isNaN(weight));
}

/** ½ Σ |w_B − w_A| over all keys of both texts.  rowA [key of A], rowB [key of B] */
function alignedVariation(rowA: Float32Array, rowB: Float32Array, keys: KeyPlaces): number {
  const { bothA, bothB, onlyA, onlyB } = keys;
  let sum = 0;
  for (let i = 0; i < bothA.length; i++) {
    const weightA = rowA[bothA[i]!]!;
    const weightB = rowB[bothB[i]!]!;
    const difference = Math.abs(weightB - weightA);
    sum += Number.isNaN(difference) ? (weightA || 0) + (weightB || 0) : difference;
  }
  // Rows sum to 1 only within float32 accuracy.
  return Math.min(1, (sum + (totalWeight(rowA, onlyA) + totalWeight(rowB, onlyB))) / 2);
}

function totalWeight(row: Float32Array, places: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < places.length; i++) sum += row[places[i]!]! || 0;
  return sum;
}

function requirePlaces(a: Tensor, b: Tensor, queries: readonly AlignedPair[], keys: readonly AlignedPair[]): void {
  for (const [name, pairs, axis] of [
    ['query', queries, 1],
    ['key', keys, 2],
  ] as const) {
    for (const pair of pairs) {
      const isIn = (place: number | null, weights: Tensor) => place === null || place < dim(weights, axis);
      if (isIn(pair.a, a) && isIn(pair.b, b)) continue;
      throw new ShapeError(
        `no ${name} pair ${pair.a}, ${pair.b} in weights [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`,
      );
    }
  }
}
