import type { Linear, Norm } from '../../core/model.ts';
import type { Matrix } from '../../tensor/matrix.ts';
import { createMatrixStore, type MatrixStore } from '../../tensor/matrix-store.ts';
import type { ProductTeam } from '../../tensor/product-team.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { checkShape, type Weights } from '../weights.ts';
import type { FactorSpec, LinearSpec, MatrixSpec, NormSpec, OutputPick } from './spec.ts';

/** Numbers read at a time: a megabyte stays in the processor's cache, and no matrix is in memory twice. */
const chunkNumbers = 1 << 18;

/** Reads the parts of a model; a matrix with two uses (tied or shared) is read once. */
export class PartReader {
  private readonly source: Weights;
  private readonly store: MatrixStore;
  private readonly matrices = new Map<string, Matrix>();
  /** Buffer between the file and a matrix. */
  private rows = new Float32Array(chunkNumbers);

  constructor(source: Weights, team: ProductTeam | null) {
    this.source = source;
    this.store = createMatrixStore(team);
  }

  /** @throws FormatError when the tensor is missing or its shape contradicts config.json. */
  matrix(spec: MatrixSpec): Matrix {
    const key = `${spec.tensor} ${spec.order} ${JSON.stringify(spec.pick ?? null)}`;
    const known = this.matrices.get(key);
    if (known !== undefined) return known;
    const matrix = this.store.createMatrix(spec.inWidth, spec.outWidth);
    this.fill(matrix, spec);
    this.matrices.set(key, matrix);
    return matrix;
  }

  linear(spec: LinearSpec): Linear {
    const weight = this.matrix(spec);
    return { weight, bias: spec.bias === null ? null : this.bias(spec.bias, spec.outWidth, spec.pick) };
  }

  norm(spec: NormSpec | FactorSpec): Norm;
  norm(spec: NormSpec | FactorSpec | null): Norm | null;
  norm(spec: NormSpec | FactorSpec | null): Norm | null {
    if (spec === null || spec.kind === 'factor') return spec;
    const { kind, name, width, epsilon, isOffByOne = false, hasWeights = true } = spec;
    const hasBias = hasWeights && (spec.hasBias ?? kind === 'layer');
    const stored = hasWeights
      ? this.source.read(this.older(`${name}.weight`, `${name}.gamma`), [width])
      : new Float32Array(width).fill(1);
    const scale = tensor(['width'], [width], isOffByOne ? stored.map((value) => 1 + value) : stored);
    if (kind === 'rms') return { kind, scale, epsilon };
    const bias = hasBias ? this.source.read(this.older(`${name}.bias`, `${name}.beta`), [width]) : undefined;
    return { kind, scale, bias: tensor(['width'], [width], bias), epsilon };
  }

  /** A table [rows, width]; where `rows` is left out, any number of rows. */
  table(name: string, width: number, rows?: number): Tensor {
    const count = rows ?? this.source.shape(name)[0] ?? 0;
    return tensor(['row', 'width'], [count, width], this.source.read(name, [count, width]));
  }

  bias(name: string, width: number, pick?: OutputPick): Tensor {
    const total = pick?.total ?? width;
    // Some files store a bias as one row.
    const isRow = this.source.has(name) && this.source.shape(name).length === 2;
    const stored = this.source.read(name, isRow ? [1, total] : [total]);
    if (pick === undefined) return tensor(['out'], [width], stored);
    const data = new Float32Array(width);
    let at = 0;
    for (const { start, length } of pick.runs) {
      data.set(stored.subarray(start, start + length), at);
      at += length;
    }
    return tensor(['out'], [width], data);
  }

  private fill(matrix: Matrix, { tensor: name, order, inWidth, outWidth, pick }: MatrixSpec): void {
    const total = pick?.total ?? outWidth;
    checkShape(this.source, name, order === 'out-in' ? [total, inWidth] : [inWidth, total]);
    const runs = pick?.runs ?? [{ start: 0, length: outWidth }];
    if (order === 'out-in') {
      let output = 0;
      for (const { start, length } of runs) {
        forChunks(length, inWidth, (first, count) => {
          matrix.put(this.readRows(name, start + first, count, inWidth), 'out-in', output + first);
        });
        output += length;
      }
      return;
    }
    forChunks(inWidth, total, (first, count) => {
      const rows = this.readRows(name, first, count, total);
      matrix.put(pick === undefined ? rows : pickColumns(rows, count, outWidth, pick), 'in-out', first);
    });
  }

  private readRows(name: string, first: number, count: number, width: number): Float32Array {
    if (this.rows.length < count * width) this.rows = new Float32Array(count * width);
    return this.source.readRows(name, first, count, this.rows);
  }

  private older(name: string, oldName: string): string {
    return !this.source.has(name) && this.source.has(oldName) ? oldName : name;
  }
}

function forChunks(rows: number, width: number, take: (first: number, count: number) => void): void {
  const step = Math.max(1, Math.floor(chunkNumbers / width));
  for (let first = 0; first < rows; first += step) take(first, Math.min(step, rows - first));
}

function pickColumns(rows: Float32Array, count: number, outWidth: number, { total, runs }: OutputPick): Float32Array {
  const picked = new Float32Array(count * outWidth);
  for (let row = 0; row < count; row++) {
    let at = row * outWidth;
    for (const { start, length } of runs) {
      picked.set(rows.subarray(row * total + start, row * total + start + length), at);
      at += length;
    }
  }
  return picked;
}
