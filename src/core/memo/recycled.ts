import { sizeOf, type Tensor, tensor } from '../../tensor/tensor.ts';

const overwritten = new WeakSet<Tensor>();

/** Whether a newer tensor uses the memory of this one, whose numbers are then invalid. */
export function isOverwritten(t: Tensor): boolean {
  return overwritten.has(t);
}

/** Makes tensors in two buffers in turn, for a stage that runs again and again, because fresh memory costs more than the numbers.
 *  The last tensor stays valid; the one before is overwritten. The contents of a new tensor are undefined. */
export function recycledTensors(): (axes: readonly string[], shape: readonly number[]) => Tensor {
  let older: Made | null = null;
  let newer: Made | null = null;
  return (axes, shape) => {
    const size = sizeOf(shape);
    if (older !== null) overwritten.add(older.tensor);
    const memory = older !== null && older.memory.length >= size ? older.memory : new Float32Array(roomFor(size));
    const made = { memory, tensor: tensor(axes, shape, memory.subarray(0, size)) };
    older = newer;
    newer = made;
    return made.tensor;
  };
}

interface Made {
  readonly memory: Float32Array;
  readonly tensor: Tensor;
}

/** Some more than needed, as texts grow token by token. */
function roomFor(size: number): number {
  return size < 1024 ? size : Math.ceil(1.25 * size);
}
