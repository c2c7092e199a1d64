import { type ProductKernel, panelColumns } from './kernel-types.ts';

/** Makes a kernel over a memory. */
export type KernelMaker = (memory: WebAssembly.Memory) => ProductKernel;

/** Products of 1 to 7 rows and 7 panels use every tile of a kernel. */
const right = { mostRows: 7, inner: 33, panels: 7 } as const;
/** About 1 µs per product. */
const fast = { rows: 4, inner: 256, panels: 4, calls: 16, fewestRounds: 8, mostRounds: 64 } as const;
/** A smaller gain does not justify an experimental feature. */
const mostOfTime = 0.85;

/** A prime: rows, panels and columns all begin at different numbers. */
const differentNumbers = 1021;

const pageBytes = 65536;
const xAt = 0;
const biasAt = pageBytes / 2;
const wAt = pageBytes;
const yAt = 2 * pageBytes;

/** Runs every tile of a kernel on made-up numbers; returns the bytes of all results. */
export function runThroughTiles(make: KernelMaker, kind: 'own' | 'shared' = 'own'): Uint8Array {
  const memory = filledMemory(kind);
  const product = make(memory);
  const { mostRows, inner, panels } = right;
  const width = panels * panelColumns;
  const bits = new Uint8Array(mostRows * mostRows * 4 * width);
  for (let rows = 1; rows <= mostRows; rows++) {
    product(xAt, wAt, biasAt, yAt, rows, inner, panels, 4 * width);
    bits.set(new Uint8Array(memory.buffer, yAt, 4 * rows * width), (rows - 1) * mostRows * 4 * width);
  }
  return bits;
}

/** True when the second kernel takes at most 0.85 of the first one's time. Compares the shortest of several alternating
 *  runs. It repeats a negative result for longer: other programs can slow either kernel down. */
export function isFaster(first: KernelMaker, second: KernelMaker): boolean {
  const memory = filledMemory();
  const kernels = [first(memory), second(memory)] as const;
  const bestMs = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < fast.mostRounds; round++) {
    for (const [index, kernel] of kernels.entries()) bestMs[index] = Math.min(bestMs[index]!, timeOnceMs(kernel));
    if (round + 1 >= fast.fewestRounds && bestMs[1]! < mostOfTime * bestMs[0]!) return true;
  }
  return false;
}

function timeOnceMs(product: ProductKernel): number {
  const start = performance.now();
  for (let call = 0; call < fast.calls; call++) {
    product(xAt, wAt, biasAt, yAt, fast.rows, fast.inner, fast.panels, 4 * fast.panels * panelColumns);
  }
  return performance.now() - start;
}

/** Fills all that a product reads with numbers between −1 and 1. It copies a few again and again: a cold loop is slow. */
function filledMemory(kind: 'own' | 'shared' = 'own'): WebAssembly.Memory {
  const memory = new WebAssembly.Memory(kind === 'own' ? { initial: 3 } : { initial: 3, maximum: 65536, shared: true });
  const numbers = new Float32Array(memory.buffer, 0, yAt / 4);
  let state = 1;
  for (let i = 0; i < differentNumbers; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    numbers[i] = state / 2 ** 31;
  }
  for (let filled = differentNumbers; filled < numbers.length; filled *= 2) numbers.copyWithin(filled, 0, filled);
  return memory;
}
