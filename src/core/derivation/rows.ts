import { row as rowOf, type Tensor, tensor } from '../../tensor/tensor.ts';
import { normalise, project } from '../chain/projection.ts';
import type { Linear, Norm } from '../model.ts';
import type { CellPlace, Derived, DerivedStage, Operand, RowStatistics, Term } from './derivation.ts';
import { constant, stageNames, subscript } from './names.ts';
import { type DerivationSource, tensorAt } from './source.ts';
import { statisticsOf, term } from './terms.ts';

/** A token of a layer. */
export type RowPlace = Pick<CellPlace, 'part' | 'layer' | 'row'>;

/** One token's vector at some step, and how each of its numbers is made. Computes numbers only when asked. */
export interface DerivedRow {
  /** The vector in formulas: `x`, `norm(x)`. */
  readonly name: string;
  /** One of its numbers in formulas, `x[3]`; the index may be a letter. */
  readonly symbol: (index: string) => string;
  /** All of its numbers, float32. */
  readonly numbers: () => Float32Array;
  /** The terms whose sum is number `column`. */
  readonly terms: (column: number) => readonly Term[];
  /** Whether each number is one operand, not a sum. */
  readonly isPlain: boolean;
  /** Statistics of the row behind operands named `norm(…)`; null if there are none. */
  readonly inputNorm: () => RowStatistics | null;
}

/** A row in which each number is one operand: a cell of the trace if `placeOf` names one. */
export function plainRow(
  name: string,
  row: number,
  compute: () => Float32Array,
  placeOf: (column: number) => CellPlace | null = () => null,
  inputNorm: DerivedRow['inputNorm'] = () => null,
): DerivedRow {
  const numbers = once(compute);
  const start = `${name}${subscript(row)}`;
  return {
    name,
    symbol: (index) => `${name}[${index}]`,
    numbers,
    terms: (column) => [term({ name: `${start}[${column}]`, value: numbers()[column]!, place: placeOf(column) })],
    isPlain: true,
    inputNorm,
  };
}

/** A row of a stage of a whole layer.  @throws RangeError when the trace has no such row. */
export function cellRow(source: DerivationSource, { part, layer, row }: RowPlace, stage: DerivedStage): DerivedRow {
  const values = tensorAt(source, { part, stage, layer });
  if (values === null || row >= values.shape[0]!) throw new RangeError(`${stage} of layer ${layer} has no row ${row}`);
  const placeOf = (column: number): CellPlace => ({ part, stage, layer, head: null, row, column });
  return plainRow(stageNames[stage], row, () => rowOf(values, row), placeOf);
}

/** norm(x), each number an operand; x itself if there is no norm. */
export function normedRow(x: DerivedRow, norm: Norm | null, row: number): DerivedRow {
  if (norm === null) return x;
  const compute = () => normalise(asTensor(x.numbers()), norm).data;
  if (norm.kind !== 'factor')
    return plainRow(
      `norm(${x.name})`,
      row,
      compute,
      (column) => operandOf(x, column)?.place ?? null,
      () => statisticsOf(x.numbers(), norm),
    );
  return {
    ...x,
    name: `factor · ${x.name}`,
    symbol: (index) => `factor · ${x.symbol(index)}`,
    numbers: once(compute),
    terms: (column) => x.terms(column).map(({ operands }) => term(...operands, constant('factor', norm.factor))),
    isPlain: false,
  };
}

/** x·W + b, each number a sum of products.  `weight` and `bias` name them. */
export function projectedRow(x: DerivedRow, linear: Linear, weight: string, bias: string): DerivedRow {
  const b = linear.bias;
  return {
    name: `${x.name} · ${weight}`,
    symbol: (index) => `Σ_j ${x.symbol('j')} · ${weight}[j,${index}]${b === null ? '' : ` + ${bias}[${index}]`}`,
    numbers: once(() => project(asTensor(x.numbers()), linear).data),
    terms: (column) => {
      const products = Array.from(linear.weight.column(column), (value, j) =>
        x.terms(j).map(({ operands }) => term(...operands, constant(`${weight}[${j},${column}]`, value))),
      );
      return [...products.flat(), ...(b === null ? [] : [term(constant(`${bias}[${column}]`, b.data[column]!))])];
    },
    isPlain: false,
    inputNorm: x.inputNorm,
  };
}

/** x + y, number by number. */
export function sumOfRows(x: DerivedRow, y: DerivedRow): DerivedRow {
  return {
    name: `${x.name} + ${y.name}`,
    symbol: (index) => `${x.symbol(index)} + ${y.symbol(index)}`,
    numbers: once(() => x.numbers().map((value, j) => value + y.numbers()[j]!)),
    terms: (column) => [...x.terms(column), ...y.terms(column)],
    isPlain: false,
    inputNorm: () => x.inputNorm() ?? y.inputNorm(),
  };
}

/** Numbers start … start + width − 1 of x, such as those of a head. */
export function partOfRow(x: DerivedRow, start: number, width: number): DerivedRow {
  return {
    ...x,
    symbol: (index) => x.symbol(/^\d+$/.test(index) ? String(start + Number(index)) : index),
    numbers: () => x.numbers().subarray(start, start + width),
    terms: (column) => x.terms(start + column),
  };
}

/** How number `column` of norm(x) is made, or of x if there is no norm. */
export function deriveRow(x: DerivedRow, norm: Norm | null, column: number): Derived {
  const inputNorm = x.inputNorm();
  const terms = x.terms(column);
  const own = x.symbol(String(column));
  if (norm === null) return { kind: x.isPlain ? 'same' : 'sum', symbols: own, terms, inputNorm };
  const parameter = (name: string, of: Tensor) => constant(`${name}[${column}]`, of.data[column]!);
  return {
    kind: 'norm',
    symbols: `norm(${own})`,
    terms,
    inputNorm,
    statistics: statisticsOf(x.numbers(), norm),
    row: Array.from(x.numbers(), (value, j) => operandOf(x, j) ?? constant(x.symbol(String(j)), value)),
    index: column,
    scale: norm.kind === 'factor' ? null : parameter('scale', norm.scale),
    bias: norm.kind === 'layer' ? parameter('bias', norm.bias) : null,
  };
}

/** The one operand of a number in a plain row. */
function operandOf(x: DerivedRow, column: number): Operand | null {
  return x.isPlain ? (x.terms(column)[0]?.operands[0] ?? null) : null;
}

/** One row as a matrix. */
export function asTensor(row: Float32Array): Tensor {
  return tensor(['token', 'hidden'], [1, row.length], row);
}

/** Defers a computation until its result is read, and runs it only once. */
function once<T>(compute: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: compute() };
    return made.value;
  };
}
