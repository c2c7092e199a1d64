import { describe, expect, test } from 'vitest';
import { createSession } from '../../src/app/explorer-session.ts';
import { UsageError } from '../../src/app/usage-error.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import { numberProblem, parseNumber } from '../../src/explorer/settings/parse-number.ts';
import { builtInModel } from '../support/models.ts';

const useLite = builtInModel('use-lite');

describe('a session', () => {
  test('begins at layer 0, head 0 and the last token, with nothing changed', () => {
    const { selection, interventions } = createSession(useLite, 'please study man', {});
    expect(selection.value).toMatchObject({ layer: 0, head: 0, query: 2 });
    expect(interventions.value).toEqual(noInterventions);
  });

  test('is set as the options say', () => {
    const { selection, interventions, inputs } = createSession(useLite, 'please study man', {
      layer: '1',
      head: '3',
      query: '0',
      mask: 'causal',
      scaleFactor: '0.5',
      ablatedHeads: '0.1,1.2',
      ascii: true,
    });
    expect(selection.value).toMatchObject({ layer: 1, head: 3, query: 0 });
    expect(interventions.value).toEqual({
      ...noInterventions,
      mask: 'causal',
      scaleFactor: 0.5,
      ablatedHeads: [
        { layer: 0, head: 1 },
        { layer: 1, head: 2 },
      ],
    });
    expect(inputs.text.value).toBe('please study man');
  });

  test('of an empty text has no query to select', () => {
    expect(() => createSession(useLite, '', { query: '0' })).toThrow(
      '--query 0: out of range, the text has tokens: none',
    );
  });

  test('knows the queries that the model takes, not those that were cut off', () => {
    const long = 'word '.repeat(200);
    expect(createSession(useLite, long, { query: '127' }).selection.value.query).toBe(127);
    expect(() => createSession(useLite, long, { query: '128' })).toThrow('the text has tokens 0 to 127');
  });

  test.each([
    [{ layer: '2' }, '--layer 2: out of range, use-lite has layers 0 to 1'],
    [{ layer: '-1' }, '--layer -1: not a whole number from 0'],
    [{ head: 'x' }, '--head x: not a whole number from 0, layer 0 of use-lite has heads 0 to 3'],
    [{ query: '3' }, '--query 3: out of range, the text has tokens 0 to 2'],
    [{ scaleFactor: '-1' }, '--scale-factor -1: out of range; it must be finite, 0 or more'],
    [{ scaleFactor: '' }, '--scale-factor'],
    [{ scaleFactor: 'Infinity' }, '--scale-factor Infinity'],
    [{ ablatedHeads: '0' }, '--ablate 0: layer.head is expected'],
    [{ ablatedHeads: '0.4' }, '--ablate 0.4: there is no such head'],
    [{ ablatedHeads: '0.1,,' }, 'layer.head is expected'],
  ])('refuses %j', (options, message) => {
    const create = () => createSession(useLite, 'please study man', options);
    expect(create).toThrow(UsageError);
    expect(create).toThrow(message);
    expect(create).toThrow(/^[^\n]*$/);
  });
});

describe('a scale factor', () => {
  test.each([
    ['0', 0],
    ['1', 1],
    ['2.5', 2.5],
    ['1e-3', 0.001],
    [' 3 ', 3],
  ])('%j is a number from 0', (given, factor) => {
    expect(numberProblem(given, 0)).toBeNull();
    expect(parseNumber(given)).toBe(factor);
  });

  test.each(['', ' ', '-1', '-0.5', 'Infinity', 'NaN', 'two', '1,5', '1 2'])('%j is none', (given) => {
    expect(numberProblem(given, 0)).toMatch(/^(not a number|out of range); it must be from 0 to 1000000, such as 0.5$/);
  });
});
