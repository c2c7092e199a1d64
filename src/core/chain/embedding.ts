import { add } from '../../tensor/elementwise.ts';
import { dim, row, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { EmbeddingParameters, PositionEmbedding } from '../model.ts';
import { normalise, project } from './projection.ts';

/** The tokens that a stack reads. */
export interface TokenInput {
  /** null: a word without a row, which gives a row of NaN that is shown as "no number". */
  readonly ids: readonly (number | null)[];
  /** Segment of each token, of a pair of texts; null: all 0. */
  readonly typeIds: readonly number[] | null;
}

type Place = NonNullable<EmbeddingParameters['projection']>['place'];

/** x_p = norm(tokenScale · E[id_p] + position p + token type): what enters layer 0; positions p count from 0.
 *  -> [token, width]
 *  @throws RangeError when an id or a position has no row.  @see Vaswani et al. 2017, 3.4 and 3.5; Devlin et al. 2019, fig. 2 */
export function embed(
  parameters: EmbeddingParameters,
  { ids, typeIds }: TokenInput,
  vectorOf = (id: number) => parameters.tokens.column(id),
): Tensor {
  const { positions, tokenTypes, norm, projection } = parameters;
  const change = (place: Place, x: Tensor) => (projection?.place === place ? project(x, projection.linear) : x);
  let x = change('before positions', tokenVectors(parameters, ids, vectorOf));
  if (positions !== null) x = add(x, positionVectors(positions, ids, dim(x, 1)));
  if (tokenTypes !== null) x = add(x, rowsOf(tokenTypes, typeIds ?? ids.map(() => 0), 'token type'));
  return change('after norm', normalise(change('before norm', x), norm));
}

/** embed that keeps the vectors of the last text's tokens: they lie far apart in the matrix. */
export function rememberEmbedding(parameters: EmbeddingParameters): (input: TokenInput) => Tensor {
  let known = new Map<number, Float32Array>();
  return (input) => {
    const used = new Map<number, Float32Array>();
    const vectorOf = (id: number) => {
      const vector = used.get(id) ?? known.get(id) ?? parameters.tokens.column(id);
      used.set(id, vector);
      return vector;
    };
    const x = embed(parameters, input, vectorOf);
    known = used;
    return x;
  };
}

function tokenVectors(
  { tokens, tokenScale }: EmbeddingParameters,
  ids: TokenInput['ids'],
  vectorOf: (id: number) => Float32Array,
): Tensor {
  const { inWidth: width, outWidth: vocabSize } = tokens;
  const x = new Float32Array(ids.length * width);
  ids.forEach((id, position) => {
    const start = position * width;
    if (id === null) {
      x.fill(Number.NaN, start, start + width);
      return;
    }
    if (!(id >= 0 && id < vocabSize)) throw new RangeError(`token id ${id} is outside the vocabulary of ${vocabSize}`);
    const vector = vectorOf(id);
    for (let j = 0; j < width; j++) x[start + j] = tokenScale * vector[j]!;
  });
  return tensor(['token', 'embedding'], [ids.length, width], x);
}

function positionVectors(positions: PositionEmbedding, ids: TokenInput['ids'], width: number): Tensor {
  if (positions.kind === 'sinusoid') return sinusoids(positions.frequencies, ids.length, width);
  const { table, offset, paddingId } = positions;
  let counted = 0;
  const rows = ids.map((id) => (paddingId !== null && id === paddingId ? offset - 1 : offset + counted++));
  return rowsOf(table, rows, 'position');
}

function sinusoids(frequencies: Tensor, count: number, width: number): Tensor {
  const half = dim(frequencies, 0);
  const x = tensor(['token', 'embedding'], [count, width]);
  for (let position = 0; position < count; position++) {
    for (let j = 0; j < half; j++) {
      const angle = Math.fround(position * frequencies.data[j]!);
      x.data[position * width + j] = Math.sin(angle);
      if (half + j < width) x.data[position * width + half + j] = Math.cos(angle);
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
