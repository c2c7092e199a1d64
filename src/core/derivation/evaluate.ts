import { sumOfNumbers } from '../chain/cell-edits.ts';
import { clamped } from '../chain/scores.ts';
import type { Activation } from '../model.ts';
import type { Derivation, NormStatistics, Term } from './derivation.ts';
import { productOf, statisticsOf } from './terms.ts';

/** Recomputes the number from the operands in float64; NaN if there is no number. Returns a given number unchanged. */
export function evaluate(derivation: Derivation): number {
  const { terms } = derivation;
  switch (derivation.kind) {
    case 'given':
    case 'missing':
      return derivation.value;
    case 'activation':
      return activations[derivation.activation](sumOf(terms));
    case 'same':
    case 'sum':
    case 'rotation':
      return sumOf(terms);
    case 'ablated':
      return 0;
    case 'norm':
      return normOf(derivation);
    case 'scaled': {
      const sum = clamped(sumOf(terms));
      return derivation.cap === null ? sum : derivation.cap * Math.tanh(sum / derivation.cap);
    }
    case 'mask': {
      const score = sumOf(terms);
      return derivation.isVisible || Number.isNaN(score) ? score : -Infinity;
    }
    case 'renormalised':
      return products(terms)[derivation.index]! / sumOfNumbers(products(terms));
    case 'softmax':
      return softmaxOf(products(terms), derivation.index);
  }
}

function products(terms: readonly Term[]): number[] {
  return terms.map(({ operands }) => productOf(operands));
}

/** Σ of the products; NaN if there are none. */
function sumOf(terms: readonly Term[]): number {
  return terms.length === 0 ? Number.NaN : products(terms).reduce((sum, product) => sum + product, 0);
}

function normOf({ terms, index, statistics, scale, bias }: Extract<Derivation, { kind: 'norm' }>): number {
  const numbers = products(terms);
  return normalised(numbers[index]!, statisticsOf(numbers, statistics)) * scale.value + (bias?.value ?? 0);
}

/** The norm of x before scale and bias. */
function normalised(x: number, statistics: NormStatistics): number {
  if (statistics.kind === 'layer') return (x - statistics.mean) / Math.sqrt(statistics.variance + statistics.epsilon);
  return x / Math.sqrt(statistics.meanSquare + statistics.epsilon);
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** The activations in float64.  @see Hendrycks & Gimpel 2016 for gelu and its approximation */
const activations: Readonly<Record<Activation, (x: number) => number>> = {
  relu: (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  relu2: (x) => (x > 0 || Number.isNaN(x) ? x * x : 0),
  gelu: (x) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  gelu_new: (x) => (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2,
  quick_gelu: (x) => x * sigmoid(1.702 * x),
  silu: (x) => x * sigmoid(x),
  tanh: Math.tanh,
  identity: (x) => x,
};

/** The error function, by its series; ±1 beyond 6, where float64 has no other number. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let sum = 0;
  // e^(−x²) · Σ 2^n x^(2n+1) / (2n+1)!! has only terms of one sign.
  for (let n = 0, term = x; n < 400 && Math.abs(term) > 1e-17 * Math.abs(sum); n++, term *= (2 * x * x) / (2 * n + 1))
    sum += term;
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

function softmaxOf(scores: readonly number[], index: number): number {
  const present = scores.filter((score) => !Number.isNaN(score));
  const maximum = present.reduce((most, score) => Math.max(most, score), -Infinity);
  const sum = present.reduce((total, score) => total + Math.exp(score - maximum), 0);
  return Math.exp(scores[index]! - maximum) / sum;
}
