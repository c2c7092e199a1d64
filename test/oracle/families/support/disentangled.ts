import { splitHeads } from './attention.ts';
import { dot, type Matrix } from './decoder-maths.ts';

/** The distance query − key as DeBERTa-v2 counts it: exact up to half of the buckets, logarithmic beyond, with its sign.
 *  @see transformers/models/deberta_v2/modeling_deberta_v2.py, make_log_bucket_position */
export function logBucket(distance: number, buckets: number, maxDistance: number): number {
  if (buckets <= 0 || maxDistance <= 0) return distance;
  const half = Math.floor(buckets / 2);
  const size = Math.abs(distance);
  if (size <= half) return distance;
  const share = Math.log(size / half) / Math.log((maxDistance - 1) / half);
  return Math.sign(distance) * (Math.ceil(share * (half - 1)) + half);
}

export interface RelativeTable {
  /** Positions as keys and as queries, [head][2·span, d_k]; null omits the term. */
  readonly keys: Matrix[] | null;
  readonly queries: Matrix[] | null;
  readonly span: number;
  readonly buckets: number;
  readonly maxDistance: number;
  /** Factor on both terms. */
  readonly scale: number;
}

/** scale·(q_i·K_δ(i,j) + k_j·Q_δ(i,j)), where δ(i, j) is the bucket of i − j, shifted by the span and clamped to the table.
 *  @see He et al. 2021, "DeBERTa", section 3.1 */
export function disentangledTerms(table: RelativeTable) {
  return (q: Matrix[], k: Matrix[]) => (head: number, query: number, key: number) => {
    const place = logBucket(query - key, table.buckets, table.maxDistance) + table.span;
    const row = Math.min(Math.max(place, 0), 2 * table.span - 1);
    const contentToPosition = table.keys === null ? 0 : dot(q[head]![query]!, table.keys[head]![row]!);
    const positionToContent = table.queries === null ? 0 : dot(k[head]![key]!, table.queries[head]![row]!);
    return table.scale * (contentToPosition + positionToContent);
  };
}

/** A projected table, split by heads. */
export const headsOf = (projected: Matrix, heads: number): Matrix[] => splitHeads(projected, heads);
