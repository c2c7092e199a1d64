/** y = x·W + bias, at byte addresses of the kernel's memory.
 *  x [rows, inner] row-major; w [panel, inner, 8]: column 8·p + c of W is lane c of panel p; bias [panel, 8];
 *  y has a row every yStride bytes. Each number of y starts as its bias; the terms x·w follow in order of the inner index. */
export type ProductKernel = (
  x: number,
  w: number,
  bias: number,
  y: number,
  rows: number,
  inner: number,
  panels: number,
  yStride: number,
) => void;

/** Replaces every number in bytes [at, end) by its function; 16 bytes per step. */
export type InPlace = (at: number, end: number) => void;

export interface FunctionKernels {
  readonly gelu: InPlace;
  readonly gelu_new: InPlace;
  readonly quick_gelu: InPlace;
  readonly silu: InPlace;
  readonly relu: InPlace;
  /** Replaces the row in bytes [at, end), padded with −∞ to a multiple of 16 bytes, by its softmax and returns 1.
   *  Returns 0 and writes nothing when the largest number is not finite or a number is NaN. */
  readonly softmax: (at: number, end: number) => number;
}

/** Columns of a panel. */
export const panelColumns = 8;

/** How many numbers a function kernel takes at once: few enough to stay in the processor's cache. */
export const numbersAtOnce = 1 << 15;
