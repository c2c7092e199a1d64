import { layerNorm, linear, type Matrix, rmsNorm } from './decoder-maths.ts';
import { normals } from './random.ts';

/** The shape of every tensor by its name, [out, in] for a matrix. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Norm weights are around `centre`: 1, or 0 if the definition adds 1 (Gemma). */
export function randomTensors(shapes: Shapes, seed: number, centre = 1): Map<string, NamedTensor> {
  const next = normals(seed);
  const tensors = new Map<string, NamedTensor>();
  for (const [name, shape] of Object.entries(shapes)) {
    const size = shape.reduce((product, length) => product * length, 1);
    const isNormWeight = shape.length === 1 && name.endsWith('.weight');
    const spread = /(q_proj|query_key_value|qkv_proj|query|query_proj|\.q)\.weight$/.test(name) ? 0.7 : 0.3;
    const middle = isNormWeight ? centre : 0;
    tensors.set(name, { shape, data: Float32Array.from({ length: size }, () => middle + spread * next()) });
  }
  return tensors;
}

/** The tensors in float64, by the definition's names. */
export class Weights {
  private readonly tensors: ReadonlyMap<string, NamedTensor>;

  constructor(tensors: ReadonlyMap<string, NamedTensor>) {
    this.tensors = tensors;
  }

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  vector(name: string): number[] {
    return [...this.tensor(name).data];
  }

  matrix(name: string): Matrix {
    const { shape, data } = this.tensor(name);
    const width = shape[1]!;
    return Array.from({ length: shape[0]! }, (_, i) => [...data.subarray(i * width, (i + 1) * width)]);
  }

  /** A tensor of three axes. */
  cube(name: string): Matrix[] {
    const { shape, data } = this.tensor(name);
    const [rows, width] = [shape[1]!, shape[2]!];
    const at = (i: number, j: number) => [...data.subarray((i * rows + j) * width, (i * rows + j + 1) * width)];
    return Array.from({ length: shape[0]! }, (_, i) => Array.from({ length: rows }, (__, j) => at(i, j)));
  }

  /** Rows of a table of embeddings. */
  rows(name: string, ids: readonly number[]): Matrix {
    const table = this.matrix(name);
    return ids.map((id) => table[id]!);
  }

  /** x·Wᵀ + b, or x·Wᵀ if the file has no b. */
  linear(x: Matrix, name: string): Matrix {
    const bias = this.has(`${name}.bias`) ? this.vector(`${name}.bias`) : null;
    return linear(x, this.matrix(`${name}.weight`), bias);
  }

  layerNorm(x: Matrix, name: string, eps: number): Matrix {
    const part = (kind: string) => (this.has(`${name}.${kind}`) ? this.vector(`${name}.${kind}`) : null);
    return layerNorm(x, part('weight'), part('bias'), eps);
  }

  /** offset: the number that the definition adds to the weight. */
  rmsNorm(x: Matrix, name: string, eps: number, offset = 0): Matrix {
    return rmsNorm(
      x,
      this.vector(`${name}.weight`).map((value) => value + offset),
      eps,
    );
  }

  private tensor(name: string): NamedTensor {
    const found = this.tensors.get(name);
    if (found === undefined) throw new Error(`the reference asks for ${name}, which the model does not have`);
    return found;
  }
}
