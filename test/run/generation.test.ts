import { beforeEach, describe, expect, test, vi } from 'vitest';
import type * as Projection from '../../src/core/chain/projection.ts';
import type { Linear, Model } from '../../src/core/model.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { tokenInput } from '../../src/explorer/tokenized-text.ts';
import type { LoadedModel } from '../../src/loaders/load-model.ts';
import { generateGreedily } from '../../src/run/generation.ts';
import { hfModel } from '../support/hf-models.ts';
import { traceOfIds } from '../support/trace-of-ids.ts';

/** Rows that were multiplied by each matrix. */
const rows = new Map<Linear, number>();

vi.mock('../../src/core/chain/projection.ts', async (original) => {
  const real = await original<typeof Projection>();
  const project: typeof real.project = (x, linear) => {
    rows.set(linear, (rows.get(linear) ?? 0) + x.shape[0]!);
    return real.project(x, linear);
  };
  return { ...real, project };
});

beforeEach(() => rows.clear());

const gpt2 = hfModel('gpt2');
const llama = hfModel('llama');
const t5 = hfModel('t5');

interface Options {
  readonly target?: string;
  readonly count?: number;
  readonly endTokenIds?: readonly number[];
}

function generate(loaded: LoadedModel, text: string, { target, count = 8, endTokenIds = [] }: Options = {}): number[] {
  const { tokenized, targetTokenized } = createExplorer({ loaded, text, target: target ?? null });
  const [tokens, targetTokens] = [tokenInput(tokenized.value), tokenInput(targetTokenized.value)];
  return generateGreedily({ model: loaded.model, tokens, targetTokens, count, endTokenIds });
}

function idsOf(loaded: LoadedModel, text: string): number[] {
  return loaded.tokenizer.encode!(text).tokens.flatMap(({ id }) => id ?? []);
}

/** The same with every token computed anew in every step. */
function anew(model: Model, read: readonly number[], count: number, source: readonly number[] | null): number[] {
  const ids = [...read];
  for (let step = 0; step < count; step++) {
    const trace =
      source === null
        ? traceOfIds(model, { ids, typeIds: null })
        : traceOfIds(model, { ids: source, typeIds: null }, ids);
    ids.push(trace.predictAt!(ids.length - 1, 1)[0]!.id);
  }
  return ids;
}

describe('greedy continuation', () => {
  test.each([
    ['gpt2', gpt2, 'The cat sat'],
    ['llama', llama, 'The cat sat'],
  ])('%s: what came before, and at each step the most probable token', (_, loaded, text) => {
    expect(generate(loaded, text, { count: 12 })).toEqual(anew(loaded.model, idsOf(loaded, text), 12, null));
  });

  test.each([undefined, 'Das Haus'])('t5: of the target %j, for the text that the encoder reads', (target) => {
    const source = idsOf(t5, 'The house is small.');
    const read = [0, ...(target === undefined ? [] : idsOf(t5, target).slice(0, -1))];
    const generated = generate(t5, 'The house is small.', { ...(target === undefined ? {} : { target }), count: 9 });
    expect(generated).toEqual(anew(t5.model, read, 9, source));
  });

  test('is as long as it was asked for', () => {
    for (const count of [0, 1, 5]) {
      expect(generate(gpt2, 'The cat sat', { count })).toHaveLength(idsOf(gpt2, 'The cat sat').length + count);
    }
  });

  test('ends with the first end token', () => {
    const whole = generate(gpt2, 'The cat sat');
    const read = idsOf(gpt2, 'The cat sat').length;
    const end = whole[read + 2]!;
    const length = whole.indexOf(end, read) + 1;
    expect(generate(gpt2, 'The cat sat', { endTokenIds: [-1, end] })).toEqual(whole.slice(0, length));
  });

  test('an end token that was read ends nothing', () => {
    const ids = idsOf(gpt2, 'The cat sat');
    expect(generate(gpt2, 'The cat sat', { count: 1, endTokenIds: [ids.at(-1)!] })).toHaveLength(ids.length + 1);
  });

  test("ends where the model's positions end", () => {
    expect(gpt2.model.maxPositions).toBe(64);
    expect(generate(gpt2, 'The cat sat', { count: 1000 })).toHaveLength(64);
    const full = ' the'.repeat(100);
    expect(generate(gpt2, full, { count: 3 })).toEqual(idsOf(gpt2, full).slice(0, 64));
  });

  test('of nothing is nothing', () => expect(generate(gpt2, '')).toEqual([]));

  test.each(['bert', 'distilbert'])('%s, which guesses masks, is refused', (name) => {
    expect(() => generate(hfModel(name), 'The cat')).toThrow(new RangeError(`${name} predicts no next token`));
  });
});

describe('no row is computed twice', () => {
  /** Rows that each matrix of the model's own layers, or of its decoder's, has seen. */
  const rowsOf = ({ layers }: Pick<Model, 'layers'>) =>
    layers.flatMap(({ attention, feedForward }) =>
      [attention.wQ, attention.wK, attention.wV, attention.wO!, feedForward!.up, feedForward!.down].map(
        (linear) => rows.get(linear) ?? 0,
      ),
    );
  const each = (count: number, { layers }: Pick<Model, 'layers'>) => new Array(6 * layers.length).fill(count);

  test.each([
    ['gpt2', gpt2],
    ['llama', llama],
  ])('%s: each matrix sees each token once', (_, loaded) => {
    const generated = generate(loaded, 'The cat sat', { count: 20 });
    // The last token was not read any more.
    expect(rowsOf(loaded.model)).toEqual(each(generated.length - 1, loaded.model));
  });

  test('t5: the encoder and the keys and values of its output once, the decoder a row a token', () => {
    const source = idsOf(t5, 'The house is small.').length;
    const generated = generate(t5, 'The house is small.', { count: 20 });
    const decoder = t5.model.decoder!;
    expect(rowsOf(t5.model)).toEqual(each(source, t5.model));
    expect(rowsOf(decoder)).toEqual(each(generated.length - 1, decoder));
    for (const { crossAttention } of decoder.layers) {
      const { wQ, wK, wV, wO } = crossAttention!;
      expect([wK, wV].map((linear) => rows.get(linear))).toEqual([source, source]);
      expect([wQ, wO!].map((linear) => rows.get(linear))).toEqual(new Array(2).fill(generated.length - 1));
    }
  });
});
