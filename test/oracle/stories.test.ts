import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { tokenInput } from '../../src/explorer/tokenized-text.ts';
import { loadModel } from '../../src/loaders/load-model.ts';
import { generateGreedily } from '../../src/run/generation.ts';
import { blockRow } from '../../src/tensor/tensor.ts';
import { distance } from '../support/compare.ts';

interface Expected {
  readonly cases: readonly {
    readonly text: string;
    readonly ids: number[];
    readonly attentions: number[][][][];
    readonly top5: { readonly ids: number[][]; readonly probabilities: number[][] };
  }[];
  readonly greedy: readonly { readonly prompt: string; readonly ids: number[]; readonly text: string }[];
}

const folder = join(import.meta.dirname, '../../../shared/models/stories260k');

describe.skipIf(!existsSync(folder))('stories260k, a trained model (only where it lies beside the project)', () => {
  if (existsSync(folder)) compareAll();
});

function compareAll(): void {
  const loaded = loadModel(folder, 'stories260k');
  const { cases, greedy }: Expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
  test('there are recordings', () => expect([cases.length, greedy.length]).toEqual([3, 2]));

  test.each(cases)('attention and predictions: $text', ({ text, ids, attentions, top5 }) => {
    const { tokenized, trace } = createExplorer({ loaded, text });
    expect(tokenized.value.tokens.map(({ id }) => id)).toEqual(ids);
    expect(trace.value.layers).toHaveLength(attentions.length);
    attentions.forEach((heads, layer) => {
      const weights = trace.value.layers[layer]!.attentionWeights;
      expect(weights.shape[0]).toBe(heads.length);
      heads.forEach((rows, head) => {
        rows.forEach((row, query) => {
          expect(distance(blockRow(weights, head, query), row)).toBeLessThan(1e-4);
        });
      });
    });
    top5.ids.forEach((top, position) => {
      const predictions = trace.value.predictAt!(position, top.length);
      expect(predictions.map(({ id }) => id)).toEqual(top);
      const probabilities = predictions.map(({ probability }) => probability);
      expect(distance(probabilities, top5.probabilities[position]!)).toBeLessThan(1e-4);
    });
  });

  test.each(greedy)('the greedy continuation, word for word: $prompt', ({ prompt, ids, text }) => {
    const { tokenized, targetTokenized } = createExplorer({ loaded, text: prompt });
    const generated = generateGreedily({
      model: loaded.model,
      tokens: tokenInput(tokenized.value),
      targetTokens: tokenInput(targetTokenized.value),
      count: ids.length - tokenized.value.tokens.length,
      endTokenIds: loaded.endTokenIds,
    });
    expect(generated).toEqual(ids);
    expect(loaded.tokenizer.decode!(generated, { skipSpecialTokens: true })).toBe(text);
  });
}
