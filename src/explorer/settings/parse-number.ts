/** The largest number that may be typed into the computation: products of a few hundred such stay finite in float32. */
export const largestNumber = 1e6;

/** A finite number in decimal; NaN for anything else. */
export function parseNumber(given: string): number {
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given.trim()) ? Number(given) : Number.NaN;
  return Number.isFinite(number) ? number : Number.NaN;
}

/** A factor on the scores: a finite number, at least 0; null for anything else. */
export function parseScaleFactor(given: string): number | null {
  const factor = parseNumber(given);
  return factor >= 0 ? factor : null;
}
