import { describe, expect, test } from 'vitest';
import { layerStages } from '../../src/core/chain/forward.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { distance } from '../support/compare.ts';
import { builtInModel } from '../support/models.ts';
import { createReference, type Rows } from '../support/use-lite-reference.ts';

const loaded = builtInModel('use-lite');
const reference = createReference();

/** Largest allowed difference of float32 from float64; values reach 74 in residPost. */
const limits = {
  embedding: 1e-5,
  residPre: 2e-4,
  q: 1e-4,
  k: 1e-4,
  v: 1e-4,
  scores: 1e-3,
  scaledScores: 1e-4,
  maskedScores: 1e-4,
  attentionWeights: 2e-5,
  context: 5e-5,
  concat: 5e-5,
  attentionOutput: 1e-4,
  residMid: 2e-4,
  residPost: 2e-4,
  pooled: 1e-4,
  sentenceEmbedding: 2e-6,
} as const;

const sentences = [
  'The boat drifted toward the river bank.',
  'please study man',
  'Yes',
  ' 漢字 and an emoji 🎉, then an odd word: pneumonoultramicroscopic!',
  'The man met the woman because she had asked him to, and they talked for a long while about the old house by the sea.',
];

describe.each(sentences)('%s', (text) => {
  const explorer = createExplorer({ loaded, text });
  const trace = explorer.trace.value;
  const expected = reference(explorer.tokenized.value.tokens.map((token) => token.id ?? 0));

  test.each([0, 1])('layer %i: every stage matches an independent float64 computation', (layer) => {
    const numbers = expected.layers[layer]!;
    const stages = { ...numbers, maskedScores: numbers.scaledScores };
    const { rotatedQ, rotatedK } = trace.layers[layer]!;
    expect([rotatedQ, rotatedK]).toEqual([null, null]);
    for (const stage of layerStages) {
      if (stage === 'rotatedQ' || stage === 'rotatedK') continue;
      const difference = distance(dataOf(trace.layers[layer]![stage]), (stages[stage] as Rows).flat(2));
      expect(difference, stage).toBeLessThan(limits[stage]);
    }
  });

  test('input and output', () => {
    expect(distance(trace.embedding.data, expected.embedding.flat())).toBeLessThan(limits.embedding);
    expect(distance(dataOf(trace.pooled), expected.pooled)).toBeLessThan(limits.pooled);
    expect(distance(dataOf(trace.sentenceEmbedding), expected.sentenceEmbedding)).toBeLessThan(
      limits.sentenceEmbedding,
    );
  });
});

test('the comparison is sensitive: a change of the score scale shows in every later stage', () => {
  const explorer = createExplorer({
    loaded,
    text: 'please study man',
    interventions: { ...noInterventions, scaleFactor: 1.01 },
  });
  const expected = reference(explorer.tokenized.value.tokens.map((token) => token.id ?? 0)).layers[0]!;
  const layer = explorer.trace.value.layers[0]!;
  expect(distance(layer.scores.data, expected.scores.flat(2))).toBeLessThan(limits.scores);
  for (const stage of ['scaledScores', 'attentionWeights', 'context', 'residPost'] as const) {
    expect(distance(dataOf(layer[stage]), (expected[stage] as Rows).flat(2))).toBeGreaterThan(limits[stage]);
  }
});

function dataOf(value: Tensor | null): ArrayLike<number> {
  return value?.data ?? [];
}
