import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Prediction } from '../../../../src/core/chain/language-head.ts';
import type { LayerTrace, StackTrace } from '../../../../src/core/trace.ts';
import { blockRow, row, type Tensor } from '../../../../src/tensor/tensor.ts';
import { distance } from '../../../support/compare.ts';
import { loadFamily } from '../../../support/load-family.ts';
import { traceOfIds } from '../../../support/trace-of-ids.ts';
import type { Matrix } from './decoder-maths.ts';
import { softmax } from './decoder-maths.ts';
import { idSequences } from './id-sequences.ts';
import { withoutHead, writeModelFolder } from './model-folder.ts';
import type { Family, ReferenceLayer, ReferenceTrace } from './reference.ts';
import { randomTensors, Weights } from './weights.ts';

/** Compares attnscope with the reference for every model of the family, saved with and without its head. */
export function compareFamily<Settings>(family: Family<Settings>): void {
  let root = '';
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'attnscope-family-'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  describe.each(family.variants.map((variant, index) => ({ ...variant, index })))('$name', (variant) => {
    const tensors = randomTensors(family.shapes(variant.settings), variant.index + 1, family.normCentre);
    const references = idSequences.map((ids) => family.forward(variant.settings, new Weights(tensors), ids));
    const directory = () => join(root, String(variant.index));

    test('agrees with the definition', () => {
      writeModelFolder(directory(), variant.config, tensors);
      const model = loadFamily(directory());
      idSequences.forEach((ids, i) => {
        const trace = traceOfIds(model, { ids, typeIds: null });
        expectNumbers(references[i]!, trace);
        expectPredictions(references[i]!.logits, (token) => trace.predictAt!(token, 5));
      });
    });

    test('agrees when saved without its head', () => {
      writeModelFolder(directory(), variant.config, withoutHead(tensors, family.prefix));
      const model = loadFamily(directory());
      const trace = traceOfIds(model, { ids: idSequences[2]!, typeIds: null });
      expectNumbers(references[2]!, trace);
      expect(trace.predictAt).toBeNull();
    });
  });
}

/** Compares a stack of layers. */
export function expectNumbers(reference: Omit<ReferenceTrace, 'logits'>, trace: StackTrace): void {
  expectMatrix(trace.embedding, reference.embedding, 'embedding');
  expect(trace.layers).toHaveLength(reference.layers.length);
  reference.layers.forEach((expected, index) => {
    const layer = trace.layers[index]!;
    expectAttention(layer, expected, `layer ${index}`);
    expectMatrix(layer.residPost!, expected.output, `residPost of layer ${index}`);
  });
  if (reference.finalNorm === null) expect(trace.finalNorm).toBeNull();
  else expectMatrix(trace.finalNorm!, reference.finalNorm, 'finalNorm');
}

/** Compares attention weights, and the q and k behind the scores. */
export function expectAttention(
  layer: LayerTrace,
  expected: Pick<ReferenceLayer, 'weights' | 'q' | 'k'>,
  what: string,
): void {
  expect(layer.attentionWeights.shape[0]).toBe(expected.weights.length);
  expected.weights.forEach((weights, head) => {
    weights.forEach((values, query) => {
      const found = distance(blockRow(layer.attentionWeights, head, query), values);
      expect(found, `weights of ${what}, head ${head}, query ${query}`).toBeLessThan(1e-4);
    });
  });
  expectHeads(layer.rotatedQ ?? layer.q, expected.q, expected.weights.length, `q of ${what}`);
  expectHeads(layer.rotatedK ?? layer.k, expected.k, expected.weights.length, `k of ${what}`);
}

/** Checks that every query head shows its group's key/value head. */
function expectHeads(actual: Tensor, expected: Matrix[], heads: number, what: string): void {
  const limit = limitOf(expected.flat());
  for (let head = 0; head < heads; head++) {
    const group = expected[Math.floor((head * expected.length) / heads)]!;
    group.forEach((values, token) => {
      expect(distance(blockRow(actual, head, token), values), `${what}, head ${head}`).toBeLessThan(limit);
    });
  }
}

function expectMatrix(actual: Tensor, expected: Matrix, what: string): void {
  const limit = limitOf(expected);
  expected.forEach((values, token) => {
    expect(distance(row(actual, token), values), `${what}, token ${token}`).toBeLessThan(limit);
  });
}

/** 1e-4 of the largest value. */
const limitOf = (expected: Matrix): number => 1e-4 * Math.max(1e-3, ...expected.flat().map(Math.abs));

/** Compares the five most probable tokens at every place. */
export function expectPredictions(logits: Matrix, predict: (token: number) => readonly Prediction[]): void {
  softmax(logits).forEach((probabilities, token) => {
    const top = probabilities
      .map((probability, id) => ({ id, probability }))
      .sort((a, b) => b.probability - a.probability);
    const found = predict(token);
    expect(found).toHaveLength(5);
    found.forEach(({ id, probability }, rank) => {
      expect(Math.abs(probability - top[rank]!.probability), `rank ${rank} of token ${token}`).toBeLessThan(1e-4);
      expect(Math.abs(probabilities[id]! - probability)).toBeLessThan(1e-4);
    });
  });
}
