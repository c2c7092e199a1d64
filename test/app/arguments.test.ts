import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/app/arguments.ts';
import { createSession } from '../../src/app/explorer-session.ts';
import { float32Text } from '../../src/app/float32-text.ts';
import { parseFields, traceJson } from '../../src/app/trace-json.ts';
import { UsageError } from '../../src/app/usage-error.ts';
import { builtInModel } from '../support/models.ts';

const parse = (...argv: string[]) => parseArguments(argv, '1.2.3');

describe('the command line', () => {
  test.each([
    [[], 'explore', null],
    [['hello there'], 'explore', 'hello there'],
    [['show', 'hello'], 'show', 'hello'],
    [['--model', 'example', 'show', 'hello'], 'show', 'hello'],
    [['show', '--', '--model'], 'show', '--model'],
    [['--', 'show'], 'explore', 'show'],
    [['trace', '-----', '--json'], 'trace', '-----'],
    [['trace', '-x is a flag', '--json'], 'trace', '-x is a flag'],
    [['show', '-'], 'show', '-'],
    [['show', ''], 'show', ''],
    [['models'], 'models', null],
  ] as const)('%j', (argv, command, text) => {
    expect(parse(...argv)).toMatchObject({ command, text });
  });

  test('options keep their values, negative ones too', () => {
    const { options } = parse(
      'show',
      'a',
      '--layer',
      '-1',
      '--scale-factor',
      '0.5',
      '--ablate',
      '0.1',
      '--mask',
      'causal',
    );
    expect(options).toMatchObject({ layer: '-1', scaleFactor: '0.5', ablate: '0.1', mask: 'causal' });
  });

  test.each([
    [['--bad'], "unknown option '--bad'"],
    [['--modell', 'x'], 'Did you mean --model?'],
    [['--layer'], 'argument missing'],
    [['show', 'a', 'b'], 'one TEXT is expected, not 2'],
    [['--mask', 'half'], 'Allowed choices are none, causal'],
    [['--color', 'pink'], 'Allowed choices are never, 16, 256, truecolor, auto'],
    [['--theme', 'pink'], 'Allowed choices are dark, light, mono'],
    [['show', 'a', '--json'], '--json is for trace and models only'],
    [['show', 'a', '--fields', 'q'], '--fields is for trace only'],
  ] as const)('%j is refused in one line', (argv, message) => {
    const run = () => parse(...argv);
    expect(run).toThrow(UsageError);
    expect(run).toThrow(message);
    expect(run).toThrow(/^[^\n]*$/);
  });
});

describe('numbers in JSON', () => {
  test('give the same float32 back', () => {
    const bits = new Uint32Array(1);
    const float = new Float32Array(bits.buffer);
    let state = 7;
    for (let i = 0; i < 20_000; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      bits[0] = state;
      const value = float[0]!;
      if (!Number.isFinite(value)) continue;
      expect(Object.is(Math.fround(JSON.parse(float32Text(value))), value)).toBe(true);
    }
    expect(float32Text(-0)).toBe('-0');
    expect(float32Text(2 ** -149)).toBe('1.4013e-45');
  });

  test('are short, and null where there is none', () => {
    expect([0.5, 0.1].map((value) => float32Text(Math.fround(value)))).toEqual(['0.5', '0.1']);
    expect([Number.NaN, Infinity, -Infinity].map(float32Text)).toEqual(['null', 'null', 'null']);
  });
});

describe('fields', () => {
  test('are names with commas, or all', () => {
    expect([...parseFields('q, weights')]).toEqual(['q', 'weights']);
    expect(parseFields('all').has('residPost')).toBe(true);
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

  test.each([
    [{ layer: '2' }, '--layer 2: out of range, use-lite has layers 0 to 1'],
    [{ layer: '-1' }, '--layer -1: out of range'],
    [{ head: 'x' }, '--head x: out of range, layer 0 of use-lite has heads 0 to 3'],
    [{ query: '3' }, '--query 3: out of range, the text has tokens 0 to 2'],
    [{ scaleFactor: '-1' }, '--scale-factor -1: a finite number is expected'],
    [{ scaleFactor: '' }, '--scale-factor'],
    [{ scaleFactor: 'Infinity' }, '--scale-factor Infinity'],
    [{ ablate: '0' }, '--ablate 0: layer.head is expected'],
    [{ ablate: '0.4' }, '--ablate 0.4: there is no such head'],
    [{ ablate: '0.1,,' }, 'layer.head is expected'],
  ])('refuses %j', (options, message) => {
    expect(() => createSession(useLite, 'please study man', options)).toThrow(message);
  });

  test('a head that is switched off has zeros for context, its weights stay', () => {
    const plain = json(useLite, 'a b', 'weights,context,concat');
    const off = json(useLite, 'a b', 'weights,context,concat', { ablate: '0.1' });
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
});
