import type { Model } from '../core/model.ts';
import type { Matrix } from '../tensor/matrix.ts';

/** The size of a matrix whose numbers are in another thread. */
export class MatrixOutline implements Matrix {
  readonly inWidth: number;
  readonly outWidth: number;

  constructor(inWidth: number, outWidth: number) {
    this.inWidth = inWidth;
    this.outWidth = outWidth;
  }

  at(): never {
    throw new RangeError('the numbers of this matrix are in the computing thread');
  }

  column(): never {
    return this.at();
  }

  put(): never {
    return this.at();
  }
}

/** A model without its numbers, as a message between threads: matrices as sizes, tensors without data. */
export function outlineOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(outlineOf);
  if (value === null || typeof value !== 'object') return value;
  if (isMatrix(value)) return { matrix: [value.inWidth, value.outWidth] };
  const entries = Object.entries(value).map(([key, part]) => [
    key,
    part instanceof Float32Array ? new Float32Array(0) : outlineOf(part),
  ]);
  return Object.fromEntries(entries);
}

/** The model of a message from `outlineOf`. */
export function modelOfOutline(outline: unknown): Model {
  return revive(outline) as Model;
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (value === null || typeof value !== 'object' || value instanceof Float32Array) return value;
  if ('matrix' in value && Array.isArray(value.matrix)) return new MatrixOutline(value.matrix[0], value.matrix[1]);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, revive(part)]));
}

function isMatrix(value: object): value is Matrix {
  return 'inWidth' in value && 'outWidth' in value && 'column' in value;
}
