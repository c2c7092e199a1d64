import { describe, expect, test } from 'vitest';
import { traceCommand } from '../../src/app/commands/trace.ts';
import { UsageError } from '../../src/app/usage-error.ts';
import { temporaryFolder } from '../loaders/temporary-folder.ts';
import { copyHfModel, hfExpected, hfModelNames } from '../support/hf-models.ts';

const folder = temporaryFolder();
const directories = new Map(hfModelNames.map((name) => [name, copyHfModel(name, folder)]));

type Options = Parameters<typeof traceCommand>[1];

function trace(name: string, text: string, options: Options = {}) {
  return JSON.parse(
    traceCommand(text, { json: true, fields: 'all', model: directories.get(name) ?? name, ...options }),
  );
}

function shape(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...(Array.isArray(value[0]) ? shape(value[0]) : [])] : [];
}

interface Expected {
  readonly cases: readonly {
    readonly text: string;
    readonly source: { readonly text: string; readonly ids: number[] };
    readonly target: { readonly text: string; readonly decoder_input_ids: number[] };
    readonly top5: { readonly ids: number[][]; readonly probabilities: number[][] };
  }[];
}

const idsOf = ({ tokens }: { readonly tokens: readonly { readonly id: number }[] }) => tokens.map(({ id }) => id);

describe('the trace of a model with a language-model head', () => {
  test.each(['gpt2', 'llama', 'llama-f16', 'bert', 'roberta', 'distilbert'])(
    '%s has five predictions a token',
    (name) => {
      const { text, top5 } = (hfExpected(name) as Expected).cases[0]!;
      const { predictions, tokens } = trace(name, text, { fields: 'predictions' });
      expect(predictions.map(idsOfPredictions)).toEqual(top5.ids);
      expect(predictions).toHaveLength(tokens.length);
      for (const [token, five] of predictions.entries()) {
        for (const [rank, { text: word, probability }] of five.entries()) {
          expect(typeof word).toBe('string');
          expect(probability).toBeCloseTo(top5.probabilities[token]![rank]!, 4);
        }
      }
    },
  );

  test('has none where they were not asked for', () => {
    expect(trace('gpt2', 'The cat', { fields: 'weights' })).not.toHaveProperty('predictions');
  });

  test('of a rotary model has q and k before and after rotation', () => {
    const [layer] = trace('llama', 'The cat sat').layers;
    const { q, k, v, rotatedQ, rotatedK, scores, scaledScores } = layer.heads[0];
    expect([shape(rotatedQ), shape(rotatedK)]).toEqual([shape(q), shape(k)]);
    // Position 0 is not rotated.
    expect(rotatedQ[0]).toEqual(q[0]);
    expect(rotatedQ[1]).not.toEqual(q[1]);
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    expect(scores[2][1]).toBeCloseTo(dot(rotatedQ[2], rotatedK[1]), 4);
    expect(scaledScores[2][1]).toBeCloseTo(scores[2][1] / Math.sqrt(q[0].length), 5);
    expect(shape(v)).toEqual(shape(k));
  });

  test('repeats keys and values of a group for each of its heads', () => {
    const { heads } = trace('llama', 'The cat sat').layers[0];
    expect(heads[0].k).toEqual(heads[1].k);
    expect(heads[0].v).toEqual(heads[1].v);
    expect(heads[0].k).not.toEqual(heads[2].k);
    expect(heads[0].q).not.toEqual(heads[1].q);
  });

  test('of a decoder has null where a later token is masked, and 0 for its weight', () => {
    const { maskedScores, weights } = trace('gpt2', 'The cat sat').layers[1].heads[3];
    expect(maskedScores[0].slice(1).every((score: unknown) => score === null)).toBe(true);
    expect(weights[0]).toEqual([1, ...new Array(weights.length - 1).fill(0)]);
  });
});

describe('the trace of an encoder–decoder', () => {
  const [, short] = (hfExpected('t5') as Expected).cases;
  const { source, target } = short!;
  const whole = trace('t5', source.text, { target: target.text });

  test('has the encoder at the top, and no predictions there', () => {
    expect(idsOf(whole)).toEqual(source.ids);
    expect(whole).not.toHaveProperty('predictions');
    expect(shape(whole.layers[0].heads[0].weights)).toEqual([source.ids.length, source.ids.length]);
  });

  test('has the decoder beside it: its tokens, self-attention, and attention to the encoder', () => {
    const { decoder } = whole;
    const n = target.decoder_input_ids.length;
    expect(idsOf(decoder)).toEqual(target.decoder_input_ids);
    expect(shape(decoder.layers[0].heads[0].weights)).toEqual([n, n]);
    expect(shape(decoder.crossLayers[0].heads[0].weights)).toEqual([n, source.ids.length]);
    expect([decoder.layers.length, decoder.crossLayers.length]).toEqual([2, 2]);
    expect([shape(decoder.embedding), shape(decoder.finalNorm)]).toEqual([
      [n, whole.model.hiddenSize],
      [n, whole.model.hiddenSize],
    ]);
    expect(decoder.predictions.map(idsOfPredictions)).toEqual(short!.top5.ids);
  });

  test('without --target has the start token alone', () => {
    const { decoder } = trace('t5', source.text);
    expect(decoder.tokens).toEqual([{ id: 0, text: '<pad>', start: null, end: null }]);
    expect(decoder.layers[0].heads[0].weights).toEqual([[1]]);
  });
});

describe('a second text', () => {
  test('of a model that reads pairs has the tokens of both', () => {
    const { tokens } = trace('bert', 'The cat', { segmentB: 'sat' });
    const texts = tokens.map(({ text }: { readonly text: string }) => text);
    expect(texts.filter((text: string) => text === '[SEP]')).toHaveLength(2);
    const second = tokens.slice(texts.indexOf('[SEP]') + 1, -1);
    expect(second[0].start).toBe(0);
    expect(second.at(-1).end).toBe(3);
  });

  test.each(['use-lite', 'example'])('is refused for %s, which reads one alone', (name) => {
    expect(() => trace(name, 'please', { segmentB: 'man' })).toThrow(
      new UsageError(`--pair: ${name} (${name}) reads only one text`),
    );
  });

  test.each(['use-lite', 'example', 'gpt2', 'bert'])('for a decoder is refused for %s, which has none', (name) => {
    expect(() => trace(name, 'please', { target: 'man' })).toThrow(UsageError);
    expect(() => trace(name, 'please', { target: 'man' })).toThrow(
      /^--target: .+ \(.+\) has no decoder to read it; --model /,
    );
  });
});

function idsOfPredictions(predictions: readonly { readonly id: number }[]): number[] {
  return predictions.map(({ id }) => id);
}
