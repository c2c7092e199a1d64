import { describe, expect, test } from 'vitest';
import { createSession } from '../../src/app/explorer-session.ts';
import { parseFields, traceJson } from '../../src/app/trace-json.ts';
import { UsageError } from '../../src/app/usage-error.ts';
import { builtInModel } from '../support/models.ts';

describe('fields', () => {
  test('are names with commas, or all', () => {
    expect([...parseFields('q, weights')]).toEqual(['q', 'weights']);
    expect(parseFields('all').has('residPost')).toBe(true);
    for (const wrong of ['', 'q,', 'Weights', 'q;k']) expect(() => parseFields(wrong)).toThrow(UsageError);
    expect(() => parseFields('q,weight')).toThrow("--fields: no field 'weight'; there are q, k, v");
  });
});

describe('the trace as JSON', () => {
  const useLite = builtInModel('use-lite');
  const example = builtInModel('example');
  const json = (loaded: typeof useLite, text: string, fields: string, options = {}) =>
    JSON.parse(traceJson(createSession(loaded, text, options), text, parseFields(fields)));

  test('has what is always there, and the weights', () => {
    const t = json(useLite, 'please study man', 'weights');
    expect(t).toMatchObject({
      format: 'attnscope-trace/1',
      model: { name: 'use-lite', type: 'use-lite', layers: 2, heads: 4, hiddenSize: 512 },
      text: 'please study man',
      tokens: [
        { id: 1416, text: '▁please', start: 0, end: 6 },
        { id: 1195, text: '▁study', start: 6, end: 12 },
        { id: 337, text: '▁man', start: 12, end: 16 },
      ],
      tokenCount: 3,
      truncated: false,
    });
    expect(Object.keys(t.layers[0].heads[0])).toEqual(['weights']);
    expect(t.computeMs).toBeGreaterThan(0);
  });

  test('has the shapes of the contract', () => {
    const t = json(useLite, 'a b', 'all');
    const shape = (value: unknown): number[] =>
      Array.isArray(value) ? [value.length, ...(Array.isArray(value[0]) ? shape(value[0]) : [])] : [];
    const n = t.tokens.length;
    expect(Object.fromEntries(Object.entries(t.layers[0].heads[0]).map(([k, v]) => [k, shape(v)]))).toEqual({
      q: [n, 64],
      k: [n, 64],
      v: [n, 64],
      scores: [n, n],
      scaledScores: [n, n],
      maskedScores: [n, n],
      weights: [n, n],
      context: [n, 64],
    });
    const { heads, ...layer } = t.layers[1];
    expect(heads.length).toBe(4);
    expect(Object.fromEntries(Object.entries(layer).map(([k, v]) => [k, shape(v)]))).toEqual({
      concat: [n, 512],
      attentionOutput: [n, 512],
      residPre: [n, 512],
      residMid: [n, 512],
      residPost: [n, 512],
    });
    expect([shape(t.embedding), shape(t.pooled), shape(t.sentenceEmbedding)]).toEqual([[n, 256], [512], [512]]);
  });

  test('has null where masked, and leaves out what the model does not have', () => {
    const t = json(example, 'please study man', 'all', { mask: 'causal' });
    expect(t.layers[0].heads[0].maskedScores[0]).toEqual([1, null, null]);
    expect(t.layers[0].heads[0].weights[0]).toEqual([1, 0, 0]);
    expect(t.layers[0].concat).toEqual(t.layers[0].heads[0].context);
    for (const name of ['attentionOutput', 'residMid', 'residPost']) expect(t.layers[0]).not.toHaveProperty(name);
    expect(t).not.toHaveProperty('pooled');
  });

  test('has null for all that an unknown word would have', () => {
    const t = json(example, 'please Dog', 'weights,q,context');
    const [head] = t.layers[0].heads;
    expect(t.tokens[1]).toEqual({ id: null, text: 'Dog', start: 7, end: 10, unknown: true });
    expect(head.weights).toEqual([
      [1, null],
      [null, null],
    ]);
    expect(head.q[1]).toEqual([null, null, null, null]);
    expect(head.context[1]).toEqual([null, null]);
  });

  test('of an empty text has empty arrays and no sentence', () => {
    const t = json(useLite, '', 'all');
    expect(t).toMatchObject({ tokens: [], tokenCount: 0, embedding: [] });
    expect(t.layers[1].heads[3].weights).toEqual([]);
    expect(t).not.toHaveProperty('pooled');
    expect(t).not.toHaveProperty('sentenceEmbedding');
  });

  test('of a long text has the first 128 tokens', () => {
    const t = json(useLite, 'word '.repeat(200), 'weights');
    expect(t).toMatchObject({ truncated: true });
    expect(t.tokens.length).toBe(128);
    expect(t.tokenCount).toBeGreaterThan(200);
    expect(t.layers[0].heads[0].weights.length).toBe(128);
  });

  test('a head that is switched off has zeros for context, its weights stay', () => {
    const plain = json(useLite, 'a b', 'weights,context,concat');
    const off = json(useLite, 'a b', 'weights,context,concat', { ablatedHeads: '0.1' });
    expect(off.layers[0].heads[1].weights).toEqual(plain.layers[0].heads[1].weights);
    expect(off.layers[0].heads[1].context.flat().every((value: number) => value === 0)).toBe(true);
    expect(off.layers[0].concat[0].slice(64, 128)).toEqual(new Array(64).fill(0));
    expect(off.layers[0].concat[0].slice(0, 64)).toEqual(plain.layers[0].concat[0].slice(0, 64));
    expect(off.layers[1].heads[0].weights).not.toEqual(plain.layers[1].heads[0].weights);
  });

  test('a factor of 0 makes all weights equal', () => {
    const t = json(useLite, 'one two', 'weights', { scaleFactor: '0' });
    const n = t.tokens.length;
    for (const value of t.layers[1].heads[2].weights.flat()) expect(value).toBeCloseTo(1 / n, 6);
  });

  test('computes what its fields need and nothing else', () => {
    const explorer = createSession(useLite, 'a b', {});
    traceJson(explorer, 'a b', parseFields('q'));
    const runs = Object.keys(explorer.recorder.takeRuns());
    expect(runs).toContain('L1 q');
    expect(runs).not.toContain('L1 k');
    expect(runs).not.toContain('pooled');
  });

  test('gives back the very float32 numbers of the trace', () => {
    const explorer = createSession(useLite, 'please study man', {});
    const t = JSON.parse(traceJson(explorer, 'please study man', parseFields('residPost,sentenceEmbedding')));
    const { layers, sentenceEmbedding } = explorer.trace.value;
    expect(Float32Array.from(t.layers[1].residPost.flat())).toEqual(layers[1]!.residPost!.data);
    expect(Float32Array.from(t.sentenceEmbedding)).toEqual(sentenceEmbedding!.data);
  });

  test('leaves out, without an error, fields that no layer of the model has', () => {
    const t = json(useLite, 'a', 'rotatedQ,rotatedK,finalNorm,predictions');
    expect(t.layers[0]).toEqual({ heads: [{}, {}, {}, {}] });
    for (const name of ['finalNorm', 'predictions']) expect(t).not.toHaveProperty(name);
  });

  test('selects nothing: another layer, head or query leaves it as it is', () => {
    const { computeMs: _first, ...plain } = json(useLite, 'a b', 'weights');
    const { computeMs: _second, ...selected } = json(useLite, 'a b', 'weights', { layer: '1', head: '2', query: '0' });
    expect(selected).toEqual(plain);
  });

  test('keeps quotes, line ends and emoji of the text', () => {
    const text = 'say "hi"\n\ud83c\udf89 \\ \u0007';
    expect(json(useLite, text, 'weights').text).toBe(text);
  });

  test('of an ablated head with an unknown word has zeros for the known and null for the unknown', () => {
    const [head] = json(example, 'cat please', 'context,weights', { ablatedHeads: '0.0', mask: 'causal' }).layers[0]
      .heads;
    expect(head.context).toEqual([
      [null, null],
      [0, 0],
    ]);
    expect(head.weights).toEqual([
      [null, null],
      [null, 1],
    ]);
  });
});
