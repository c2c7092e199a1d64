import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StackTrace } from '../../src/core/trace.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { TokenizedText } from '../../src/explorer/tokenized-text.ts';
import { type LoadedModel, loadModel } from '../../src/loaders/load-model.ts';
import { blockRow, row, type Tensor } from '../../src/tensor/tensor.ts';
import { hfExpected, hfModel, hfModelNames } from '../support/hf-models.ts';

type Matrix = number[][];
interface RecordedText {
  readonly text: string;
  readonly ids: number[];
  readonly offsets: [number, number][];
}
interface Case extends Partial<RecordedText> {
  readonly name: string;
  readonly text_pair?: string;
  readonly token_type_ids?: number[];
  readonly source?: RecordedText;
  readonly target?: { readonly text: string; readonly decoder_input_ids: number[] };
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
interface Expected {
  readonly cases: Case[];
  readonly extra_cases?: Case[];
}

const shared = join(import.meta.dirname, '../../../shared/oracle/hf');
const sharedNames = existsSync(shared)
  ? readdirSync(shared).filter((name) => existsSync(join(shared, name, 'config.json')))
  : [];

describe.each([...hfModelNames])('%s', (name) => compareAll(hfModel(name), hfExpected(name) as Expected));

describe.skipIf(sharedNames.length === 0)('every recording (if they lie beside the project)', () => {
  test('are there', () => expect(sharedNames.length).toBeGreaterThan(7));
  describe.each(sharedNames)('%s', (name) => {
    const directory = join(shared, name);
    compareAll(
      loadModel(directory, name),
      JSON.parse(readFileSync(join(directory, 'expected.json'), 'utf8')) as Expected,
    );
  });
});

function compareAll(loaded: LoadedModel, expected: Expected): void {
  const cases = [...expected.cases, ...(expected.extra_cases ?? [])];
  test('there are recordings', () => expect(cases.length).toBeGreaterThan(1));

  test.each(cases)('$name', (one) => {
    const { text, ids, offsets } = one.source ?? (one as RecordedText);
    const explorer = createExplorer({
      loaded,
      text,
      segmentB: one.text_pair ?? null,
      target: one.target?.text ?? null,
    });
    const { tokenized, targetTokenized } = explorer;
    expectTokens(tokenized.value, ids, offsets);
    expect(tokenized.value.typeIds).toEqual(one.token_type_ids ?? ids.map(() => 0));
    expect(targetTokenized.value.tokens.map(({ id }) => id)).toEqual(one.target?.decoder_input_ids ?? []);

    const trace = explorer.trace.value;
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
      expect(trace.decoder).toBeNull();
      expectProjections(one.layer0, trace.layers[0]!, loaded.model.numAttentionHeads);
    }
    if (one.top5 !== undefined) expectPredictions(one.top5, trace.predictAt!);
    else expect(trace.predictAt).toBeNull();
  });
}

function expectTokens({ tokens, tokenCount, truncated }: TokenizedText, ids: number[], offsets: number[][]): void {
  expect(tokens.map(({ id }) => id)).toEqual(ids);
  // Added special tokens have span 0–0 in the recording.
  expect(tokens.map(({ start, end }) => [start ?? 0, end ?? 0])).toEqual(offsets);
  expect({ tokenCount, truncated }).toEqual({ tokenCount: ids.length, truncated: false });
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
    expect(weights[layer]!.shape).toEqual([heads.length, heads[0]!.length, heads[0]![0]!.length]);
    heads.forEach((matrix, head) => {
      expect(largestDifference(matrix, (query) => blockRow(weights[layer]!, head, query))).toBeLessThan(1e-4);
    });
  });
}

function expectHidden(states: Matrix[], lastOutput: Matrix | undefined, trace: StackTrace): void {
  const largest = Math.max(1, ...states.flat(2).map(Math.abs));
  const near = (expected: Matrix, actual: Tensor) => {
    expect(actual.shape).toEqual([expected.length, expected[0]!.length]);
    expect(largestDifference(expected, (token) => row(actual, token))).toBeLessThan(1e-4 * largest);
  };
  near(states[0]!, trace.embedding);
  trace.layers.forEach((layer, index) => {
    const isLast = index === trace.layers.length - 1;
    near(isLast && lastOutput !== undefined ? lastOutput : states[index + 1]!, layer.residPost!);
  });
  expect(trace.finalNorm === null).toBe(lastOutput === undefined);
  if (trace.finalNorm !== null) near(states.at(-1)!, trace.finalNorm);
}

/** Repeats each recorded group of keys and values for every head that reads it. */
function expectProjections(
  recorded: Case['layer0'],
  { q, k, v, rotatedQ, rotatedK }: StackTrace['layers'][number],
  heads: number,
): void {
  for (const [name, tensor] of Object.entries({ q: rotatedQ ?? q, k: rotatedK ?? k, v })) {
    const groups = recorded[name]!;
    expect(tensor.shape).toEqual([heads, groups[0]!.length, groups[0]![0]!.length]);
    for (let head = 0; head < heads; head++) {
      const group = groups[Math.floor(head / (heads / groups.length))]!;
      const largest = Math.max(1, ...group.flat().map(Math.abs));
      expect(largestDifference(group, (token) => blockRow(tensor, head, token))).toBeLessThan(1e-4 * largest);
    }
  }
}

function expectPredictions(
  { ids, probabilities, smallest_gap: gap }: Required<Case>['top5'],
  predictAt: NonNullable<ReturnType<typeof createExplorer>['trace']['value']['predictAt']>,
): void {
  ids.forEach((top, token) => {
    const predictions = predictAt(token, 5);
    if (gap > 1e-4) expect(predictions.map(({ id }) => id)).toEqual(top);
    predictions.forEach(({ probability }, rank) => {
      expect(Math.abs(probability - probabilities[token]![rank]!)).toBeLessThan(1e-4);
    });
  });
}
