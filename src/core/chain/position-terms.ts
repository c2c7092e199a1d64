import { mapped } from '../../tensor/elementwise.ts';
import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { Linear, PositionTerms } from '../model.ts';
import { normalise, project, splitHeads } from './projection.ts';

/** Position terms whose relative positions are projected to keys and queries, [head, 2 · span, d_k]. */
export type PreparedTerms =
  | Exclude<PositionTerms, { kind: 'disentangled' }>
  | (Pick<Extract<PositionTerms, { kind: 'disentangled' }>, 'kind' | 'span' | 'buckets' | 'maxDistance' | 'scale'> & {
      readonly keys: Tensor | null;
      readonly queries: Tensor | null;
    });

/** Computes the part of the terms that is the same for every text. */
export function preparePositionTerms(terms: PositionTerms | null, numHeads: number): PreparedTerms | null {
  if (terms?.kind !== 'disentangled') return terms;
  const { kind, table, norm, key, query, span, buckets, maxDistance, scale } = terms;
  const relative = normalise(table, norm);
  const split = (linear: Linear | null) =>
    linear === null ? null : splitHeads(project(relative, linear), numHeads, 'd_k');
  return { kind, keys: split(key), queries: split(query), span, buckets, maxDistance, scale };
}

/** scaled score + position term; the scores themselves if there are no terms.
 *  scaledScores [head, query, key], q [head, query, d_k], k [head, key, d_k] -> [head, query, key] */
export function addPositionTerms(scaledScores: Tensor, terms: PreparedTerms | null, q: Tensor, k: Tensor): Tensor {
  if (terms === null) return scaledScores;
  const termOf = termFunction(terms, q, k);
  const [heads = 0, queries = 0, keys = 0] = scaledScores.shape;
  const sums = new Float32Array(scaledScores.data.length);
  let at = 0;
  for (let head = 0; head < heads; head++) {
    for (let query = 0; query < queries; query++) {
      for (let key = 0; key < keys; key++, at++) sums[at] = scaledScores.data[at]! + termOf(head, query, key);
    }
  }
  return tensor(scaledScores.axes, scaledScores.shape, sums);
}

/** cap · tanh(score / cap), which stays within ±cap; the scores themselves if there is no cap.  @see Gemma 2, 2024, section 2 */
export function softCap(scores: Tensor, cap: number | null): Tensor {
  return cap === null ? scores : mapped(scores, (score) => cap * Math.tanh(score / cap));
}

/** The term of each cell of the scores; computes once what cells share. */
function termFunction(
  terms: PreparedTerms,
  q: Tensor,
  k: Tensor,
): (head: number, query: number, key: number) => number {
  const queries = dim(q, 1);
  const keys = dim(k, 1);
  switch (terms.kind) {
    case 'slopes':
      return (head, query, key) => terms.slopes.data[head]! * (key - query);
    case 'buckets': {
      const { table, maxDistance, isBidirectional } = terms;
      const heads = dim(table, 1);
      const buckets = byDistance(queries, keys, (d) => relativeBucket(d, dim(table, 0), maxDistance, isBidirectional));
      return (head, query, key) => table.data[buckets[key - query + queries - 1]! * heads + head]!;
    }
    case 'disentangled': {
      const { keys: keyTable, queries: queryTable, span, scale } = terms;
      const last = 2 * span - 1;
      const rows = byDistance(queries, keys, (distance) => {
        const bucket = logBucket(-distance, terms.buckets, terms.maxDistance);
        return Math.max(0, Math.min(last, bucket + span));
      });
      return (head, query, key) => {
        const row = rows[key - query + queries - 1]!;
        const contentToPosition = keyTable === null ? 0 : dot(q, head, query, keyTable, row);
        const positionToContent = queryTable === null ? 0 : dot(k, head, key, queryTable, row);
        return scale * (contentToPosition + positionToContent);
      };
    }
  }
}

/** A number for each distance key − query, starting with 1 − queries. */
function byDistance(queries: number, keys: number, compute: (distance: number) => number): Int32Array {
  return Int32Array.from({ length: Math.max(0, queries + keys - 1) }, (_, index) => compute(index - queries + 1));
}

function dot(a: Tensor, head: number, row: number, b: Tensor, otherRow: number): number {
  const width = dim(a, 2);
  const aStart = (head * dim(a, 1) + row) * width;
  const bStart = (head * dim(b, 1) + otherRow) * width;
  let sum = 0;
  for (let j = 0; j < width; j++) sum += a.data[aStart + j]! * b.data[bStart + j]!;
  return sum;
}

/** Bucket of the distance key − query: one for each near distance, logarithmic ones for far distances up to maxDistance.
 *  If bidirectional, keys after the query have the upper half of the buckets.  @see Raffel et al. 2020, 2.1 */
export function relativeBucket(
  distance: number,
  buckets: number,
  maxDistance: number,
  isBidirectional: boolean,
): number {
  const half = isBidirectional ? Math.floor(buckets / 2) : buckets;
  const offset = isBidirectional && distance > 0 ? half : 0;
  const steps = isBidirectional ? Math.abs(distance) : Math.max(0, -distance);
  const exact = Math.floor(half / 2);
  if (steps < exact) return offset + steps;
  // Rounded to float32 as in training, so that a distance at the edge of a bucket falls on the same side.
  const ratio = Math.fround(Math.log(Math.fround(steps / exact)));
  const share = Math.fround(ratio / Math.fround(Math.log(maxDistance / exact)));
  return offset + Math.min(half - 1, exact + Math.trunc(Math.fround(share * (half - exact))));
}

/** Signed bucket of the distance query − key: exact up to half the buckets, then logarithmic; the distance itself for 0 buckets.
 *  @see He et al. 2021 (DeBERTa), version 2 */
export function logBucket(distance: number, buckets: number, maxDistance: number): number {
  const middle = Math.floor(buckets / 2);
  if (buckets <= 0 || Math.abs(distance) <= middle) return distance;
  const ratio = Math.fround(Math.log(Math.fround(Math.abs(distance) / middle)));
  const whole = Math.fround(Math.log(Math.fround((maxDistance - 1) / middle)));
  const steps = Math.ceil(Math.fround(Math.fround(ratio / whole) * (middle - 1))) + middle;
  return Math.sign(distance) * steps;
}
