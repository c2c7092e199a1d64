import { row as rowOf } from '../../tensor/tensor.ts';
import { logBucket, relativeBucket } from '../chain/position-terms.ts';
import { normalise, project } from '../chain/projection.ts';
import type { Linear, PositionTerms } from '../model.ts';
import type { CellPlace, Term } from './derivation.ts';
import { cellOperand, constant } from './names.ts';
import { asTensor } from './rows.ts';
import { attentionAt, type DerivationSource } from './source.ts';
import { term } from './terms.ts';

interface DerivedPosition {
  readonly symbols: string;
  readonly terms: readonly Term[];
  readonly note: string;
}

/** The position term of one scaled score; null if the model has none. */
export function positionTerms(source: DerivationSource, place: CellPlace): DerivedPosition | null {
  const { attention } = attentionAt(source, place.part, place.layer);
  const terms = attention.positionTerms;
  if (terms === null) return null;
  const head = place.head ?? 0;
  const distance = place.column - place.row;
  switch (terms.kind) {
    case 'slopes':
      return {
        symbols: 'slope · (key − query)',
        terms: [term(constant('slope', terms.slopes.data[head]!), constant('key − query', distance))],
        note: `the key is ${distanceText(distance)}`,
      };
    case 'buckets': {
      const [buckets = 0, heads = 0] = terms.table.shape;
      const bucket = relativeBucket(distance, buckets, terms.maxDistance, terms.isBidirectional);
      return {
        symbols: 'bias[bucket(key − query),head]',
        terms: [term(constant(`bias[${bucket},${head}]`, terms.table.data[bucket * heads + head]!))],
        note: `the key is ${distanceText(distance)}: bucket ${bucket}`,
      };
    }
    case 'disentangled':
      return disentangled(source, place, terms, attention.headDim);
  }
}

/** scale · (q·K_r + k·Q_r), r the bucket of the distance. */
function disentangled(
  source: DerivationSource,
  place: CellPlace,
  terms: Extract<PositionTerms, { kind: 'disentangled' }>,
  headDim: number,
): DerivedPosition {
  const { table, norm, key, query, span, buckets, maxDistance, scale } = terms;
  const distance = place.column - place.row;
  const bucket = logBucket(-distance, buckets, maxDistance) + span;
  const r = Math.max(0, Math.min(2 * span - 1, bucket));
  const relative = normalise(asTensor(rowOf(table, r)), norm);
  const start = (place.head ?? 0) * headDim;
  const products = (linear: Linear | null, content: CellPlace, letter: string) => {
    const ofHead = linear === null ? [] : project(relative, linear).data.subarray(start, start + headDim);
    return Array.from(ofHead, (value, column) =>
      term(
        cellOperand(source, { ...content, column }),
        constant(`${letter}_r[${r},${column}]`, value),
        constant('scale', scale),
      ),
    );
  };
  const parts = [...(key === null ? [] : ['q·K_r']), ...(query === null ? [] : ['k·Q_r'])];
  return {
    symbols: `scale · (${parts.join(' + ')})`,
    terms: [
      ...products(key, { ...place, stage: 'q' }, 'K'),
      ...products(query, { ...place, stage: 'k', row: place.column }, 'Q'),
    ],
    note: `the key is ${distanceText(distance)}, row r = ${r} of the relative positions`,
  };
}

function distanceText(distance: number): string {
  if (distance === 0) return 'the token itself';
  return `${Math.abs(distance)} ${distance < 0 ? 'before' : 'after'} the query`;
}
