/** The largest number that users may enter: dot products of such vectors stay finite in float32. */
export const largestNumber = 1e6;

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A finite decimal number; NaN for anything else. */
export function parseNumber(given: string): number {
  const number = decimal.test(given.trim()) ? Number(given) : Number.NaN;
  // + 0 turns −0 into 0.
  return Number.isFinite(number) ? number + 0 : Number.NaN;
}

/** What is wrong with a number that must be from `least` to `most`; null: nothing. */
export function numberProblem(given: string, least = -largestNumber, most = largestNumber): string | null {
  const number = parseNumber(given);
  if (number >= least && number <= most) return null;
  const range = most === Number.POSITIVE_INFINITY ? `finite, ${least} or more` : `from ${least} to ${most}`;
  return `${decimal.test(given.trim()) ? 'out of range' : 'not a number'}; it must be ${range}, such as 0.5`;
}
