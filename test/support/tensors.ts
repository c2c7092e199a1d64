import { type Matrix, matrixOf } from '../../src/tensor/matrix.ts';
import { type Tensor, tensor } from '../../src/tensor/tensor.ts';

/** A vector from a list of numbers. */
export function vector(numbers: readonly number[]): Tensor {
  return tensor(['column'], [numbers.length], Float32Array.from(numbers));
}

/** A matrix from its rows. */
export function matrix(rows: readonly (readonly number[])[], axes: readonly string[] = ['row', 'column']): Tensor {
  return tensor(axes, [rows.length, rows[0]?.length ?? 0], Float32Array.from(rows.flat()));
}

/** The weights of y = x·W from the rows of W, one per input. */
export function weights(rows: readonly (readonly number[])[]): Matrix {
  return matrixOf(Float32Array.from(rows.flat()), rows.length, rows[0]?.length ?? 0, 'in-out');
}

/** A matrix from a tensor [in, out]. */
export function matrixOfTensor(t: Tensor): Matrix {
  const [inWidth = 0, outWidth = 0] = t.shape;
  return matrixOf(t.data, inWidth, outWidth, 'in-out');
}

/** The rows of W, one per input. */
export function rowsOfWeights(matrix: Matrix): number[][] {
  return Array.from({ length: matrix.inWidth }, (_, input) =>
    Array.from({ length: matrix.outWidth }, (__, output) => matrix.at(input, output)),
  );
}

/** A table of embeddings from its rows, one per token. */
export function embeddingTable(rows: readonly (readonly number[])[]): Matrix {
  return matrixOf(Float32Array.from(rows.flat()), rows[0]?.length ?? 0, rows.length, 'out-in');
}

/** A three-axis tensor from the rows of each block. */
export function blocks(
  heads: readonly (readonly (readonly number[])[])[],
  axes: readonly string[] = ['head', 'query', 'key'],
): Tensor {
  const shape = [heads.length, heads[0]?.length ?? 0, heads[0]?.[0]?.length ?? 0];
  return tensor(axes, shape, Float32Array.from(heads.flat(2)));
}

/** The rows of a matrix. */
export function rowsOf({ data, shape }: Tensor): number[][] {
  const width = shape[1]!;
  return Array.from({ length: shape[0]! }, (_, row) => [...data.subarray(row * width, (row + 1) * width)]);
}

/** The rows of each block of a three-axis tensor. */
export function blocksOf({ data, shape }: Tensor): number[][][] {
  const [heads, rows, width] = [shape[0]!, shape[1]!, shape[2]!];
  return Array.from({ length: heads }, (_, head) =>
    Array.from({ length: rows }, (_, row) => {
      const start = (head * rows + row) * width;
      return [...data.subarray(start, start + width)];
    }),
  );
}

/** Numbers between −1 and 1, the same in every run (a linear congruential generator). */
export function pseudoRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
