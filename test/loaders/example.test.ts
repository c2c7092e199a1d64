import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildExample } from '../../scripts/models/example.ts';
import { loadModel } from '../../src/loaders/load-model.ts';
import { rowsOfWeights } from '../support/tensors.ts';
import { temporaryFolder, written } from './temporary-folder.ts';

const folder = temporaryFolder();
const broken = temporaryFolder();
buildExample(folder);
const { model, tokenizer } = loadModel(folder, 'example');
const { attention, feedForward } = model.layers[0]!;

function product(a: number[][], b: number[][]): number[][] {
  return a.map((row) => b[0]!.map((_, column) => row.reduce((sum, x, i) => sum + x * b[i]![column]!, 0)));
}

const embeddings = [0, 1, 2].map((id) => [...model.embedding.tokens.column(id)]);
const q = product(embeddings, rowsOfWeights(attention.wQ.weight));
const k = product(embeddings, rowsOfWeights(attention.wK.weight));
const scaledScores = q.map((query) =>
  k.map((key) => attention.scoreScale * query.reduce((s, x, d) => s + x * key[d]!, 0)),
);

test('has one head of plain attention and nothing around it', () => {
  expect(model).toMatchObject({
    type: 'example',
    numHiddenLayers: 1,
    numAttentionHeads: 1,
    maxPositions: null,
    sentence: null,
  });
  expect(attention).toMatchObject({ headDim: 4, valueDim: 2, scoreScale: 0.5, norm: null, wO: null, residual: null });
  expect(attention.wQ.bias).toBeNull();
  expect(feedForward).toBeNull();
});

test("its values are the lesson's", () => {
  expect(product(embeddings, rowsOfWeights(attention.wV.weight))).toEqual([
    [1, 0],
    [2, 2],
    [2, 1],
  ]);
});

test('its scaled scores are exactly those whose softmax the lesson prints', () => {
  expect(scaledScores).toEqual([
    [1, 0, 1],
    [0, 2, 0],
    [1, 1, 2],
  ]);
  scaledScores.forEach((row, query) => {
    const sum = row.reduce((total, score) => total + Math.exp(score), 0);
    row.forEach((score, key) => {
      // The lesson cuts 0.10651 to 0.106, so a digit of the last place is allowed.
      expect(Math.abs(Math.exp(score) / sum - model.lesson!.printedWeights[query]![key]!)).toBeLessThan(1e-3);
    });
  });
});

test("the lesson's printed weights come along as data, and its results do not", () => {
  expect(model.lesson).toEqual({
    tokens: ['please', 'study', 'man'],
    printedWeights: [
      [0.422, 0.155, 0.422],
      [0.106, 0.787, 0.106],
      [0.212, 0.212, 0.576],
    ],
    decimals: 3,
  });
  expect(readFileSync(join(folder, 'lesson.json'), 'utf8')).not.toMatch(/1\.576|1\.892|1\.788/);
});

test('its matrices are small whole numbers', () => {
  const { wQ, wK, wV } = attention;
  for (const { weight } of [{ weight: model.embedding.tokens }, wQ, wK, wV]) {
    expect(
      rowsOfWeights(weight)
        .flat()
        .every((value) => [0, 1, 2].includes(value)),
    ).toBe(true);
  }
});

test('its tokenizer knows the three words', () => {
  expect(tokenizer.tokenize('Please study man').map((token) => token.id)).toEqual([0, 1, 2]);
  expect(tokenizer.tokenize('please dog')[1]).toEqual({ id: null, text: 'dog', start: 7, end: 10, unknown: true });
});

test('a lesson that does not fit its tokens is refused', () => {
  for (const name of ['config.json', 'model.safetensors', 'tokenizer.json']) {
    written(broken, name, readFileSync(join(folder, name)));
  }
  const load = () => loadModel(broken, 'x');
  expect(load).toThrow(/lesson\.json is missing$/);
  written(broken, 'lesson.json', JSON.stringify({ tokens: ['a', 'b'], printedWeights: [[1, 0]], decimals: 3 }));
  expect(load).toThrow('printedWeights must be 2 rows of 2 numbers');
  written(broken, 'lesson.json', JSON.stringify({ tokens: ['a'], printedWeights: [[1]], decimals: -1 }));
  expect(load).toThrow('decimals must be a whole number from 0');
});
