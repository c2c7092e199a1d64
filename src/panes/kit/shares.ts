import { percent } from './format.ts';

/** Rounds shares to tenths of a percent so that they sum to their rounded sum: of the numbers that were rounded down, those with the
 *  largest remainders are rounded up.  shares: any numbers; NaN stays NaN and counts as none -> whole numbers, 1000 for all
 *  @see Balinski & Young 1982 (Hamilton's method) */
export function tenthsOf(shares: ArrayLike<number>): number[] {
  const exact = Array.from(shares, (share) => share * 1000);
  const down = exact.map(Math.floor);
  const known = exact.flatMap((one, index) => (Number.isFinite(one) ? [{ index, remainder: one - down[index]! }] : []));
  const target = Math.round(known.reduce((sum, { index }) => sum + exact[index]!, 0));
  const missing = target - known.reduce((sum, { index }) => sum + down[index]!, 0);
  const up = known.toSorted((a, b) => b.remainder - a.remainder).slice(0, missing);
  for (const { index } of up) down[index]! += 1;
  return down;
}

/** The shares as percentages that add up as printed: to 100.0 % if the shares sum to 1. */
export function percentages(shares: ArrayLike<number>): string[] {
  return tenthsOf(shares).map((tenths) => percent(tenths / 1000));
}
