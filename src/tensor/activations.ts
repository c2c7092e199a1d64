import { workMemory } from './kernel-memory.ts';
import { type FunctionKernels, numbersAtOnce } from './kernel-types.ts';
import { type Tensor, tensor } from './tensor.ts';

/** Activations, by their names in config.json. */
export type Activation = Exclude<keyof FunctionKernels, 'softmax'> | keyof typeof plain;

/** Rarely used: plain JavaScript will do. */
const plain = {
  tanh: Math.tanh,
  relu2: (x: number) => (x > 0 || Number.isNaN(x) ? x * x : 0),
  identity: (x: number) => x,
} as const;

/** Applies an activation to every element; same shape.
 *  gelu x·Φ(x), gelu_new its tanh approximation (Hendrycks & Gimpel 2016), silu x·σ(x), quick_gelu x·σ(1.702 x),
 *  each to within 1.5e-7 · max(1, |x|). */
export function activate(x: Tensor, name: Activation): Tensor {
  const y = new Float32Array(x.data.length);
  if (isPlain(name)) {
    const f = plain[name];
    for (let i = 0; i < y.length; i++) y[i] = f(x.data[i]!);
    return tensor(x.axes, x.shape, y);
  }
  const memory = workMemory();
  const at = memory.scratch(4 * numbersAtOnce);
  const kernel = memory.functionKernel(name);
  for (let first = 0; first < y.length; first += numbersAtOnce) {
    const count = Math.min(numbersAtOnce, y.length - first);
    const numbers = memory.floats(at, count);
    numbers.set(x.data.subarray(first, first + count));
    kernel(at, at + 4 * count);
    y.set(numbers, first);
  }
  return tensor(x.axes, x.shape, y);
}

function isPlain(name: Activation): name is keyof typeof plain {
  return Object.hasOwn(plain, name);
}
