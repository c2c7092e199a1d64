import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedModule } from '../../src/tensor/kernels.ts';
import { matmul } from '../../src/tensor/matmul.ts';
import { createMatrix } from '../../src/tensor/matrix.ts';
import { createMatrixStore } from '../../src/tensor/matrix-store.ts';
import { createProductTeam, type ProductTeam } from '../../src/tensor/product-team.ts';
import { tensor } from '../../src/tensor/tensor.ts';
import { pseudoRandom } from '../support/tensors.ts';

const program = join(import.meta.dirname, '../../src/run/product-thread.ts');
let thread: Worker;
let team: ProductTeam;

beforeAll(async () => {
  thread = new Worker(program);
  await once(thread, 'online');
  team = createProductTeam((message) => thread.postMessage(message), sharedModule);
});
afterAll(() => thread.terminate());

const random = pseudoRandom(3);
const numbers = (count: number) => Float32Array.from({ length: count }, random);

function products(rows: number, inWidth: number, outWidth: number) {
  const shared = createMatrixStore(team).createMatrix(inWidth, outWidth);
  const own = createMatrix(inWidth, outWidth);
  const values = numbers(inWidth * outWidth);
  for (const matrix of [shared, own]) matrix.put(values, 'out-in');
  const x = tensor(['row', 'in'], [rows, inWidth], numbers(rows * inWidth));
  const bias = tensor(['out'], [outWidth], numbers(outWidth));
  return { together: () => matmul(x, shared, bias).data, alone: matmul(x, own, bias).data };
}

describe('two threads give the same bits as one', () => {
  test.each([
    [16, 768, 768],
    [1, 768, 3072],
    [3, 1000, 601],
    [128, 768, 768],
    [7, 4096, 9],
    [64, 129, 130],
  ])('%i × %i × %i', (rows, inWidth, outWidth) => {
    const { together, alone } = products(rows, inWidth, outWidth);
    team.isAtWork = true;
    for (let time = 0; time < 30; time++) expect(together()).toEqual(alone);
  });

  test('for several matrices and memories in turn, with small products in between', () => {
    const all = [products(16, 768, 768), products(2, 8, 8), products(24, 512, 1536), products(16, 1536, 512)];
    team.isAtWork = true;
    for (let time = 0; time < 200; time++) {
      const { together, alone } = all[time % all.length]!;
      expect(together()).toEqual(alone);
    }
  });

  test('and one thread continues when the team is not at work', () => {
    const { together, alone } = products(16, 768, 768);
    team.isAtWork = false;
    expect(together()).toEqual(alone);
  });
});

test('a closed thread ends', async () => {
  const other = new Worker(program);
  await once(other, 'online');
  const closing = createProductTeam((message) => other.postMessage(message), sharedModule);
  closing.close();
  expect((await once(other, 'exit'))[0]).toBe(0);
});
