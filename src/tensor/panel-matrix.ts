import type { KernelMemory } from './kernel-memory.ts';
import { panelColumns } from './kernel-types.ts';
import { ShapeError } from './tensor.ts';

/** What a stored row holds: the weights of one input, or of one output (PyTorch's Linear). */
export type StoredOrder = 'in-out' | 'out-in';

/** How many numbers an in × out matrix takes in whole panels; zeros fill the last one. */
export function panelNumbers(inWidth: number, outWidth: number): number {
  return Math.ceil(outWidth / panelColumns) * panelColumns * inWidth;
}

/** A matrix in WebAssembly memory, as the kernel reads it: panels of 8 outputs, [panel, in, 8]. */
export class PanelMatrix {
  readonly inWidth: number;
  readonly outWidth: number;
  readonly memory: KernelMemory;
  /** Byte address of the first panel. */
  readonly address: number;

  /** Takes a block of `memory`.  @throws RangeError when memory runs out. */
  constructor(inWidth: number, outWidth: number, memory: KernelMemory) {
    this.inWidth = inWidth;
    this.outWidth = outWidth;
    this.memory = memory;
    this.address = memory.allocate(4 * panelNumbers(inWidth, outWidth));
  }

  at(input: number, output: number): number {
    return this.#numbers()[this.#place(input, output)]!;
  }

  column(output: number): Float32Array {
    const numbers = this.#numbers();
    const column = new Float32Array(this.inWidth);
    const start = this.#place(0, output);
    for (let input = 0; input < column.length; input++) column[input] = numbers[start + input * panelColumns]!;
    return column;
  }

  put(values: Float32Array, order: StoredOrder, firstRow = 0): void {
    const [rowLength, rows] = order === 'in-out' ? [this.outWidth, this.inWidth] : [this.inWidth, this.outWidth];
    const count = rowLength === 0 ? 0 : values.length / rowLength;
    if (!Number.isInteger(count) || firstRow < 0 || firstRow + count > rows) {
      throw new ShapeError(
        `${values.length} numbers are not whole rows of ${rowLength} from row ${firstRow} of ${rows}`,
      );
    }
    if (order === 'in-out') packInputs(values, this.inWidth, this.outWidth, this.#numbers(), firstRow);
    else packOutputs(values, this.inWidth, this.#numbers(), firstRow);
  }

  #numbers(): Float32Array {
    return this.memory.floats(this.address, panelNumbers(this.inWidth, this.outWidth));
  }

  #place(input: number, output: number): number {
    const lane = output % panelColumns;
    return (output - lane) * this.inWidth + input * panelColumns + lane;
  }
}

/** Packs rows of inputs, `values` [count, outWidth], into panels from input `firstInput` on. */
export function packInputs(
  values: Float32Array,
  inWidth: number,
  outWidth: number,
  panels: Float32Array,
  firstInput: number,
): void {
  const whole = outWidth - (outWidth % panelColumns);
  // One panel after the other: each is written front to back.
  for (let output = 0; output < whole; output += panelColumns) {
    let target = output * inWidth + firstInput * panelColumns;
    for (let source = output; source < values.length; source += outWidth, target += panelColumns) {
      panels[target] = values[source]!;
      panels[target + 1] = values[source + 1]!;
      panels[target + 2] = values[source + 2]!;
      panels[target + 3] = values[source + 3]!;
      panels[target + 4] = values[source + 4]!;
      panels[target + 5] = values[source + 5]!;
      panels[target + 6] = values[source + 6]!;
      panels[target + 7] = values[source + 7]!;
    }
  }
  for (let source = whole, input = firstInput; source < values.length; source += outWidth, input++) {
    const target = whole * inWidth + input * panelColumns;
    for (let output = whole; output < outWidth; output++)
      panels[target + output - whole] = values[source + output - whole]!;
  }
}

/** Packs rows of outputs, `values` [count, inWidth], into panels from output `firstOutput` on. */
export function packOutputs(values: Float32Array, inWidth: number, panels: Float32Array, firstOutput: number): void {
  const count = inWidth === 0 ? 0 : values.length / inWidth;
  let row = 0;
  while (row < count) {
    const lane = (firstOutput + row) % panelColumns;
    const to = (firstOutput + row - lane) * inWidth + lane;
    if (lane === 0 && count - row >= panelColumns) {
      packPanel(values, row * inWidth, inWidth, panels, to);
      row += panelColumns;
      continue;
    }
    const from = row * inWidth;
    for (let input = 0; input < inWidth; input++) panels[to + input * panelColumns] = values[from + input]!;
    row++;
  }
}

/** Packs eight rows at once: the panel is written front to back. */
function packPanel(values: Float32Array, from: number, inWidth: number, panels: Float32Array, to: number): void {
  for (let input = 0; input < inWidth; input++) {
    const source = from + input;
    const target = to + input * panelColumns;
    panels[target] = values[source]!;
    panels[target + 1] = values[source + inWidth]!;
    panels[target + 2] = values[source + 2 * inWidth]!;
    panels[target + 3] = values[source + 3 * inWidth]!;
    panels[target + 4] = values[source + 4 * inWidth]!;
    panels[target + 5] = values[source + 5 * inWidth]!;
    panels[target + 6] = values[source + 6 * inWidth]!;
    panels[target + 7] = values[source + 7 * inWidth]!;
  }
}
