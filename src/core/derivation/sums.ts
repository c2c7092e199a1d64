import type { Linear, Norm } from '../model.ts';
import type { Arithmetic, CellPlace, Derived, Operand, RowPlace, Term } from './derivation.ts';
import { cellOperand, columnOf, constant, parameter, symbolOf } from './names.ts';
import type { Read } from './reads.ts';
import type { RowSource } from './source.ts';
import { statisticsOf, term } from './terms.ts';

/** The numbers of a row at any index, as a formula writes them. */
export function readName(source: RowSource, { at, factor }: Read, index: string | number): string {
  return `${factor === 1 ? '' : 'factor × '}${symbolOf(source, at)}[${index}]`;
}

/** A number that a step reads, times further operands. */
export function readTerm(source: RowSource, { at, factor }: Read, column: number, ...more: readonly Operand[]): Term {
  const factors = factor === 1 ? [] : [constant('factor', factor)];
  return term(cellOperand(source, { ...at, column }), ...factors, ...more);
}

/** Output `column` of x·W + b: the products of x with a column of W. */
export function projection(
  source: RowSource,
  x: Read,
  linear: Linear,
  letters: string,
  column: number,
): Pick<Derived, 'symbols' | 'terms'> {
  const products = columnOf(`W_${letters}`, linear, column).map((weight, j) => readTerm(source, x, j, weight));
  const { bias } = linear;
  const sum = `Σ_j ${readName(source, x, 'j')} × W_${letters}[j,${column}]`;
  if (bias === null) return { symbols: sum, terms: products };
  return {
    symbols: `${sum} + b_${letters}[${column}]`,
    terms: [...products, term(parameter(`b_${letters}`, bias, column))],
  };
}

/** Number `column` of a norm of a row. */
export function deriveNorm(source: RowSource, at: RowPlace, norm: Norm, column: number): Derived {
  const name = symbolOf(source, at);
  if (norm.kind === 'factor') {
    const read = { at, factor: norm.factor };
    return { kind: 'sum', symbols: readName(source, read, column), terms: [readTerm(source, read, column)] };
  }
  const row = source.rowAt(at);
  return {
    ...normArithmetic(name, row, norm, column),
    terms: Array.from(row, (_, j) => term(cellOperand(source, { ...at, column: j }))),
  };
}

/** The norm of a row named `name`, without its terms. */
export function normArithmetic(
  name: string,
  row: Float32Array,
  norm: Exclude<Norm, { kind: 'factor' }>,
  column: number,
): Extract<Arithmetic, { kind: 'norm' }> & Pick<Derived, 'symbols'> {
  const own = `${name}[${column}]`;
  const divided = norm.kind === 'layer' ? `(${own} − mean) ÷ √(variance + ε)` : `${own} ÷ √(mean square + ε)`;
  return {
    kind: 'norm',
    symbols: `${divided} × γ[${column}]${norm.kind === 'layer' ? ` + β[${column}]` : ''}`,
    index: column,
    statistics: statisticsOf(row, norm),
    scale: parameter('γ', norm.scale, column),
    bias: norm.kind === 'layer' ? parameter('β', norm.bias, column) : null,
  };
}

/** The same number in another stage. */
export function deriveSame(source: RowSource, place: CellPlace, symbols: string): Derived {
  return { kind: 'same', symbols, terms: [term(cellOperand(source, place))] };
}

/** A sum of numbers and products. */
export function deriveSum(...parts: readonly Pick<Derived, 'symbols' | 'terms'>[]): Derived {
  return {
    kind: 'sum',
    symbols: parts.map(({ symbols }) => symbols).join(' + '),
    terms: parts.flatMap(({ terms }) => terms),
  };
}

/** One number as a part of a sum. */
export function single(source: RowSource, read: Read, column: number): Pick<Derived, 'symbols' | 'terms'> {
  return { symbols: readName(source, read, column), terms: [readTerm(source, read, column)] };
}
