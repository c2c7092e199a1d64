import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Model } from '../../src/core/model.ts';
import type { StackTrace } from '../../src/core/trace.ts';
import { readConfig } from '../../src/loaders/config.ts';
import { buildModel } from '../../src/loaders/families/build-model.ts';
import { describeFamily } from '../../src/loaders/families.ts';
import { openWeights } from '../../src/loaders/weights.ts';
import { blockRow, row, type Tensor } from '../../src/tensor/tensor.ts';
import { traceOfIds } from '../support/trace-of-ids.ts';

const shared = join(import.meta.dirname, '../../../shared/oracle/hf');
const fixtures = join(import.meta.dirname, '../../fixtures/hf');
const folders = [fixtures, shared].flatMap((root) =>
  existsSync(root)
    ? readdirSync(root)
        .filter((name) => existsSync(join(root, name, 'expected.json')) && existsSync(join(root, name, 'config.json')))
        .map((name) => ({ name: `${root === shared ? 'shared ' : ''}${name}`, directory: join(root, name) }))
    : [],
);

type Matrix = number[][];
interface Case {
  readonly name: string;
  readonly ids?: number[];
  readonly token_type_ids?: number[];
  readonly source?: { readonly ids: number[] };
  readonly target?: { readonly decoder_input_ids: number[] };
  readonly attentions?: Matrix[][];
  readonly encoder_attentions?: Matrix[][];
  readonly decoder_attentions?: Matrix[][];
  readonly cross_attentions?: Matrix[][];
  readonly hidden_states?: Matrix[];
  readonly encoder_hidden_states?: Matrix[];
  readonly decoder_hidden_states?: Matrix[];
  readonly last_layer_output?: Matrix;
  readonly encoder_last_layer_output?: Matrix;
  readonly decoder_last_layer_output?: Matrix;
  readonly layer0: Record<string, Matrix[]>;
  readonly top5?: { readonly ids: number[][]; readonly probabilities: Matrix; readonly smallest_gap: number };
}

function loadFamily(directory: string): Model {
  const config = readConfig(directory);
  const type = String(config.fields.get('model_type'));
  const weights = openWeights(directory);
  try {
    return buildModel('test', type, describeFamily(type)!(config, weights), weights);
  } finally {
    weights.close();
  }
}

function largestDifference(expected: Matrix, rowOf: (index: number) => Float32Array): number {
  return Math.max(
    0,
    ...expected.flatMap((values, i) => values.map((value, j) => Math.abs(value - (rowOf(i)[j] ?? Number.NaN)))),
  );
}

function expectAttention(expected: Matrix[][], weights: readonly Tensor[]): void {
  expect(weights).toHaveLength(expected.length);
  expected.forEach((heads, layer) => {
    heads.forEach((matrix, head) => {
      expect(largestDifference(matrix, (query) => blockRow(weights[layer]!, head, query))).toBeLessThan(1e-4);
    });
  });
}

function expectHidden(states: Matrix[], lastOutput: Matrix | undefined, trace: StackTrace): void {
  const largest = Math.max(1, ...states.flat(2).map(Math.abs));
  const near = (expected: Matrix, actual: Tensor) =>
    expect(largestDifference(expected, (token) => row(actual, token))).toBeLessThan(1e-4 * largest);
  near(states[0]!, trace.embedding);
  trace.layers.forEach((layer, index) => {
    const isLast = index === trace.layers.length - 1;
    near(isLast && lastOutput !== undefined ? lastOutput : states[index + 1]!, layer.residPost!);
  });
  if (trace.finalNorm !== null) near(states.at(-1)!, trace.finalNorm);
}

describe.each(folders)('$name', ({ directory }) => {
  const expected = JSON.parse(readFileSync(join(directory, 'expected.json'), 'utf8'));
  const cases: Case[] = [...expected.cases, ...(expected.extra_cases ?? [])];
  const model = loadFamily(directory);

  test.each(cases)('$name', (one) => {
    const ids = one.ids ?? one.source!.ids;
    const trace = traceOfIds(model, { ids, typeIds: one.token_type_ids ?? null }, one.target?.decoder_input_ids);
    const weightsOf = (layers: StackTrace['layers']) => layers.map((layer) => layer.attentionWeights);
    expectAttention(one.attentions ?? one.encoder_attentions!, weightsOf(trace.layers));
    expectHidden(
      one.hidden_states ?? one.encoder_hidden_states!,
      one.last_layer_output ?? one.encoder_last_layer_output,
      trace,
    );
    if (one.decoder_attentions !== undefined) {
      expectAttention(one.decoder_attentions, weightsOf(trace.decoder!.layers));
      expectAttention(one.cross_attentions!, weightsOf(trace.decoder!.crossLayers));
      expectHidden(one.decoder_hidden_states!, one.decoder_last_layer_output, trace.decoder!);
    } else {
      const layer = trace.layers[0]!;
      const parts = { q: layer.rotatedQ ?? layer.q, k: layer.rotatedK ?? layer.k, v: layer.v };
      for (const [name, tensor] of Object.entries(parts)) {
        const groups = one.layer0[name]!;
        const heads = model.numAttentionHeads;
        for (let head = 0; head < heads; head++) {
          const group = groups[Math.floor(head / (heads / groups.length))]!;
          expect(largestDifference(group, (token) => blockRow(tensor, head, token))).toBeLessThan(1e-3);
        }
      }
    }
    if (one.top5 !== undefined) {
      one.top5.ids.forEach((top, token) => {
        const predictions = trace.predictAt!(token, 5);
        if (one.top5!.smallest_gap > 1e-4) expect(predictions.map((each) => each.id)).toEqual(top);
        predictions.forEach(({ probability }, rank) => {
          expect(Math.abs(probability - one.top5!.probabilities[token]![rank]!)).toBeLessThan(1e-3);
        });
      });
    } else {
      expect(trace.predictAt).toBeNull();
    }
  });
});
