/** The largest number that users may enter: dot products of such vectors stay finite in float32. */
export const largestNumber = 1e6;

/** A finite decimal number; NaN for anything else. */
export function parseNumber(given: string): number {
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given.trim()) ? Number(given) : Number.NaN;
  return Number.isFinite(number) ? number : Number.NaN;
}

/** A finite number of at least 0; null for anything else. */
export function parseScaleFactor(given: string): number | null {
  const factor = parseNumber(given);
  return factor >= 0 ? factor : null;
}
