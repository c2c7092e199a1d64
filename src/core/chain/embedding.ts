import { add } from '../../tensor/elementwise.ts';
import type { Matrix } from '../../tensor/matrix.ts';
import { dim, row, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { EmbeddingParameters, PositionEmbedding } from '../model.ts';
import { normalise, project } from './projection.ts';

/** The tokens that a stack reads. */
export interface TokenInput {
  /** null for a word that the table lacks: its row is NaN. */
  readonly ids: readonly (number | null)[];
  /** Segment of each token in a pair of texts; null if all are 0. */
  readonly typeIds: readonly number[] | null;
  /** Position of the first token; 0 unless given. */
  readonly firstPosition?: number;
}

/** Embedding parameters with only the lookup of the token table. */
type LookedUp = Omit<EmbeddingParameters, 'tokens'> & {
  readonly tokens: Pick<Matrix, 'inWidth' | 'outWidth' | 'column'>;
};

type Place = NonNullable<EmbeddingParameters['projection']>['place'];

/** What enters layer 0, step by step, [token, width]; a step that the model lacks is the step before it. */
export interface EmbeddingSteps {
  /** tokenScale · E[id_p], projected if that comes before positions, + position p + token type. */
  readonly sum: Tensor;
  /** The sum, projected if that comes before the norm. */
  readonly beforeNorm: Tensor;
  readonly normed: Tensor;
  /** x, projected if that comes after the norm. */
  readonly output: Tensor;
}

/** x_p = norm(tokenScale · E[id_p] + position p + token type), with positions p from `firstPosition`, and its steps.
 *  @throws RangeError when an id or a position has no row.  @see Vaswani et al. 2017, 3.4 and 3.5; Devlin et al. 2019, fig. 2 */
export function embeddingSteps(parameters: LookedUp, { ids, typeIds, firstPosition = 0 }: TokenInput): EmbeddingSteps {
  const { positions, tokenTypes, norm, projection } = parameters;
  const change = (place: Place, x: Tensor) => (projection?.place === place ? project(x, projection.linear) : x);
  let sum = change('before positions', tokenVectors(parameters, ids));
  if (positions !== null) sum = add(sum, positionVectors(positions, ids, firstPosition, dim(sum, 1)));
  if (tokenTypes !== null) sum = add(sum, rowsOf(tokenTypes, typeIds ?? ids.map(() => 0), 'token type'));
  const beforeNorm = change('before norm', sum);
  const normed = normalise(beforeNorm, norm);
  return { sum, beforeNorm, normed, output: change('after norm', normed) };
}

/** What enters layer 0.  -> [token, width]  @throws as embeddingSteps does. */
export function embed(parameters: LookedUp, tokens: TokenInput): Tensor {
  return embeddingSteps(parameters, tokens).output;
}

function tokenVectors({ tokens, tokenScale }: LookedUp, ids: TokenInput['ids']): Tensor {
  const { inWidth: width, outWidth: vocabSize } = tokens;
  const x = new Float32Array(ids.length * width);
  ids.forEach((id, position) => {
    const start = position * width;
    if (id === null) {
      x.fill(Number.NaN, start, start + width);
      return;
    }
    if (!(id >= 0 && id < vocabSize)) throw new RangeError(`token id ${id} is outside the vocabulary of ${vocabSize}`);
    const vector = tokens.column(id);
    for (let j = 0; j < width; j++) x[start + j] = tokenScale * vector[j]!;
  });
  return tensor(['token', 'embedding'], [ids.length, width], x);
}

function positionVectors(positions: PositionEmbedding, ids: TokenInput['ids'], first: number, width: number): Tensor {
  if (positions.kind === 'sinusoid') return sinusoids(positions.frequencies, first, ids.length, width);
  return rowsOf(positions.table, positionRows(positions, ids, first), 'position');
}

/** The row of the table that each token adds. */
export function positionRows(
  { offset, paddingId }: Extract<PositionEmbedding, { kind: 'table' }>,
  ids: TokenInput['ids'],
  first = 0,
): number[] {
  let counted = first;
  return ids.map((id) => (paddingId !== null && id === paddingId ? offset - 1 : offset + counted++));
}

function sinusoids(frequencies: Tensor, first: number, count: number, width: number): Tensor {
  const half = dim(frequencies, 0);
  const x = tensor(['token', 'embedding'], [count, width]);
  for (let token = 0; token < count; token++) {
    for (let j = 0; j < half; j++) {
      const angle = Math.fround((first + token) * frequencies.data[j]!);
      x.data[token * width + j] = Math.sin(angle);
      if (half + j < width) x.data[token * width + half + j] = Math.cos(angle);
    }
  }
  return x;
}

/** Rows of a table by index.  table [row, width] -> [token, width]  @throws RangeError when there is no such row. */
function rowsOf(table: Tensor, indices: readonly number[], what: string): Tensor {
  const width = dim(table, 1);
  const x = tensor(['token', 'embedding'], [indices.length, width]);
  indices.forEach((index, token) => {
    if (!(index >= 0 && index < dim(table, 0)))
      throw new RangeError(`there is no ${what} ${index}, only ${dim(table, 0)}`);
    x.data.set(row(table, index), token * width);
  });
  return x;
}
