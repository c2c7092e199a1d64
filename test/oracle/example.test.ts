import { expect, test } from 'vitest';
import type { AttentionTrace } from '../../src/core/trace.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { lessonContext } from '../../src/panes/kit/lesson.ts';
import { blockRow } from '../../src/tensor/tensor.ts';
import { block } from '../support/compare.ts';
import { builtInModel } from '../support/models.ts';

const loaded = builtInModel('example');

/** The lesson's result for a query. */
function printedOf({ layers }: AttentionTrace, words: readonly string[], query: number) {
  const { v, attentionWeights } = layers[0]!;
  return lessonContext(loaded.model.lesson!, words, query, v, 0, blockRow(attentionWeights, 0, query));
}
const rounded = (rows: number[][], digits = 3) =>
  rows.map((numbers) => numbers.map((one) => Number(one.toFixed(digits))));

test('the scaled scores are whole numbers, and their softmax is what the lesson prints', () => {
  const layer = createExplorer({ loaded, text: 'please study man' }).trace.value.layers[0]!;
  expect(block(layer.scaledScores, 0)).toEqual([
    [1, 0, 1],
    [0, 2, 0],
    [1, 1, 2],
  ]);
  expect(rounded(block(layer.attentionWeights, 0))).toEqual([
    [0.422, 0.155, 0.422],
    [0.107, 0.787, 0.107],
    [0.212, 0.212, 0.576],
  ]);
  expect(block(layer.v, 0)).toEqual([
    [1, 0],
    [2, 2],
    [2, 1],
  ]);
});

test('the outputs use the unrounded weights', () => {
  const layer = createExplorer({ loaded, text: 'please study man' }).trace.value.layers[0]!;
  expect(rounded(block(layer.context, 0))).toEqual([
    [1.578, 0.733],
    [1.893, 1.68],
    [1.788, 1],
  ]);
});

test("the lesson's own outputs are the products of its printed weights", () => {
  const { trace, tokenized } = createExplorer({ loaded, text: 'please study man' });
  const words = tokenized.value.tokens.map((token) => token.text);
  const printed = [0, 1, 2].map((query) => printedOf(trace.value, words, query)!.output);
  expect(rounded(printed.map((one) => [...one]))).toEqual([
    [1.576, 0.732],
    [1.892, 1.68],
    [1.788, 1],
  ]);
});

test('another sentence has no printed figures', () => {
  const { trace } = createExplorer({ loaded, text: 'study please man' });
  expect(printedOf(trace.value, ['study', 'please', 'man'], 0)).toBeNull();
});

test('an unknown word has no numbers, and the softmax of the others leaves it out', () => {
  const { trace, tokenized } = createExplorer({ loaded, text: 'please dog Man' });
  expect(tokenized.value.tokens[1]).toMatchObject({ id: null, text: 'dog', unknown: true });
  const layer = trace.value.layers[0]!;
  const none = Number.NaN;
  const [please, dog, man] = block(layer.attentionWeights, 0);
  expect(please).toEqual([0.5, none, 0.5]);
  expect(dog).toEqual([none, none, none]);
  expect(man![1]).toBeNaN();
  expect(man![0]! + man![2]!).toBeCloseTo(1, 6);
  expect(block(layer.context, 0)[1]).toEqual([none, none]);
  // please: ½·[1, 0] + ½·[2, 1]
  expect(block(layer.context, 0)[0]).toEqual([1.5, 0.5]);
});
