import { distinctLabel, type TokenView } from '../../explorer/token-view.ts';
import { fixed, percent } from '../kit/format.ts';
import { tenthsOf } from '../kit/shares.ts';

/** The keys that the selected query attends to, most first: "42.2 % from itself", "15.5 % from study". Percentages add up as printed. */
export function sharesOf(
  weights: ArrayLike<number>,
  tokens: readonly TokenView[],
  /** The query's own place among the keys; null if it is not one of them. */
  self: number | null,
  limit: number,
  /** Whether the weights are those that the lesson prints. */
  isLesson = false,
): string[] {
  const tenths = tenthsOf(weights);
  const keys = Array.from(weights, (weight, key) => ({ weight, tenths: tenths[key] ?? Number.NaN, key }));
  const known = keys.filter((one) => !Number.isNaN(one.weight));
  const size = ({ weight }: { weight: number }) => Math.abs(weight);
  const leading = known.toSorted((a, b) => size(b) - size(a) || Number(b.key === self) - Number(a.key === self));
  const total = sumOf(known);
  // Typed weights need not sum to 1: then they are not shares. The lesson's rounded ones miss it by 0.001.
  const areShares = Math.abs(total.weight - 1) < 0.0015;
  const text = (one: Amount) => (areShares ? `${percent(one.tenths / 1000)} from` : `${fixed(one.weight, 3)} of`);
  const parts = leading
    .slice(0, limit)
    .map((one) => `${text(one)} ${one.key === self ? 'itself' : distinctLabel(tokens, one.key)}`);
  const others = leading.slice(limit);
  if (others.length > 0) parts.push(`${text(sumOf(others))} ${others.length} more`);
  if (areShares && total.tenths !== 1000)
    parts.push(`${percent(total.tenths / 1000)} in all${isLesson ? ', as the lesson rounds' : ''}`);
  if (!areShares && known.length > 0) parts.push(`the row sums to ${fixed(total.weight, 3)}`);
  return parts;
}

/** A weight, and the same rounded to tenths of a percent. */
interface Amount {
  readonly weight: number;
  readonly tenths: number;
}

function sumOf(amounts: readonly Amount[]): Amount {
  return amounts.reduce((sum, { weight, tenths }) => ({ weight: sum.weight + weight, tenths: sum.tenths + tenths }), {
    weight: 0,
    tenths: 0,
  });
}
