import { dim } from '../../tensor/tensor.ts';
import { positionRows } from '../chain/embedding.ts';
import type { PositionEmbedding } from '../model.ts';
import type { CellPlace, Derived, Term } from './derivation.ts';
import { columnOf, constant, parameter } from './names.ts';
import { type Read, rowIn } from './reads.ts';
import { type RowSource, stackOf } from './source.ts';
import { deriveNorm, deriveSum, projection } from './sums.ts';
import { term } from './terms.ts';

type Part = Pick<Derived, 'symbols' | 'terms'>;

/** What enters layer 0: the sum, then whatever of projection and norm the model has. */
export function deriveEmbedding(source: RowSource, place: CellPlace): Derived {
  const { norm, projection: change } = stackOf(source, place.part).stack.embedding;
  if (change?.place === 'after norm')
    return {
      kind: 'sum',
      ...projection(source, before(source, place, 'after norm'), change.linear, 'E', place.column),
    };
  if (norm !== null) return deriveNormedTokens(source, place);
  return change?.place === 'before norm' ? deriveProjectedTokens(source, place) : deriveTokenSum(source, place);
}

export function deriveNormedTokens(source: RowSource, place: CellPlace): Derived {
  const { norm } = stackOf(source, place.part).stack.embedding;
  if (norm === null) throw new RangeError('the embedding has no norm');
  return deriveNorm(source, before(source, place, 'norm').at, norm, place.column);
}

export function deriveProjectedTokens(source: RowSource, place: CellPlace): Derived {
  const { projection: change } = stackOf(source, place.part).stack.embedding;
  if (change === null) throw new RangeError('the embedding has no projection');
  return { kind: 'sum', ...projection(source, before(source, place, 'projection'), change.linear, 'E', place.column) };
}

/** The row that a step of the embedding reads. */
function before(source: RowSource, place: CellPlace, step: 'after norm' | 'norm' | 'projection'): Read {
  const { norm, projection: change } = stackOf(source, place.part).stack.embedding;
  const hasNorm = step === 'after norm' && norm !== null;
  const isProjected = step !== 'projection' && change?.place === 'before norm';
  const stage = hasNorm ? 'normedTokens' : isProjected ? 'projectedTokens' : 'tokenSum';
  return { at: rowIn({ ...place, layer: 0 }, stage), factor: 1 };
}

/** scale · E[id] + position + token type, each a number of a table. */
export function deriveTokenSum(source: RowSource, place: CellPlace): Derived {
  const { row, column, part } = place;
  const { embedding } = stackOf(source, part).stack;
  const { ids, typeIds } = part === 'encoder' ? source.tokens : source.targetTokens;
  const id = ids[row];
  if (id === undefined) throw new RangeError(`the text has no token ${row}`);
  const { positions, tokenTypes, projection: change } = embedding;
  const width = source.rowAt(rowIn({ ...place, layer: 0 }, 'tokenSum')).length;
  const types: Part[] =
    tokenTypes === null
      ? []
      : [{ symbols: `type[${column}]`, terms: [term(parameter('T', tokenTypes, typeIds?.[row] ?? 0, column))] }];
  return {
    ...deriveSum(
      tokenPart(source, place, id ?? 0, change?.place === 'before positions'),
      ...(positions === null ? [] : [positionPart(positions, ids, row, column, width)]),
      ...types,
    ),
    note: `token ${row} has the id ${id}: row ${id} of the embedding table E${frequencyText(positions, column)}`,
  };
}

/** scale · E[id][column], or its projection. */
function tokenPart(source: RowSource, { part, column }: CellPlace, id: number, isProjected: boolean): Part {
  const { tokens, tokenScale, projection: change } = stackOf(source, part).stack.embedding;
  const scale = tokenScale === 1 ? [] : [constant('scale', tokenScale)];
  // Column `id` of the matrix is row `id` of the table.
  const row = columnOf('E', { weight: tokens }, id).map((one, j) => ({ ...one, name: `E[${id},${j}]` }));
  const name = tokenScale === 1 ? 'E[id' : 'scale × E[id';
  if (!isProjected || change === null)
    return { symbols: `${name},${column}]`, terms: [term(...row.slice(column, column + 1), ...scale)] };
  const { linear } = change;
  const products = columnOf('W_E', linear, column).map((weight, j) => term(...row.slice(j, j + 1), ...scale, weight));
  const bias: Term[] = linear.bias === null ? [] : [term(parameter('b_E', linear.bias, column))];
  return {
    symbols: `Σ_j ${name},j] × W_E[j,${column}]${bias.length === 0 ? '' : ` + b_E[${column}]`}`,
    terms: [...products, ...bias],
  };
}

/** What the position adds: a number of a learned table, or a sine or cosine of position · frequency. */
function positionPart(
  positions: PositionEmbedding,
  ids: readonly (number | null)[],
  row: number,
  column: number,
  width: number,
): Part {
  const symbols = `position[${column}]`;
  if (positions.kind === 'table') {
    const tableRow = positionRows(positions, ids)[row] ?? 0;
    return { symbols, terms: [term(parameter('P', positions.table, tableRow, column))] };
  }
  const half = dim(positions.frequencies, 0);
  const j = column % half;
  if (column >= Math.min(2 * half, width)) return { symbols, terms: [term(constant('0', 0))] };
  const angle = Math.fround(row * positions.frequencies.data[j]!);
  const [name, value] = column < half ? ['sin', Math.sin(angle)] : ['cos', Math.cos(angle)];
  return { symbols, terms: [term(constant(`${name}(${row}·f_${j})`, Math.fround(value)))] };
}

function frequencyText(positions: PositionEmbedding | null, column: number): string {
  if (positions?.kind !== 'sinusoid') return '';
  const j = column % dim(positions.frequencies, 0);
  return `; f_${j} = ${positions.frequencies.data[j]!.toPrecision(6)} multiplies the position`;
}
