import { row as rowOf, type Tensor, tensor } from '../../tensor/tensor.ts';
import { normalise, project } from '../chain/projection.ts';
import type { Linear, Norm } from '../model.ts';
import type { CellPlace, Derived, Operand, RowStatistics, Term } from './derivation.ts';
import { constant, stageNames, subscript } from './names.ts';
import { type DerivationSource, tensorAt } from './source.ts';
import { statisticsOf, term } from './terms.ts';

/** One token's vector at some step, and how each of its numbers is made. Computes nothing before it is asked. */
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
  /** Statistics of the row behind operands named `norm(…)`. */
  readonly inputNorm: () => RowStatistics | null;
}

/** A row of a stage of a whole layer.  @throws RangeError when the trace has no such row. */
export function cellRow(source: DerivationSource, place: Omit<CellPlace, 'head' | 'column'>): DerivedRow {
  const values = tensorAt(source, place);
  if (values === null || place.row >= values.shape[0]!)
    throw new RangeError(`${place.stage} of layer ${place.layer} has no row ${place.row}`);
  const name = stageNames[place.stage];
  const start = `${name}${subscript(place.row)}`;
  const numbers = rowOf(values, place.row);
  return {
    name,
    symbol: (index) => `${name}[${index}]`,
    numbers: () => numbers,
    terms: (column) => [
      term({ name: `${start}[${column}]`, value: numbers[column]!, place: { ...place, head: null, column } }),
    ],
    isPlain: true,
    inputNorm: noNorm,
  };
}

/** A row of numbers that no stage keeps. */
export function computedRow(name: string, row: number, compute: () => Float32Array): DerivedRow {
  const numbers = once(compute);
  return {
    name,
    symbol: (index) => `${name}[${index}]`,
    numbers,
    terms: (column) => [term(constant(`${name}${subscript(row)}[${column}]`, numbers()[column]!))],
    isPlain: true,
    inputNorm: noNorm,
  };
}

/** norm(x), each number an operand; x itself where there is no norm. */
export function normedRow(x: DerivedRow, norm: Norm | null, row: number): DerivedRow {
  if (norm === null) return x;
  if (norm.kind === 'factor') return multipliedRow(x, norm.factor);
  const numbers = once(() => normalise(asTensor(x.numbers()), norm).data);
  const name = `norm(${x.name})`;
  const start = `${name}${subscript(row)}`;
  return {
    name,
    symbol: (index) => `${name}[${index}]`,
    numbers,
    terms: (column) => {
      const place = x.isPlain ? (x.terms(column)[0]?.operands[0]?.place ?? null) : null;
      return [term({ name: `${start}[${column}]`, value: numbers()[column]!, place })];
    },
    isPlain: true,
    inputNorm: () => statisticsOf(x.numbers(), norm),
  };
}

/** factor · x */
function multipliedRow(x: DerivedRow, factor: number): DerivedRow {
  return {
    ...x,
    name: `factor · ${x.name}`,
    symbol: (index) => `factor · ${x.symbol(index)}`,
    numbers: once(() => x.numbers().map((value) => factor * value)),
    terms: (column) => x.terms(column).map(({ operands }) => term(...operands, constant('factor', factor))),
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
      const weights = linear.weight.column(column);
      const products = Array.from(weights, (value, j) =>
        x.terms(j).map(({ operands }) => term(...operands, constant(`${weight}[${j},${column}]`, value))),
      );
      const added = b === null ? [] : [term(constant(`${bias}[${column}]`, b.data[column]!))];
      return [...products.flat(), ...added];
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

/** How number `column` of norm(x) is made; of x where there is no norm. */
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
    row: Array.from(x.numbers(), (value, j): Operand => {
      const plain = x.isPlain ? x.terms(j)[0]?.operands[0] : undefined;
      return plain ?? constant(x.symbol(String(j)), value);
    }),
    index: column,
    scale: norm.kind === 'factor' ? null : parameter('scale', norm.scale),
    bias: norm.kind === 'layer' ? parameter('bias', norm.bias) : null,
  };
}

const noNorm = () => null;

/** One row as the core's functions take it. */
export function asTensor(row: Float32Array): Tensor {
  return tensor(['token', 'hidden'], [1, row.length], row);
}

/** Runs the function once, when its result is first asked for. */
function once<T>(compute: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: compute() };
    return made.value;
  };
}
