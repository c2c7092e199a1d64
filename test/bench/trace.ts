import { layerStages } from '../../src/core/chain/forward.ts';
import type { Model } from '../../src/core/model.ts';
import { createExplorer, type Explorer } from '../../src/explorer/explorer.ts';
import { builtInModel } from '../support/models.ts';
import { loadPeer, type Peer, type PeerRun } from './peer.ts';
import { installPeer } from './peer-install.ts';
import { milliseconds, printTable } from './report.ts';
import { sentencesOf } from './sentences.ts';
import { largestDifference, median, quantile } from './statistics.ts';

const sizes = [
  { tokens: 8, runs: 60 },
  { tokens: 16, runs: 60 },
  { tokens: 32, runs: 40 },
  { tokens: 119, runs: 20 },
] as const;
const warmUpRuns = 8;

/** Largest difference at which both results count as equal. */
const tolerances = { attentionWeights: 2e-5, context: 1e-3, residPost: 1e-3, sentenceEmbedding: 5e-6 } as const;

/** Compares the whole trace of use-lite, every stage of both layers, with the original graph in TensorFlow.js. */
export async function benchTrace(): Promise<void> {
  const loaded = builtInModel('use-lite');
  const explorer = createExplorer({ loaded });
  const install = installPeer();
  const peer = install.installed ? await loadPeer() : null;
  if (!install.installed) console.log(`\nwithout TensorFlow.js: ${install.reason}`);
  const rows: string[][] = [];
  const apart = { attentionWeights: 0, context: 0, residPost: 0, sentenceEmbedding: 0 };
  for (const { tokens, runs } of sizes) {
    const nextSentence = sentencesOf(tokens, loaded.tokenizer);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let run = -warmUpRuns; run < runs; run++) {
      const text = nextSentence();
      const elapsedMs = timeTrace(explorer, text);
      const other = await peer?.run(explorer.tokenized.value.tokens.map(({ id }) => id ?? 0));
      if (other !== undefined) compare(explorer, other, apart);
      if (run < 0) continue;
      ours.push(elapsedMs);
      if (other !== undefined) theirs.push(other.elapsedMs);
    }
    const ratio = median(ours) / median(theirs);
    const gflops = (2 * tokens * matrixSize(loaded.model)) / median(ours) / 1e6;
    rows.push([
      `${tokens} tokens`,
      milliseconds(median(ours)),
      milliseconds(quantile(ours, 0.95)),
      peer === null ? '–' : milliseconds(median(theirs)),
      peer === null ? '–' : ratio.toFixed(2),
      gflops.toFixed(1),
      String(runs),
    ]);
  }
  printTable(
    `Whole trace of use-lite, ms, new text each time, both compile-warm, in turn${beside(peer)}`,
    ['', 'attnscope', '95 %', 'peer', 'ratio', 'GFLOP/s', 'runs'],
    rows,
  );
  if (peer !== null) printAgreement(apart);
}

function beside(peer: Peer | null): string {
  return peer === null ? '' : `; peer: ${peer.name}, the original graph`;
}

/** Milliseconds from the tokens to the complete trace. */
function timeTrace({ inputs, tokenized, trace }: Explorer, text: string): number {
  inputs.text.value = text;
  void tokenized.value;
  const start = performance.now();
  const numbers = trace.value;
  void numbers.embedding;
  for (const layer of numbers.layers) for (const stage of layerStages) void layer[stage];
  void numbers.pooled;
  void numbers.sentenceEmbedding;
  return performance.now() - start;
}

type Apart = { -readonly [Name in keyof typeof tolerances]: number };

function compare({ trace }: Explorer, other: PeerRun, apart: Apart): void {
  const { layers, sentenceEmbedding } = trace.value;
  const none = new Float32Array();
  const note = (name: keyof Apart, ours: Float32Array | undefined, theirs: Float32Array | undefined) => {
    apart[name] = Math.max(apart[name], largestDifference(ours ?? none, theirs ?? none, name));
  };
  for (const [index, layer] of layers.entries()) {
    note('attentionWeights', layer.attentionWeights.data, other.attentionWeights[index]);
    note('context', layer.context.data, other.context[index]);
    note('residPost', layer.residPost?.data, other.residPost[index]);
  }
  note('sentenceEmbedding', sentenceEmbedding?.data, other.sentenceEmbedding);
}

function printAgreement(apart: Apart): void {
  const names = Object.keys(tolerances) as (keyof Apart)[];
  const parts = names.map((name) => {
    const holds = apart[name] <= tolerances[name];
    return `${name} ${apart[name].toExponential(1)} (at most ${tolerances[name]}) ${holds ? '✓' : '✗ NOT THE SAME'}`;
  });
  console.log(`largest difference: ${parts.join(', ')}`);
}

/** Number of weights in the matrices that multiply every token. */
function matrixSize(model: Model): number {
  const matrices = model.layers.flatMap(({ attention: { wQ, wK, wV, wO, residual }, feedForward }) => [
    wQ,
    wK,
    wV,
    wO,
    residual?.kind === 'projection' ? residual.linear : null,
    feedForward?.up ?? null,
    feedForward?.down ?? null,
  ]);
  return matrices.reduce(
    (sum, matrix) => sum + (matrix === null ? 0 : matrix.weight.inWidth * matrix.weight.outWidth),
    0,
  );
}
