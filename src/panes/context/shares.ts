import { distinctLabel, type TokenView } from '../../explorer/token-view.ts';
import { fixed, percent } from '../kit/format.ts';

/** The keys that the selected query attends to, most first: "42.2 % from itself", "15.5 % from study". */
export function sharesOf(
  weights: ArrayLike<number>,
  tokens: readonly TokenView[],
  /** The query's own place among the keys; null if it is not one of them. */
  self: number | null,
  limit: number,
): string[] {
  const keys = Array.from(weights, (weight, key) => ({ weight, key })).filter((one) => !Number.isNaN(one.weight));
  const size = ({ weight }: { weight: number }) => Math.abs(weight);
  const leading = keys.toSorted((a, b) => size(b) - size(a) || Number(b.key === self) - Number(a.key === self));
  // Typed weights need not sum to 1: then they are not shares.
  const sum = keys.reduce((total, { weight }) => total + weight, 0);
  const text = (weight: number) => (Math.abs(sum - 1) < 0.001 ? `${percent(weight)} from` : `${fixed(weight, 3)} of`);
  const shown = leading.slice(0, limit);
  const rest = leading.slice(limit).reduce((sum, one) => sum + one.weight, 0);
  const parts = shown.map(
    ({ weight, key }) => `${text(weight)} ${key === self ? 'itself' : distinctLabel(tokens, key)}`,
  );
  if (leading.length > limit) parts.push(`${text(rest)} ${leading.length - limit} more`);
  return parts;
}
