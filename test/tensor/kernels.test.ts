import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { kernelModulesPath, kernelModulesSource } from '../../scripts/build/kernels/module-file.ts';
import { runThroughTiles } from '../../src/tensor/kernel-trial.ts';
import { configureKernels, kernelBuild, productKernel } from '../../src/tensor/kernels.ts';

const root = join(import.meta.dirname, '../..');

afterEach(() => configureKernels({ relaxed: true, revectorize: true }));

test('the checked-in modules match their texts (otherwise: npm run build)', async () => {
  expect(readFileSync(join(root, kernelModulesPath), 'utf8')).toBe(await kernelModulesSource());
});

describe('the choice of the build', () => {
  test('follows the options', () => {
    configureKernels({ relaxed: false, revectorize: false });
    expect(kernelBuild()).toBe('rounded');
    configureKernels({ relaxed: true });
    expect(kernelBuild()).toBe('relaxed');
    configureKernels({ relaxed: false, revectorize: true });
    expect(kernelBuild()).toMatch(/^rounded/);
  });

  test('works in a worker thread', async () => {
    const kernels = JSON.stringify(join(root, 'src/tensor/kernels.ts'));
    const code = `import(${kernels}).then((k) => require('node:worker_threads').parentPort.postMessage(k.kernelBuild()))`;
    const worker = new Worker(code, { eval: true });
    const build = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await worker.terminate();
    expect(build).toMatch(/^relaxed/);
  });
});

test('the trial compares all results of all tiles', () => {
  configureKernels({ relaxed: false, revectorize: false });
  const right = runThroughTiles(productKernel);
  expect(Buffer.compare(right, runThroughTiles(productKernel))).toBe(0);
  for (let rows = 1; rows <= 7; rows++) {
    for (let panel = 0; panel < 7; panel++) {
      const wrong = runThroughTiles((memory) => {
        const product = productKernel(memory);
        return (x, w, bias, y, count, inner, panels, yStride) => {
          product(x, w, bias, y, count, inner, panels, yStride);
          // The last bit of one number.
          if (count === rows) new Uint8Array(memory.buffer)[y + (rows - 1) * yStride + 32 * panel]! ^= 1;
        };
      });
      expect(Buffer.compare(right, wrong), `${rows} rows, panel ${panel}`).not.toBe(0);
    }
  }
});
