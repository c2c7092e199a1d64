import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  configBooleanOr,
  configCount,
  configCountOf,
  configCountOr,
  configIntegerOr,
  configListOr,
  configNumberOr,
  configObject,
  configPositive,
  configPositives,
  configString,
  configStringOr,
  configStringsOr,
  readConfig,
  refuseQuantized,
  requireCount,
  widthPerHead,
} from '../../src/loaders/config.ts';
import { temporaryFolder, written } from './temporary-folder.ts';

const folder = temporaryFolder();
const config = (content: object | string) => {
  written(folder, 'config.json', typeof content === 'string' ? content : JSON.stringify(content));
  return readConfig(folder);
};

test('fields are read with their types', () => {
  const read = config({ model_type: 'x', hidden_size: 8, eps: 1e-6, num_hidden_layers: 2, scales: [0.5, 1] });
  expect(configString(read, 'model_type')).toBe('x');
  expect(configCount(read, 'hidden_size')).toBe(8);
  expect(configCount(read, 'num_hidden_layers')).toBe(2);
  expect(configPositive(read, 'eps')).toBe(1e-6);
  expect(configPositives(read, 'scales', 2)).toEqual([0.5, 1]);
  expect(widthPerHead(read, 8, 4)).toBe(2);
});

test.each([
  ['a string', { n: 'two' }, /n must be a whole number of at least 1; it is 'two'$/],
  ['zero', { n: 0 }, /; it is 0$/],
  ['a fraction', { n: 1.5 }, /; it is 1.5$/],
  ['nothing', {}, /; it is absent$/],
  ['null', { n: null }, /; it is null$/],
])('a count that is %s is refused', (_, content, message) => {
  expect(() => configCount(config(content), 'n')).toThrow(message);
});

test('other wrong values are refused with the file and the field', () => {
  expect(() => configString(config({ model_type: [] }), 'model_type')).toThrow(
    /config\.json: model_type must be a string; it is an array/,
  );
  expect(() => configPositive(config({ eps: -1 }), 'eps')).toThrow('eps must be a number above 0; it is -1');
  expect(() => configPositives(config({ s: [1] }), 's', 2)).toThrow('s must be 2 numbers above 0; it is an array');
  expect(() => configCount(config({ num_hidden_layers: 1e9 }), 'num_hidden_layers')).toThrow('at most 1000');
  expect(() => requireCount(config({ n: 2 }), 'n', 1)).toThrow('n must be 1 for this model_type; it is 2');
  expect(() => widthPerHead(config({}), 16, 3)).toThrow('num_attention_heads 3 must divide the width 16');
});

test('inherited names are not fields', () => {
  expect(() => configString(config('{"__proto__": {"model_type": "x"}}'), 'model_type')).toThrow('it is absent');
  expect(() => configString(config({}), 'constructor')).toThrow('it is absent');
});

test('a file that is no JSON object is refused in one line', () => {
  expect(() => config('{\n"a": 1\n"b"')).toThrow(/config\.json is not valid JSON: [^\n]*$/);
  expect(() => config('[]')).toThrow(/config\.json must hold a JSON object$/);
  expect(() => config(`<html>`)).toThrow(/config\.json is a web page/);
  expect(() => config('[['.repeat(1_000_000))).toThrow(/config\.json is not valid JSON: [^\n]*$/);
});

test('a count is read under the first of its names that is given', () => {
  const keys = ['hidden_size', 'n_embd', 'd_model', 'dim'] as const;
  expect(configCountOf(config({ dim: 3, n_embd: 8 }), keys)).toBe(8);
  expect(configCountOf(config({ hidden_size: null, dim: 3 }), keys)).toBe(3);
  expect(() => configCountOf(config({ hidden_size: '8', dim: 3 }), keys)).toThrow(
    "hidden_size must be a whole number of at least 1; it is '8'",
  );
  expect(() => configCountOf(config({}), keys)).toThrow(
    /config\.json: hidden_size or n_embd or d_model or dim must be a whole number of at least 1; it is absent$/,
  );
});

test.each([
  ['num_hidden_layers', 1000],
  ['n_layer', 1000],
  ['decoder_layers', 1000],
  ['hidden_size', 100_000],
  ['d_model', 100_000],
  ['num_key_value_heads', 100_000],
  ['intermediate_size', 1_000_000],
  ['vocab_size', 10_000_000],
  ['max_position_embeddings', 2 ** 31 - 1],
])('%s is at most %d', (key, most) => {
  expect(configCount(config({ [key]: most }), key)).toBe(most);
  expect(() => configCount(config({ [key]: most + 1 }), key)).toThrow(
    `${key} must be at most ${most}; it is ${most + 1}`,
  );
  expect(() => configIntegerOr(config({ [key]: -most - 1 }), key, 0)).toThrow(`${key} must be at most ${most}`);
});

