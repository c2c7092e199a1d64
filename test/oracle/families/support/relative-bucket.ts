export interface Buckets {
  readonly buckets: number;
  readonly maxDistance: number;
  readonly bidirectional: boolean;
}

/** The bucket of a distance key − query: half of the buckets exact, the rest logarithmic up to the largest distance;
 *  bidirectional: the upper half for keys after the query; otherwise such keys count as distance 0.
 *  @see Raffel et al. 2020, "T5", section 2.1; transformers/models/t5/modeling_t5.py, _relative_position_bucket */
export function relativeBucket(distance: number, { buckets, maxDistance, bidirectional }: Buckets): number {
  const count = bidirectional ? Math.floor(buckets / 2) : buckets;
  const start = bidirectional && distance > 0 ? count : 0;
  const size = bidirectional ? Math.abs(distance) : Math.max(0, -distance);
  const exact = Math.floor(count / 2);
  if (size < exact) return start + size;
  const share = Math.log(size / exact) / Math.log(maxDistance / exact);
  return start + Math.min(exact + Math.trunc(share * (count - exact)), count - 1);
}
