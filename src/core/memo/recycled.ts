import { type Tensor, tensor } from '../../tensor/tensor.ts';

const overwritten = new WeakSet<Tensor>();

/** Whether another tensor now has its memory: its numbers must not be read any more. */
export function isOverwritten(t: Tensor): boolean {
  return overwritten.has(t);
}

/** Makes tensors in two memories in turn, for a stage that runs again and again: its last tensor stays good, the one before is
 *  overwritten. Fresh memory would cost more than the numbers. The contents of a new tensor are undefined. */
export function recycledTensors(): (axes: readonly string[], shape: readonly number[]) => Tensor {
  let [older, newer]: (Made | null)[] = [null, null];
  return (axes, shape) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const free = older ?? null;
    if (free !== null) overwritten.add(free.tensor);
    const memory = free !== null && free.memory.length >= size ? free.memory : new Float32Array(roomFor(size));
    const made = { memory, tensor: tensor(axes, shape, memory.subarray(0, size)) };
    older = newer ?? null;
    newer = made;
    return made.tensor;
  };
}

interface Made {
  readonly memory: Float32Array;
  readonly tensor: Tensor;
}

/** A little more than needed, as texts grow by a token at a time. */
function roomFor(size: number): number {
  return size < 1024 ? size : Math.ceil(1.25 * size);
}
