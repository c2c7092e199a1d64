import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { blockRow, row } from '../../src/tensor/tensor.ts';
import { distance } from '../support/compare.ts';
import { builtInModel } from '../support/models.ts';

interface Layer {
  readonly first8: number[][];
  readonly norm: number[];
  readonly full?: Record<string, number[]>;
}

interface Case {
  readonly text: string;
  readonly ids: number[];
  readonly n_tokens: number;
  readonly n_used: number;
  readonly attention_rows: number[];
  readonly attention: number[][][][];
  readonly attention_argmax: number[][][];
  readonly embedding_input: Layer;
  readonly layer0_output: Layer;
  readonly layer1_output: Layer;
  readonly pooled_first8: number[];
  readonly embedding: number[];
}

const loaded = builtInModel('use-lite');
const fixtures = join(import.meta.dirname, '../../fixtures/use-lite');
const whole = join(import.meta.dirname, '../../../shared/oracle/use-lite');

/** Tolerances stated with the recordings of the original graph. */
const limits = { weights: 2e-5, layer: 1e-3, unit: 5e-6 };

function compareAll(folder: string): void {
  const names = readdirSync(folder).filter((name) => /^(\d\d|clip)\.json$/.test(name));
  test('there are recordings', () => expect(names.length).toBeGreaterThan(7));
  test.each(names)('%s: ids, weights, layers and embedding match the original graph', (name) => {
    const recorded: Case = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const explorer = createExplorer({ loaded, text: recorded.text });
    const { tokens, tokenCount, truncated } = explorer.tokenized.value;
    expect(tokens.map((token) => token.id)).toEqual(recorded.ids.slice(0, recorded.n_used));
    expect(tokenCount).toBe(recorded.n_tokens);
    expect(truncated).toBe(recorded.n_used < recorded.n_tokens);
    const trace = explorer.trace.value;
    recorded.attention.forEach((heads, layer) => {
      const weights = trace.layers[layer]!.attentionWeights;
      heads.forEach((rows, head) => {
        recorded.attention_rows.forEach((query, index) => {
          expect(distance(blockRow(weights, head, query), rows[index]!)).toBeLessThanOrEqual(limits.weights);
        });
        const strongest = tokens.map((_, query) => {
          const values = blockRow(weights, head, query);
          return values.indexOf(Math.max(...values));
        });
        expect(strongest).toEqual(recorded.attention_argmax[layer]![head]);
      });
    });
    const outputs = [
      [recorded.embedding_input, trace.embedding],
      [recorded.layer0_output, trace.layers[0]!.residPost!],
      [recorded.layer1_output, trace.layers[1]!.residPost!],
    ] as const;
    for (const [expected, actual] of outputs) {
      expected.first8.forEach((numbers, token) => {
        expect(distance(row(actual, token).subarray(0, 8), numbers)).toBeLessThanOrEqual(limits.layer);
        expect(Math.abs(Math.hypot(...row(actual, token)) - expected.norm[token]!)).toBeLessThanOrEqual(limits.layer);
      });
      for (const [token, numbers] of Object.entries(expected.full ?? {})) {
        expect(distance(row(actual, Number(token)), numbers)).toBeLessThanOrEqual(limits.layer);
      }
    }
    expect(distance(trace.pooled!.data.subarray(0, 8), recorded.pooled_first8)).toBeLessThanOrEqual(limits.layer);
    expect(distance(trace.sentenceEmbedding!.data, recorded.embedding)).toBeLessThanOrEqual(limits.unit);
  });
  test('the ids of all tokenizer cases are identical', () => {
    const cases: { text: string; ids: number[] }[] = JSON.parse(readFileSync(join(folder, 'tokens.json'), 'utf8'));
    expect(cases.length).toBeGreaterThan(90);
    for (const { text, ids } of cases) expect(loaded.tokenizer.tokenize(text).map((token) => token.id)).toEqual(ids);
  });
}

describe('use-lite beside the original graph', () => compareAll(fixtures));
describe.skipIf(!existsSync(whole))('use-lite beside all recordings (only where they lie beside the project)', () => {
  if (existsSync(whole)) compareAll(whole);
});
