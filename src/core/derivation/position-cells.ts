import { row as rowOf } from '../../tensor/tensor.ts';
import { logBucket, relativeBucket } from '../chain/position-terms.ts';
import type { PositionTerms } from '../model.ts';
import type { CellPlace, Derived, Term } from './derivation.ts';
import { disentangledIn } from './inner-rows.ts';
import { cellOperand, columnOf, constant, parameter } from './names.ts';
import { rowIn } from './reads.ts';
import { attentionAt, type RowSource } from './source.ts';
import { normArithmetic, projection } from './sums.ts';
import { term } from './terms.ts';

interface DerivedPosition {
  readonly symbols: string;
  readonly terms: readonly Term[];
  readonly note: string;
}

/** The position term of one scaled score; null if the model has none. */
export function positionTerms(source: RowSource, place: CellPlace): DerivedPosition | null {
  const { attention } = attentionAt(source, place.part, place.layer);
  const terms = attention.positionTerms;
  if (terms === null) return null;
  const head = place.head ?? 0;
  const distance = place.column - place.row;
  switch (terms.kind) {
    case 'slopes':
      return {
        symbols: 'slope × (key − query)',
        terms: [term(constant(`slope of head ${head}`, terms.slopes.data[head]!), constant('key − query', distance))],
        note: `the key is ${distanceText(distance)}`,
      };
    case 'buckets': {
      const [buckets = 0] = terms.table.shape;
      const bucket = relativeBucket(distance, buckets, terms.maxDistance, terms.isBidirectional);
      return {
        symbols: 'bias[bucket(key − query),head]',
        terms: [term(parameter('bias', terms.table, bucket, head))],
        note: `the key is ${distanceText(distance)}: bucket ${bucket}`,
      };
    }
    case 'disentangled':
      return disentangled(source, place, terms, attention.headDim);
  }
}

/** scale · (q·K_r + k·Q_r), r the bucket of the distance. */
function disentangled(
  source: RowSource,
  place: CellPlace,
  terms: Extract<PositionTerms, { kind: 'disentangled' }>,
  headDim: number,
): DerivedPosition {
  const { key, query, span, buckets, maxDistance, scale } = terms;
  const distance = place.column - place.row;
  const bucket = logBucket(-distance, buckets, maxDistance) + span;
  const r = Math.max(0, Math.min(2 * span - 1, bucket));
  const products = (relative: 'relativeKeys' | 'relativeQueries', content: CellPlace) =>
    Array.from({ length: headDim }, (_, column) =>
      term(
        cellOperand(source, { ...content, column }),
        cellOperand(source, { ...place, stage: relative, row: r, column }),
        constant('scale', scale),
      ),
    );
  const parts = [...(key === null ? [] : ['q·K_r']), ...(query === null ? [] : ['k·Q_r'])];
  return {
    symbols: `scale × (${parts.join(' + ')})`,
    terms: [
      ...(key === null ? [] : products('relativeKeys', { ...place, stage: 'q' })),
      ...(query === null ? [] : products('relativeQueries', { ...place, stage: 'k', row: place.column })),
    ],
    note: `the key is ${distanceText(distance)}, row r = ${r} of the relative positions`,
  };
}

/** A number of a relative position as a key or a query: a projection of its row of the table, after its norm. */
export function deriveRelative(source: RowSource, place: CellPlace, letter: 'K' | 'Q'): Derived {
  const { key, query, norm, table } = disentangledIn(source, place);
  const linear = letter === 'K' ? key : query;
  if (linear === null) throw new RangeError('the model has no such projection of relative positions');
  const { headDim } = attentionAt(source, place.part, place.layer).attention;
  const head = place.head ?? 0;
  const column = head * headDim + place.column;
  const note = `column ${column} of the projection = head ${head} × ${headDim} + ${place.column}`;
  if (norm !== null) {
    const read = { at: rowIn(place, 'relativeNorm'), factor: 1 };
    return { kind: 'sum', ...projection(source, read, linear, letter, column), note };
  }
  const weights = columnOf(`W_${letter}`, linear, column);
  const bias = linear.bias === null ? [] : [term(parameter(`b_${letter}`, linear.bias, column))];
  return {
    kind: 'sum',
    symbols: `Σ_j R[r,j] × W_${letter}[j,${column}]${bias.length === 0 ? '' : ` + b_${letter}[${column}]`}`,
    terms: [...weights.map((weight, j) => term(parameter('R', table, place.row, j), weight)), ...bias],
    note,
  };
}

/** A number of norm(R), R the table of relative positions. */
export function deriveRelativeNorm(source: RowSource, place: CellPlace): Derived {
  const { norm, table } = disentangledIn(source, place);
  if (norm === null || norm.kind === 'factor') throw new RangeError('the table of relative positions has no norm');
  const row = rowOf(table, place.row);
  return {
    ...normArithmetic('R', row, norm, place.column),
    terms: Array.from(row, (_, j) => term(parameter('R', table, place.row, j))),
  };
}

function distanceText(distance: number): string {
  if (distance === 0) return 'the token itself';
  return `${Math.abs(distance)} ${distance < 0 ? 'before' : 'after'} the query`;
}
