import type { Linear, Norm } from '../../core/model.ts';
import type { Matrix } from '../../tensor/matrix.ts';
import { createMatrixStore, type MatrixStore } from '../../tensor/matrix-store.ts';
import type { ProductTeam } from '../../tensor/product-team.ts';
import { storedAt, storedBy } from '../../tensor/stored.ts';
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
    const { tensor: name, order, pick } = spec;
    const matrix = storedBy(this.store.createMatrix(spec.inWidth, spec.outWidth), (input = 0, output = 0) => {
      const stored = storedOutput(output, pick);
      return { tensor: name, index: order === 'out-in' ? [stored, input] : [input, stored], plus: 0 };
    });
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
    const numbers = (part: string, oldPart: string) =>
      this.vector(this.older(`${name}.${part}`, `${name}.${oldPart}`), width);
    const scale = hasWeights
      ? isOffByOne
        ? plusOne(numbers('weight', 'gamma'))
        : numbers('weight', 'gamma')
      : tensor(['width'], [width], new Float32Array(width).fill(1));
    if (kind === 'rms') return { kind, scale, epsilon };
    return { kind, scale, bias: hasBias ? numbers('bias', 'beta') : tensor(['width'], [width]), epsilon };
  }

  /** A whole tensor of one axis. */
  vector(name: string, width: number, axis = 'width'): Tensor {
    return stored(tensor([axis], [width], this.source.read(name, [width])), name);
  }

  /** A table [rows, width]; where `rows` is left out, any number of rows. */
  table(name: string, width: number, rows?: number): Tensor {
    const count = rows ?? this.source.shape(name)[0] ?? 0;
    return stored(tensor(['row', 'width'], [count, width], this.source.read(name, [count, width])), name);
  }

  bias(name: string, width: number, pick?: OutputPick): Tensor {
    const total = pick?.total ?? width;
    // Some files store a bias as one row.
    const isRow = this.source.has(name) && this.source.shape(name).length === 2;
    const numbers = this.source.read(name, isRow ? [1, total] : [total]);
    const data = new Float32Array(width);
    let at = 0;
    for (const { start, length } of pick?.runs ?? [{ start: 0, length: width }]) {
      data.set(numbers.subarray(start, start + length), at);
      at += length;
    }
    return storedBy(tensor(['out'], [width], data), (output = 0) => {
      const place = storedOutput(output, pick);
      return { tensor: name, index: isRow ? [0, place] : [place], plus: 0 };
    });
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

/** A tensor of the files, as it is. */
function stored(t: Tensor, name: string): Tensor {
  return storedBy(t, (...index) => ({ tensor: name, index, plus: 0 }));
}

/** 1 + each number of a stored tensor. */
function plusOne(t: Tensor): Tensor {
  const scale = { ...t, data: t.data.map((value) => 1 + value) };
  return storedBy(scale, (...index) => {
    const place = storedAt(t, ...index);
    return place && { ...place, plus: 1 };
  });
}

/** The output of the whole tensor that is output `output` of the part. */
function storedOutput(output: number, pick: OutputPick | undefined): number {
  let first = 0;
  for (const { start, length } of pick?.runs ?? []) {
    if (output < first + length) return start + output - first;
    first += length;
  }
  return output;
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
