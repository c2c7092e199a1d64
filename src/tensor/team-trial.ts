import { matmul } from './matmul.ts';
import { createMatrixStore } from './matrix-store.ts';
import type { ProductTeam } from './product-team.ts';
import { tensor } from './tensor.ts';

/** A product of a large model's size: about 1.5 ms on one thread. */
const inWidth = 768;
const outWidth = 3072;
const rows = 24;
const rounds = 10;
/** A smaller gain does not justify a thread. */
const mostOfTime = 0.8;

/** Puts a team to work if its products are bit-identical to one thread's and take at most 0.8 of the time.
 *  Compares the shortest of several alternating runs. */
export function tryTeam(team: ProductTeam): boolean {
  const matrix = createMatrixStore(team).createMatrix(inWidth, outWidth);
  const numbers = Float32Array.from({ length: inWidth * outWidth }, (_, i) => ((i * 7919) % 1021) / 1021 - 0.5);
  matrix.put(numbers, 'out-in');
  const x = tensor(['row', 'in'], [rows, inWidth], numbers.slice(0, rows * inWidth));
  const bestMs = { alone: Number.POSITIVE_INFINITY, together: Number.POSITIVE_INFINITY };
  let isRight = true;
  let expected: Float32Array | null = null;
  for (let round = 0; round < rounds; round++) {
    for (const who of ['alone', 'together'] as const) {
      team.isAtWork = who === 'together';
      const start = performance.now();
      const { data } = matmul(x, matrix);
      bestMs[who] = Math.min(bestMs[who], performance.now() - start);
      expected ??= data;
      if (Buffer.compare(new Uint8Array(data.buffer), new Uint8Array(expected.buffer)) !== 0) isRight = false;
    }
  }
  team.isAtWork = isRight && bestMs.together <= mostOfTime * bestMs.alone;
  return team.isAtWork;
}