test('fields that may be left out or null have a default, and no other value passes for them', () => {
  for (const absent of [config({}), config({ x: null })]) {
    expect(configCountOr(absent, 'x', 3)).toBe(3);
    expect(configNumberOr(absent, 'x', null)).toBeNull();
    expect(configIntegerOr(absent, 'x', -1)).toBe(-1);
    expect(configBooleanOr(absent, 'x', true)).toBe(true);
    expect(configStringOr(absent, 'x', 'gelu')).toBe('gelu');
    expect(configListOr(absent, 'x', null)).toBeNull();
    expect(configStringsOr(absent, 'x', ['c2p'])).toEqual(['c2p']);
    expect(configObject(absent, 'x')).toBeUndefined();
  }
  expect(configCountOr(config({ x: 2 }), 'x', 3)).toBe(2);
  expect(configNumberOr(config({ x: 0 }), 'x', 1)).toBe(0);
  expect(configNumberOr(config({ rope_theta: 1e12 }), 'rope_theta', 1)).toBe(1e12);
  expect(configIntegerOr(config({ x: -1 }), 'x', 5)).toBe(-1);
  expect(configBooleanOr(config({ x: false }), 'x', true)).toBe(false);
  expect(configStringOr(config({ x: 'silu' }), 'x', 'gelu')).toBe('silu');
  expect(configListOr(config({ x: [1, ['a', 2]] }), 'x', [])).toEqual([1, ['a', 2]]);
  expect(configStringsOr(config({ x: ['a'] }), 'x', [])).toEqual(['a']);
  const read = (x: unknown) => config({ x });
  for (const value of ['2', -1, 0, 1.5, [], {}, true])
    expect(() => configCountOr(read(value), 'x', 3)).toThrow('x must be');
  for (const value of ['2', -1e-9, [], {}, true])
    expect(() => configNumberOr(read(value), 'x', 3)).toThrow('x must be');
  for (const value of ['2', 0.5, 2 ** 40, [], {}, true])
    expect(() => configIntegerOr(read(value), 'x', 3)).toThrow('x must be');
  for (const value of ['true', 0, 1, [], {}])
    expect(() => configBooleanOr(read(value), 'x', true)).toThrow('x must be');
  for (const value of ['', 0, [], {}, true]) expect(() => configStringOr(read(value), 'x', 'y')).toThrow('x must be');
  for (const value of ['', 0, {}, true]) expect(() => configListOr(read(value), 'x', [])).toThrow('x must be a list');
  for (const value of ['a', [1], [['a']]])
    expect(() => configStringsOr(read(value), 'x', [])).toThrow('x must be a list');
  for (const value of ['a', 1, []]) expect(() => configObject(read(value), 'x')).toThrow('x must be an object');
  expect(() => configNumberOr(config('{"x": 1e999}'), 'x', 1)).toThrow(
    'x must be a number of at least 0; it is Infinity',
  );
  expect(() => configNumberOr(config({ head_dim: 2.5 }), 'head_dim', null)).toThrow(
    'head_dim must be a whole number; it is 2.5',
  );
  expect(() => configNumberOr(config({ head_dim: 1e6 }), 'head_dim', null)).toThrow('head_dim must be at most 100000');
  expect(() => configListOr(read(new Array(100_001).fill(0)), 'x', [])).toThrow(
    'x must be a list of at most 100000 items',
  );
});

test('an object inside is read alike, and errors name it', () => {
  const rope = configObject(config({ rope_parameters: { rope_theta: -1 } }), 'rope_parameters')!;
  expect(() => configPositive(rope, 'rope_theta')).toThrow(
    /config\.json: rope_parameters: rope_theta must be a number above 0; it is -1$/,
  );
  expect(() => configString(rope, 'constructor')).toThrow('it is absent');
});

test('quantized weights are refused by the name of the method', () => {
  const refused = (content: object) => () => refuseQuantized(config(content));
  expect(refused({})).not.toThrow();
  expect(refused({ quantization_config: null })).not.toThrow();
  expect(refused({ quantization_config: { quant_method: 'awq' } })).toThrow(
    expect.objectContaining({
      name: 'UnsupportedModelError',
      message: expect.stringMatching(/quantization_config says .*'awq'/),
    }),
  );
  expect(refused({ quantization_config: {} })).toThrow('method not named');
  expect(refused({ compression_config: { quant_method: 'compressed-tensors' } })).toThrow("'compressed-tensors'");
  expect(refused({ quantization: { bits: 4 } })).toThrow('quantization says that the weights are quantized');
});

test('config.json is not followed out of the folder', () => {
  const outside = written(folder, 'outside.json', '{}');
  const directory = join(folder, 'linked');
  mkdirSync(directory);
  symlinkSync(outside, join(directory, 'config.json'));
  expect(() => readConfig(directory)).toThrow(
    /linked.config\.json is a link to '.*outside\.json', outside the model's folder/,
  );
});
