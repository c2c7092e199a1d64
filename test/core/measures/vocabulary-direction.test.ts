import { describe, expect, test } from 'vitest';
import {
  readAlone,
  type VocabularySpace,
  vocabularyDirection,
  vocabularySpace,
} from '../../../src/core/measures/vocabulary-direction.ts';
import type { Model } from '../../../src/core/model.ts';
import { distance } from '../../support/compare.ts';
import { hfModel } from '../../support/hf-models.ts';
import { builtInModel } from '../../support/models.ts';
import { embeddingTable, pseudoRandom, rowsOf } from '../../support/tensors.ts';
import { traceOfIds } from '../../support/trace-of-ids.ts';

const useLite = builtInModel('use-lite').model;
const nothing = new Set<number>();
const random = (count: number, seed = 3) => Float32Array.from({ length: count }, pseudoRandom(seed));

/** A space whose cosines are given. */
const given = (cosines: number[]): VocabularySpace => ({
  kind: 'head',
  part: 'output',
  cosines: () => ({ ids: cosines.map((_, i) => 10 + i), cosines: Float64Array.from(cosines) }),
});

describe('the words at both ends', () => {
  const d = Float32Array.of(1);

  test('closest first, each with the cosine of the difference that points its way', () => {
    const found = vocabularyDirection(given([0.1, -0.9, 0.5, 0.5, -0.2]), d, nothing, 2);
    expect(found).toEqual({
      kind: 'head',
      count: 5,
      towardsA: [
        { id: 12, cosine: 0.5 },
        { id: 13, cosine: 0.5 },
      ],
      towardsB: [
        { id: 11, cosine: 0.9 },
        { id: 14, cosine: 0.2 },
      ],
    });
  });

  test('no word is at both ends, and what is left out or has no number at none', () => {
    const found = vocabularyDirection(given([0.3, 0.2, 0.1, Number.NaN, 0.9]), d, new Set([14]), 9)!;
    expect(found.towardsA.map(({ id }) => id)).toEqual([10, 11]);
    expect(found.towardsB).toEqual([{ id: 12, cosine: -0.1 }]);
    expect(vocabularyDirection(given([0.3]), d, new Set([10]), 9)).toBeNull();
  });

  test('a difference of nothing points nowhere', () => {
    expect(vocabularyDirection(given([0.3]), Float32Array.of(0), nothing, 9)).toBeNull();
    expect(vocabularyDirection(given([0.3]), Float32Array.of(Number.NaN), nothing, 9)).toBeNull();
  });
});

describe('read alone', () => {
  test.each(['use-lite', 'gpt2', 'llama', 'bert'])('%s: as a run of one token', (name) => {
    const model = name === 'use-lite' ? useLite : hfModel(name).model;
    const ids = [7, 30, 12];
    for (const [layer] of model.layers.entries()) {
      const rows = rowsOf(readAlone(model, layer, ids));
      for (const [index, id] of ids.entries()) {
        const trace = traceOfIds(model, { ids: [id], typeIds: null });
        const expected = trace.layers[layer]!.attentionOutput!.data;
        const size = Math.max(1, ...expected.map(Math.abs));
        expect(distance(rows[index]!, expected) / size).toBeLessThan(1e-5);
      }
    }
  });

  test('chunks of many tokens are put together in their order', () => {
    const ids = Array.from({ length: 300 }, (_, i) => 10 + i);
    const rows = rowsOf(readAlone(useLite, 0, ids));
    expect(rows).toHaveLength(300);
    expect(distance(rows[299]!, rowsOf(readAlone(useLite, 0, [309]))[0]!)).toBeLessThan(1e-5);
  });

  test('use-lite compares by it, its layers being wider than its embedding', () => {
    const ids = [7, 30, 12, 55, 80];
    const space = vocabularySpace(useLite, 1, ids)!;
    expect([space.kind, space.part]).toEqual(['alone', 'attention']);
    const rows = rowsOf(readAlone(useLite, 1, ids));
    const mean = rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]! / ids.length, 0));
    const d = random(512);
    for (const [index, cosine] of space.cosines(d).cosines.entries()) {
      const u = rows[index]!.map((x, i) => x - mean[i]!);
      const expected = u.reduce((sum, x, i) => sum + x * d[i]!, 0) / Math.hypot(...u) / Math.hypot(...d);
      expect(cosine).toBeCloseTo(expected, 5);
    }
  });
});

describe('columns of a matrix', () => {
  const { model: gpt2 } = hfModel('gpt2');

  test('the language head, after the linear part of the final norm', () => {
    const ids = [3, 8, 20, 41];
    const space = vocabularySpace(gpt2, 0, ids)!;
    expect([space.kind, space.part]).toEqual(['head', 'output']);
    const d = random(gpt2.hiddenSize);
    const { finalNorm, head } = gpt2;
    const mean = d.reduce((sum, x) => sum + x, 0) / d.length;
    const scaled = [...d].map((x, i) => (x - mean) * (finalNorm as { scale: { data: Float32Array } }).scale.data[i]!);
    const columns = ids.map((id) => [...head!.weight.column(id)]);
    const middle = columns[0]!.map((_, i) => columns.reduce((sum, column) => sum + column[i]! / ids.length, 0));
    for (const [index, cosine] of space.cosines(d).cosines.entries()) {
      const u = columns[index]!.map((x, i) => x - middle[i]!);
      const expected = u.reduce((sum, x, i) => sum + x * scaled[i]!, 0) / Math.hypot(...u) / Math.hypot(...scaled);
      expect(cosine).toBeCloseTo(expected, 5);
    }
  });

  test('a difference along a word finds it', () => {
    const model = withoutHead(gpt2);
    const ids = Array.from({ length: 60 }, (_, i) => i);
    const space = vocabularySpace(model, 1, ids)!;
    expect(space.kind).toBe('embedding');
    const [to, from] = [model.embedding.tokens.column(17), model.embedding.tokens.column(42)];
    const found = vocabularyDirection(
      space,
      to.map((x, i) => x - from[i]!),
      nothing,
      3,
    )!;
    expect([found.towardsA[0]!.id, found.towardsB[0]!.id]).toEqual([17, 42]);
  });

  test('the space of the embedding, by hand', () => {
    // The mean is [1, 1]; less it the columns are [1, 0], [−1, 0], [0, 1], [0, −1].
    const tokens = embeddingTable([
      [2, 1],
      [0, 1],
      [1, 2],
      [1, 0],
    ]);
    const narrow = withoutHead(gpt2);
    const wO = { weight: embeddingTable([[0], [0]]), bias: null };
    const layers = narrow.layers.map((one) => ({ ...one, attention: { ...one.attention, wO } }));
    const model: Model = { ...narrow, layers, embedding: { ...narrow.embedding, tokens } };
    const { cosines } = vocabularySpace(model, 0, [0, 1, 2, 3])!.cosines(Float32Array.of(3, 4));
    for (const [index, expected] of [0.6, -0.6, 0.8, -0.8].entries()) expect(cosines[index]).toBeCloseTo(expected, 6);
  });

  test('ids that the matrix does not have are not compared', () => {
    const ids = [1, 2, gpt2.vocabSize, gpt2.vocabSize + 9];
    expect(vocabularySpace(gpt2, 0, ids)!.cosines(random(gpt2.hiddenSize)).ids).toEqual([1, 2]);
    expect(vocabularySpace(gpt2, 0, [])).toBeNull();
    expect(vocabularySpace(gpt2, 99, [1])).toBeNull();
  });
});

const withoutHead = (model: Model): Model => ({ ...model, head: null });
