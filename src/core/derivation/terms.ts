import type { NormStatistics, Operand, RowStatistics, Term } from './derivation.ts';

/** The product of the operands, in float64. */
export function productOf(operands: readonly Operand[]): number {
  return operands.reduce((product, { value }) => product * value, 1);
}

export function term(...operands: readonly Operand[]): Term {
  return { operands, value: productOf(operands) };
}

interface Measured {
  readonly kind: 'layer' | 'rms';
  readonly epsilon: number;
}

/** What a norm measures in a row, in float64.  @see Ba et al. 2016; Zhang & Sennrich 2019 */
export function statisticsOf(row: ArrayLike<number>, norm: Measured): NormStatistics;
export function statisticsOf(
  row: ArrayLike<number>,
  norm: Measured | { readonly kind: 'factor'; readonly factor: number },
): RowStatistics;
export function statisticsOf(
  row: ArrayLike<number>,
  norm: Measured | { readonly kind: 'factor'; readonly factor: number },
): RowStatistics {
  if (norm.kind === 'factor') return { kind: norm.kind, factor: norm.factor };
  const { kind, epsilon } = norm;
  if (kind === 'rms') return { kind, meanSquare: meanOf(row, (x) => x * x), epsilon };
  const mean = meanOf(row, (x) => x);
  return { kind, mean, variance: meanOf(row, (x) => (x - mean) ** 2), epsilon };
}

function meanOf(row: ArrayLike<number>, of: (x: number) => number): number {
  let sum = 0;
  for (let j = 0; j < row.length; j++) sum += of(row[j]!);
  return sum / row.length;
}
