import { exponent, fixed, smallNumber } from '../kit/format.ts';

/** An effect as a list shows it: with a sign if it has one, 0 without. */
export function effectText(effect: number, hasSign: boolean, digits = 0): string {
  const size = smallNumber(Math.abs(effect), digits);
  return !hasSign || effect === 0 ? size : `${effect < 0 ? '−' : '+'}${size}`;
}

/** How many digits after the point show each number that is not 0: from 3 to 5. */
export function digitsFor(values: readonly (number | null)[]): number {
  const sizes = values.flatMap((value) =>
    value === null || value === 0 || Number.isNaN(value) ? [] : Math.abs(value),
  );
  return [3, 4].find((digits) => sizes.every((size) => size >= 10 ** -digits)) ?? 5;
}

/** A number with so many digits after the point, 0 without a sign; a power of ten if the digits would show only zeros. */
export function alignedText(value: number, digits: number, hasSign: boolean): string {
  const sign = value < 0 ? '−' : hasSign && value > 0 ? '+' : '';
  const text = Math.abs(value).toFixed(digits);
  return sign + (value !== 0 && !/[1-9]/.test(text) ? exponent(Math.abs(value)) : text);
}

const mostDigits = 8;

/** `−0.051 = 0.180 − 0.231`, with the fewest digits from three on in which the printed numbers agree and the difference has two. */
export function differenceText(minuend: number, subtrahend: number): string {
  const value = minuend - subtrahend;
  const isShown = (digits: number) => value === 0 || Math.abs(value) >= 10 ** (1 - digits);
  return agreeing(
    value,
    (digits) => isShown(digits) && rounded(minuend, digits) - rounded(subtrahend, digits),
    (digits) => {
      return `${numberText(minuend, digits)} − ${numberText(subtrahend, digits)}`;
    },
  );
}

/** `0.383 = 4.712 ÷ 12.303`, in the same way. */
export function ratioText(dividend: number, divisor: number): string {
  const quotient = (digits: number) => rounded(dividend, digits) / rounded(divisor, digits);
  return agreeing(dividend / divisor, quotient, (digits) => {
    return `${numberText(dividend, digits)} ÷ ${numberText(divisor, digits)}`;
  });
}

/** computed: the value that the printed operands give; false: too few digits. */
function agreeing(
  value: number,
  computed: (digits: number) => number | false,
  operands: (digits: number) => string,
): string {
  for (let digits = 3; digits <= mostDigits; digits++) {
    const found = computed(digits);
    if (found !== false && Math.abs(found - rounded(value, digits)) < 10 ** -digits / 2)
      return `${numberText(value, digits)} = ${operands(digits)}`;
  }
  return `${Math.abs(value) < 10 ** (1 - mostDigits) ? exponent(value, 1) : fixed(value, 3)} ≈ ${operands(mostDigits)}`;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function numberText(value: number, digits: number): string {
  return fixed(value, Number.isInteger(value) ? 0 : digits);
}
