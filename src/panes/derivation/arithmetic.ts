import type { Derivation } from '../../core/derivation/derivation.ts';
import type { Activation } from '../../core/model.ts';
import { operandsFor } from '../kit/equation.ts';
import { compact, exponent, fixed } from '../kit/format.ts';

/** Digits after the point of a result. */
export const resultDigits = 4;
/** As many digits of operands as it takes to get that result from them, at most. */
const mostDigits = 8;

/** Writes a number with `digits` after the point, or about two significant digits if it is too large or too small for that. */
export function derivedNumber(value: number, digits = resultDigits): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return fixed(value, 0);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e6) return compact(value);
  return magnitude < 10 ** -digits / 2 ? exponent(value, 1) : fixed(value, digits);
}

/** `= exp(4.1081 − 4.1081) ÷ 5.2444`: an equation that a reader can check, or ≈ if no such digits suffice. */
function equation(
  value: number,
  recompute: (round: (one: number) => number) => number,
  text: (write: (one: number) => string) => string,
): string {
  const { sign, digits } = operandsFor([value], resultDigits, (round) => [recompute(round)], {
    from: resultDigits,
    most: mostDigits,
  });
  return `${sign} ${text((one) => derivedNumber(one, digits))}`;
}

const activationTexts: Readonly<Record<Activation, string>> = {
  relu: 'relu(x) = x, or 0 if x < 0',
  relu2: 'relu2(x) = x², or 0 if x < 0',
  gelu: 'gelu(x) = x × Φ(x), Φ the normal distribution',
  gelu_new: 'gelu_new(x) = x ÷ 2 × (1 + tanh(√(2 ÷ π) × (x + 0.044715 x³)))',
  quick_gelu: 'quick_gelu(x) = x ÷ (1 + exp(−1.702 x))',
  silu: 'silu(x) = x ÷ (1 + exp(−x))',
  tanh: 'tanh(x)',
  identity: 'x itself',
};

/** The formula with its numbers, and a sentence about them. A sum gives only the number of its terms, which follow below. */
export function arithmeticText(derivation: Derivation): string {
  const { terms, value } = derivation;
  const first = terms[0]?.operands[0]?.value ?? Number.NaN;
  switch (derivation.kind) {
    case 'given':
      return '= typed: the explanation ends here';
    case 'missing':
      return 'no number';
    case 'same':
      return '= the same number from another place';
    case 'ablated':
      return '= 0, because this head is switched off';
    case 'sum':
      return terms.length === 1 ? '= one product' : `= the sum of ${terms.length} terms`;
    case 'activation':
      return `= ${derivation.activation}(${derivedNumber(first)})   ${activationTexts[derivation.activation]}`;
    case 'rotation':
      return `= two dimensions, rotated by ${derivedNumber(derivation.angle)} = position ${derivation.place.row} × ${derivedNumber(derivation.frequency, 6)}`;
    case 'norm': {
      const { scale, bias, statistics, index } = derivation;
      const own = terms[index]?.value ?? Number.NaN;
      const { epsilon } = statistics;
      const [mean, spread] =
        statistics.kind === 'layer' ? [statistics.mean, statistics.variance] : [0, statistics.meanSquare];
      return equation(
        value,
        (round) =>
          ((round(own) - round(mean)) / Math.sqrt(round(spread) + epsilon)) * round(scale.value) +
          round(bias?.value ?? 0),
        (write) => {
          const root = `√(${write(spread)} + ${exponent(epsilon)})`;
          const centred =
            statistics.kind === 'layer' ? `(${minus(write(own), write(mean))}) ÷ ${root}` : `${write(own)} ÷ ${root}`;
          const shift = bias === null ? '' : plus(write(bias.value));
          const names =
            statistics.kind === 'layer'
              ? `${write(mean)} is the mean of the row, ${write(spread)} its variance`
              : `${write(spread)} is the mean square of the row`;
          return `${centred} × ${write(scale.value)}${shift}   ${names}`;
        },
      );
    }
    case 'scaled': {
      const { factor, positionTerm, cap } = derivation;
      const score = first;
      const inner = (round: (one: number) => number) => round(score) * round(factor) + round(positionTerm ?? 0);
      return equation(
        value,
        (round) => (cap === null ? inner(round) : cap * Math.tanh(inner(round) / cap)),
        (write) => {
          const position = positionTerm === null ? '' : `${plus(write(positionTerm))} (position)`;
          const product = `${write(score)}${factor === 1 ? '' : ` × ${write(factor)}`}${position}`;
          return cap === null ? product : `${derivedNumber(cap)} × tanh((${product}) ÷ ${derivedNumber(cap)})`;
        },
      );
    }
    case 'mask':
      return derivation.isVisible ? '= the same: the query sees this key' : '= −∞: the query does not see this key';
    case 'renormalised': {
      const own = terms[derivation.index]?.value ?? Number.NaN;
      const { sum } = derivation;
      return equation(
        value,
        (round) => round(own) / round(sum),
        (write) => `${write(own)} ÷ ${write(sum)}   ${write(sum)} is the sum of the row`,
      );
    }
    case 'softmax': {
      const own = terms[derivation.index]?.value ?? Number.NaN;
      const { maximum, sum } = derivation;
      return equation(
        value,
        (round) => Math.exp(round(own) - round(maximum)) / round(sum),
        (write) =>
          `exp(${minus(write(own), write(maximum))}) ÷ ${write(sum)}   ${write(maximum)} is the largest score of the row, ${write(sum)} the sum of all its exp(score ${signed(write(-maximum))})`,
      );
    }
  }
}

function minus(a: string, b: string): string {
  return b.startsWith('−') ? `${a} + ${b.slice(1)}` : `${a} − ${b}`;
}

function plus(text: string): string {
  return ` ${signed(text)}`;
}

function signed(text: string): string {
  return text.startsWith('−') ? `− ${text.slice(1)}` : `+ ${text}`;
}
