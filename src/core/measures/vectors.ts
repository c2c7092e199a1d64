import { ShapeError } from '../../tensor/tensor.ts';

/** A vector to read. This file computes everything in float64. */
export type Vector = ArrayLike<number>;

/** x·y = Σ xᵢ·yᵢ.  x, y [width] */
export function dot(x: Vector, y: Vector): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}

/** ‖x‖ = √(x·x).  x [width] */
export function norm(x: Vector): number {
  return Math.sqrt(dot(x, x));
}

/** cos(a, b) = a·b / (‖a‖ ‖b‖), exactly 1 for equal vectors; NaN if one is zeros or has NaN.  a, b [width] */
export function cosine(a: Vector, b: Vector): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  // One root of the product makes the cosine of a vector with itself exactly 1.
  return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
}

/** cos(a, b); null if one is zeros or has NaN.  a, b [width]
 *  @throws ShapeError when the lengths differ. */
export function cosineOrNull(a: Vector, b: Vector): number | null {
  requireSameLength(a, b);
  return finiteOrNull(cosine(a, b));
}

/** ‖x' − x‖, 0 for equal vectors; null if one has NaN.  x, x' [width]
 *  @throws ShapeError when the lengths differ. */
export function distanceOrNull(before: Vector, after: Vector): number | null {
  return finiteOrNull(distance(before, after));
}

/** ‖x' − x‖ / ‖x‖, 0 for equal vectors; null if x is zeros or one has NaN.  x, x' [width]
 *  @throws ShapeError when the lengths differ. */
export function relativeChange(before: Vector, after: Vector): number | null {
  return finiteOrNull(distance(before, after) / norm(before));
}

function distance(before: Vector, after: Vector): number {
  requireSameLength(before, after);
  let squares = 0;
  for (let i = 0; i < before.length; i++) squares += (after[i]! - before[i]!) ** 2;
  return Math.sqrt(squares);
}

function requireSameLength(a: Vector, b: Vector): void {
  if (a.length !== b.length) throw new ShapeError(`cannot compare vectors of ${a.length} and ${b.length} numbers`);
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Adds x to a running sum of the same width. */
export function addTo(sum: Float64Array, x: Vector): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += x[i]!;
}

/** Mean of the vectors that have numbers; null if none has.  vectors [width] each */
export function meanVector(vectors: readonly Vector[]): Float64Array | null {
  const known = vectors.filter((vector) => !Number.isNaN(vector[0]));
  if (known.length === 0) return null;
  const mean = new Float64Array(known[0]!.length);
  for (const vector of known) for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]! / known.length;
  return mean;
}

/** Mean of the values that are not null; null if there is none. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
