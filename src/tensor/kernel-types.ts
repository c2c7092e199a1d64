/** y = x·W + bias, at byte addresses of the memory that the kernel was made over.
 *  x [rows, inner] row-major; w [panel, inner, 8]: column 8·p + c of W is lane c of panel p; bias [panel, 8]; y has a row every
 *  yStride bytes. Each number of y is its bias, to which x·w is added with the inner index rising. */
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

/** Replaces the numbers in bytes [at, end) by their function; 16 bytes a step. */
export type InPlace = (at: number, end: number) => void;

export interface FunctionKernels {
  readonly gelu: InPlace;
  readonly gelu_new: InPlace;
  readonly quick_gelu: InPlace;
  readonly silu: InPlace;
  readonly relu: InPlace;
  /** The row in bytes [at, end), filled up with −∞ to a multiple of 16 bytes, becomes its softmax -> 1; or nothing is
   *  written -> 0, where its largest number is not finite or a number is NaN. */
  readonly softmax: (at: number, end: number) => number;
}

/** Columns of a panel. */
export const panelColumns = 8;
