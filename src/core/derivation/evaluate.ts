import { sumOfNumbers } from '../chain/cell-edits.ts';
import { clamped } from '../chain/scores.ts';
import type { Derivation, RowStatistics, Term } from './derivation.ts';
import { productOf, statisticsOf } from './terms.ts';

/** Recomputes the number from the operands in float64; NaN if there is no number. Returns a given number unchanged. */
export function evaluate(derivation: Derivation): number {
  const { terms } = derivation;
  switch (derivation.kind) {
    case 'given':
      return derivation.value;
    case 'same':
    case 'sum':
    case 'rotation':
      return sumOf(terms);
    case 'ablated':
      return 0;
    case 'norm':
      return normOf(derivation, sumOf(terms));
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

function normOf({ row, index, statistics, scale, bias }: Extract<Derivation, { kind: 'norm' }>, own: number): number {
  const numbers = row.map(({ value }, j) => (j === index ? own : value));
  return normalised(own, statisticsOf(numbers, statistics)) * (scale?.value ?? 1) + (bias?.value ?? 0);
}

/** The norm of x before scale and bias. */
function normalised(x: number, statistics: RowStatistics): number {
  switch (statistics.kind) {
    case 'layer':
      return (x - statistics.mean) / Math.sqrt(statistics.variance + statistics.epsilon);
    case 'rms':
      return x / Math.sqrt(statistics.meanSquare + statistics.epsilon);
    case 'factor':
      return x * statistics.factor;
  }
}

function softmaxOf(scores: readonly number[], index: number): number {
  const present = scores.filter((score) => !Number.isNaN(score));
  const maximum = present.reduce((most, score) => Math.max(most, score), -Infinity);
  const sum = present.reduce((total, score) => total + Math.exp(score - maximum), 0);
  return Math.exp(scores[index]! - maximum) / sum;
}
