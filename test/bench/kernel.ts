import { configureKernels, type KernelBuild, kernelBuild } from '../../src/tensor/kernels.ts';
import { matmul } from '../../src/tensor/matmul.ts';
import { type Matrix, matrixOf } from '../../src/tensor/matrix.ts';
import { createMatrixStore } from '../../src/tensor/matrix-store.ts';
import { type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { plainProduct } from './plain-product.ts';
import { printTable } from './report.ts';
import { median, seededRandom } from './statistics.ts';

/** Inner size × columns of the large products of each model. */
const shapes = [
  { model: 'use-lite', inner: 512, columns: 512 },
  { model: 'use-lite', inner: 512, columns: 1536 },
  { model: 'use-lite', inner: 1536, columns: 512 },
  { model: 'MiniLM', inner: 384, columns: 384 },
  { model: 'MiniLM', inner: 384, columns: 1536 },
  { model: 'MiniLM', inner: 1536, columns: 384 },
  { model: 'BERT-base', inner: 768, columns: 768 },
  { model: 'BERT-base', inner: 768, columns: 3072 },
  { model: 'BERT-base', inner: 3072, columns: 768 },
] as const;
const tokens = [8, 16, 32, 128] as const;

const builds = [
  { relaxed: false, revectorize: false },
  { relaxed: true, revectorize: false },
  { relaxed: true, revectorize: true },
] as const;

/** Least GFLOP/s of each build, at the median over the shapes. A smaller figure means that V8 no longer keeps the sums of a
 *  tile in registers, or that the machine is busy all the time. */
const floors: Readonly<Record<KernelBuild, number>> = {
  rounded: 30,
  relaxed: 30,
  'rounded, 256 bits': 50,
  'relaxed, 256 bits': 50,
};

const samples = 15;
const sampleMs = 2;

/** GFLOP/s of `matmul`, copies in and out included, by build, and of plain JavaScript. */
export async function benchKernel(): Promise<void> {
  for (const options of builds) {
    configureKernels(options);
    const start = performance.now();
    const build = kernelBuild();
    const chosenMs = performance.now() - start;
    const all: number[] = [];
    const rows = shapes.map((shape) => {
      const speeds = tokens.map((count) => speedOf(shape, count));
      all.push(...speeds);
      return [`${shape.model} ${shape.inner} × ${shape.columns}`, ...speeds.map((speed) => speed.toFixed(1))];
    });
    printTable(
      `GFLOP/s of products, ${build} (compiled and tested in ${chosenMs.toFixed(0)} ms)`,
      ['', ...tokens.map((count) => `${count} tokens`)],
      rows,
    );
    const reached = median(all);
    console.log(
      `median ${reached.toFixed(1)}, at least ${floors[build]} ${reached >= floors[build] ? '✓' : '✗ TOO SLOW'}`,
    );
  }
  configureKernels({ relaxed: true, revectorize: true });
  printTable(
    'GFLOP/s of products, plain JavaScript',
    ['', ...tokens.map((count) => `${count} tokens`)],
    shapes
      .slice(0, 1)
      .map((shape) => [
        `${shape.model} ${shape.inner} × ${shape.columns}`,
        ...tokens.map((count) => plainSpeedOf(shape, count).toFixed(1)),
      ]),
  );
}

interface Shape {
  readonly inner: number;
  readonly columns: number;
}

interface Numbers {
  readonly x: Tensor;
  readonly w: Float32Array;
  readonly bias: Tensor;
}

function numbersFor({ inner, columns }: Shape, count: number): Numbers {
  const random = seededRandom(count);
  const filled = (length: number) => Float32Array.from({ length }, () => random() - 0.5);
  return {
    x: tensor(['token', 'in'], [count, inner], filled(count * inner)),
    w: filled(inner * columns),
    bias: tensor(['out'], [columns], filled(columns)),
  };
}

function speedOf(shape: Shape, count: number): number {
  const { x, w, bias } = numbersFor(shape, count);
  const matrix: Matrix = matrixOf(w, shape.inner, shape.columns, 'in-out', createMatrixStore());
  return speed(shape, count, () => matmul(x, matrix, bias));
}

function plainSpeedOf(shape: Shape, count: number): number {
  const { x, w, bias } = numbersFor(shape, count);
  return speed(shape, count, () => plainProduct(x.data, w, bias.data, [count, shape.inner, shape.columns]));
}

/** GFLOP/s of the best of several samples of a few milliseconds each. The best sample shows the speed of the code rather
 *  than the load of the machine. */
function speed({ inner, columns }: Shape, count: number, product: () => unknown): number {
  product();
  const calls = Math.ceil(sampleMs / timeMs(1, product));
  const times = Array.from({ length: samples }, () => timeMs(calls, product) / calls);
  return (2 * count * inner * columns) / Math.min(...times) / 1e6;
}

function timeMs(calls: number, product: () => unknown): number {
  const start = performance.now();
  for (let call = 0; call < calls; call++) product();
  return performance.now() - start;
}
