import { layerStages } from '../../src/core/chain/forward.ts';
import { createStageRecorder } from '../../src/run/stage-recorder.ts';
import { createTraceGraph } from '../../src/run/trace-graph.ts';
import { createTraceInputs } from '../../src/run/trace-inputs.ts';
import { kernelBuild } from '../../src/tensor/kernels.ts';
import { type ModelSize, randomModel } from './random-model.ts';
import { milliseconds, printTable } from './report.ts';
import { median, quantile, seededRandom } from './statistics.ts';

const sizes: readonly ModelSize[] = [
  { name: 'use-lite size', layers: 2, heads: 4, hiddenSize: 512, innerSize: 1536 },
  { name: 'MiniLM size', layers: 6, heads: 12, hiddenSize: 384, innerSize: 1536 },
  { name: 'BERT-base size', layers: 12, heads: 12, hiddenSize: 768, innerSize: 3072 },
];
const tokenCounts = [8, 16, 32, 128] as const;

/** How many runs take about that long, within bounds. */
const wantedMs = 1500;
const fewestRuns = 4;
const mostRuns = 40;
const warmUpRuns = 2;

/** The whole trace of random models of three sizes: every stage of every layer, with new tokens each time. */
export async function benchTraceSizes(): Promise<void> {
  const rows = sizes.flatMap((size) => {
    const run = traceOf(size);
    const products = size.layers * (4 * size.hiddenSize ** 2 + 2 * size.hiddenSize * size.innerSize);
    return tokenCounts.map((count) => {
      const times = timesOf(() => run(count));
      const gflops = (2 * count * products) / median(times) / 1e6;
      return [
        `${size.name}, ${count} tokens`,
        milliseconds(median(times)),
        milliseconds(quantile(times, 0)),
        milliseconds(quantile(times, 0.95)),
        gflops.toFixed(1),
        String(times.length),
      ];
    });
  });
  printTable(
    `Whole trace of random models, ms, kernel: ${kernelBuild()}`,
    ['', 'ms', 'best', '95 %', 'GFLOP/s', 'runs'],
    rows,
  );
}

/** Reads every number of the trace of `count` random tokens; returns milliseconds. */
function traceOf(size: ModelSize): (count: number) => number {
  const model = randomModel(size);
  const random = seededRandom(1);
  const inputs = createTraceInputs(model);
  const trace = createTraceGraph(inputs, createStageRecorder()).trace;
  return (count) => {
    inputs.tokens.value = {
      ids: Array.from({ length: count }, () => Math.floor(random() * model.vocabSize)),
      typeIds: null,
    };
    const start = performance.now();
    for (const layer of trace.value.layers) for (const stage of layerStages) void layer[stage];
    return performance.now() - start;
  };
}

function timesOf(run: () => number): number[] {
  const first = Array.from({ length: warmUpRuns }, run);
  const runs = Math.max(fewestRuns, Math.min(mostRuns, Math.round(wantedMs / Math.min(...first))));
  return Array.from({ length: runs }, run);
}
