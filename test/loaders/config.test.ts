import { expect, test } from 'vitest';
import {
  configCount,
  configLayerCount,
  configPositive,
  configPositives,
  configString,
  readConfig,
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
  expect(configLayerCount(read)).toBe(2);
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
  expect(() => configLayerCount(config({ num_hidden_layers: 1e9 }))).toThrow('at most 1000');
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
  expect(() => readConfig(`${folder}/absent`)).toThrow(/config\.json is missing$/);
});
