import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SavedState } from '../../src/app/state-fields.ts';
import { decodeState, dictionary, encodeState } from '../../src/app/state-string.ts';
import { UsageError } from '../../src/app/usage-error.ts';
import { layerStages } from '../../src/core/chain/forward.ts';
import { editableStages } from '../../src/core/interventions.ts';
import { headScoreNames } from '../../src/core/measures/head-scores.ts';
import { attentionParts } from '../../src/core/trace.ts';
import { cleanText } from '../../src/explorer/editor/clean-text.ts';
import { lenses, paneNames } from '../../src/explorer/selection.ts';
import { addedLater, editOf, initial, stateOf } from '../support/state-fields.ts';

const compared = stateOf({
  ...{ text: 'The trophy did not fit in the suitcase', other: 'The trophy did not fit in the drawer' },
  ...{ layer: 1, head: 2, query: 4, pane: 'heads', ablatedHeads: [{ layer: 0, head: 1 }], hiddenKeys: [3] },
  ...editOf('attentionWeights', [1, 2, 4, 0], 0.75),
});
const everything: SavedState = {
  ...{ model: 'openai-community/gpt2', text: 'a b', other: 'a c', pair: '', target: 'x' },
  ...{ part: 'cross', layer: 1, head: 2, query: 3, key: 4, matrix: 'v', dimension: 5 },
  ...{ pane: 'curves', lens: 'no sink', step: 6, sortBy: 'induction', traceFrom: 'residMid' },
  ...{ mask: 'causal', isUnscaled: true, scaleFactor: 0.25, ablatedHeads: [{ layer: 0, head: 1 }], ablation: 'mean' },
  ...{ hiddenKeys: [2, 0], swappedValues: { layer: 1, tokens: [0, 2] }, isRenormalised: true },
  ...editOf('v', [0, 3, 1, 7], -1.5e-7),
  ...{ appended: [{ id: 5, start: 3, end: 4 }], appendedTarget: [{ id: 0, start: 1, end: 1 }] },
  ...{ isDifferenceInFront: true, sweepMeasure: 'output', traceOperand: 2 },
  tracePath: [{ part: 'encoder', stage: 'finalNorm', layer: 1, head: null, row: 2, column: 3 }],
};

/** CRC-32 of ISO 3309, bit by bit. */
function crc32(bytes: Uint8Array): number {
  let register = 0xffffffff;
  for (const byte of bytes) {
    register ^= byte;
    for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (register & 1 ? 0xedb88320 : 0);
  }
  return ~register >>> 0;
}

/** A line with a right checksum, whatever is in it. */
function sealed(bytes: Uint8Array): string {
  const body = `1-${Buffer.from(bytes).toString('base64url')}`;
  const checksum = crc32(Buffer.from(body)).toString(16).padStart(8, '0');
  return body + Buffer.from(checksum, 'hex').toString('base64url');
}
const lineOf = (json: unknown) => sealed(deflateRawSync(JSON.stringify(json)));

/** The message that a line is refused with; undefined where it is taken. */
function refusal(line: string): string | undefined {
  try {
    decodeState(line);
    return undefined;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    expect(error.message).toMatch(/^--state: \P{Cc}+$/u);
    return error.message;
  }
}

const each = <Name extends string, T>(names: readonly Name[], one: fc.Arbitrary<T>) =>
  Object.fromEntries(names.map((name) => [name, one])) as Record<Name, fc.Arbitrary<T>>;
const index = fc.nat({ max: 2000 });
// −0 is not told from 0.
const value = fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((one) => one + 0);
const sentence = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.lorem({ maxCount: 12 })).map(cleanText);
const place = each(['layer', 'head', 'row', 'column'], index);
const edit = fc.record({ stage: fc.constantFrom(...editableStages), ...place, value });
const anyOf = {
  ...each(['text'], sentence),
  ...each(['other', 'pair', 'target'], fc.option(sentence)),
  ...each(['layer', 'head', 'dimension', 'step'], index),
  ...each(['query', 'key'], fc.option(index)),
  ...each(['isUnscaled', 'isRenormalised', 'isDifferenceInFront'], fc.boolean()),
  ...each(
    ['appended', 'appendedTarget'],
    fc.array(fc.record({ id: index, start: index, end: index }), { maxLength: 3 }),
  ),
  sweepMeasure: fc.option(fc.constantFrom('embedding', 'prediction', 'output')),
  tracePath: fc.array(
    fc.record({
      part: fc.constantFrom(...attentionParts),
      stage: fc.constantFrom('embedding', ...layerStages, 'finalNorm'),
      head: fc.option(index),
      layer: index,
      row: index,
      column: index,
    }),
    { maxLength: 2 },
  ),
  traceOperand: index,
  model: fc.constantFrom('use-lite', 'example', './models/größe 2', 'org/name'),
  part: fc.constantFrom(...attentionParts),
  matrix: fc.constantFrom('q', 'k', 'v'),
  pane: fc.constantFrom(...paneNames),
  lens: fc.constantFrom(...lenses),
  sortBy: fc.constantFrom('place', ...headScoreNames),
  traceFrom: fc.constantFrom(...layerStages),
  mask: fc.constantFrom('none', 'causal'),
  scaleFactor: value.map(Math.abs),
  ablatedHeads: fc.array(fc.record({ layer: index, head: index }), { maxLength: 5 }),
  ablation: fc.constantFrom('zero', 'mean'),
  hiddenKeys: fc.array(index, { maxLength: 5 }),
  swappedValues: fc.option(fc.record({ layer: index, tokens: fc.tuple(index, index) })),
  edits: fc.uniqueArray(edit, { maxLength: 4, selector: (one) => JSON.stringify({ ...one, value: 0 }) }),
};

describe('a state as a line', () => {
  test('comes back as it was, and needs no quotes', () => {
    const comesBack = (state: SavedState) => {
      const line = encodeState(state);
      expect(line).toMatch(/^1-[\w-]+$/);
      expect(decodeState(line)).toEqual(state);
    };
    for (const [name, one] of Object.entries(everything)) comesBack(stateOf({ [name]: one }));
    fc.assert(fc.property(fc.record(anyOf), comesBack), { numRuns: 500 });
  });

  // Python's zlib reads the same from these lines: they are to mean it for good.
  test.each([
    ['1-q64FAAj9fWUg', initial],
    [
      '1-Q7BAAZpRCc5soHyWBkqe4FyrUFyaWZKcWAwKo3yCilOKEsvB6Q7uBiOwG0xQww8aGoawEDDG42tDHSMdE5DX9MxNY2NrAQEg1QmQ',
      compared,
    ],
    [
      '1-ZZJdCoQgFEa3Et_ztRltLHAPLcIiwoF-YGqoh_YeWlnWm3CRD84520tHBbarjkoQflAAYYbCtOfV9VWrDSu7phlbM8yvuh_ELS8_K9xs4mY_Z3ZfKHmzFDZnoNJnD76-3MkJqI4BcyE9Z245XCxZzIIO0JzeF9B_Cy4hThkxHsuKZfbzrnNZAQFGNebQ',
      { ...everything, ...addedLater },
    ],
  ])('of form 1 is read, %#', (line, state) => expect(decodeState(line)).toEqual(state));

  test('refers to a dictionary that stays as it is', () => expect(crc32(dictionary)).toBe(2956886434));

  test('means the keys that the form names', () => {
    expect(decodeState(lineOf({}))).toEqual(initial);
    const json = { t: 'a cat', l: 1, a: [[0, 3]], w: [1, 0, 2], d: [['k', 0, 1, 2, 3, -4]] };
    const [ablatedHeads, swappedValues] = [[{ layer: 0, head: 3 }], { layer: 1, tokens: [0, 2] as const }];
    const state = { text: 'a cat', layer: 1, ablatedHeads, swappedValues, ...editOf('k', [0, 1, 2, 3], -4) };
    expect(decodeState(lineOf(json))).toEqual(stateOf(state));
  });

  test('is short', () => {
    const text = 'My grandmother baked delicious cookies for our neighbours';
    const { length } = encodeState(stateOf({ text, layer: 1, head: 2, query: 4, pane: 'heads' }));
    expect(length).toBeLessThan(100);
    expect(encodeState(initial).length).toBeLessThanOrEqual(16);
    expect(encodeState(compared).length).toBeLessThan(110);
  });

  test('keeps texts as the editor would hold them', () => {
    const state = stateOf({ text: 'one\ttwo\n', other: '\u001b[31mred\u0007', pair: 'a\ud800' });
    expect(decodeState(encodeState(state))).toEqual(stateOf({ text: 'one two', other: 'red', pair: 'a\ufffd' }));
  });

  test('is copied with what is around it', () => {
    const line = encodeState(compared);
    for (const given of [`  ${line}\n`, `--state ${line}`, ` --state  ${line} `, `--state=${line}`, `\t${line}\r\n`]) {
      expect(decodeState(given)).toEqual(compared);
    }
  });

  test('cannot hold a text that it could not be read from', () => {
    const text = (length: number) => stateOf({ text: 'x'.repeat(length) });
    expect(decodeState(encodeState(text(999_900))).text).toHaveLength(999_900);
    expect(() => encodeState(text(1_000_001))).toThrow(new UsageError('--state: the text is too long for a line'));
  });
});

describe('a line that is not a whole state', () => {
  test.each([
    [['', ' \n', '--state '], 'the line is empty'],
    [['please study man', 'aGVsbG8gd29ybGQ', '--layer 1', '0-a', '01-q64FAAj9fWUg'], 'this is no state of attnscope'],
    [['1-', '1-aGVsbG8', '1-q64FAAj9fW', '1-q64FAAj9fWUg=', '1-q64 FAAj9fWUg', '1-\u001b[31m'], 'cut or mistyped'],
    [['2-q64FA'], 'this was made by a newer attnscope (form 2; this one reads form 1): update attnscope'],
    [[sealed(Buffer.from('hello')), ...[null, [], 't', 1].map(lineOf)], 'the line holds no state'],
    [[sealed(deflateRawSync(Buffer.alloc(50_000_000)))], 'the line holds more than 1 MB'],
    [[sealed(deflateRawSync(`{"t":${'['.repeat(400_000)}${']'.repeat(400_000)}}`))], 'text is not as expected'],
  ])('is refused, %#', (lines, message) => {
    for (const line of lines) expect(refusal(line)).toContain(message);
  });

  const symbols = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/.é', '\u0000', '\u001b'];
  test.each([initial, compared])('is every one that differs by a character or a cut, %#', (state) => {
    const line = encodeState(state);
    const changed = Array.from(line).flatMap((symbol, at) => {
      const [before, after] = [line.slice(0, at), line.slice(at + 1)];
      const others = symbols.filter((one) => one !== symbol);
      const inserted = [...symbols, ...(at > 0 ? [' '] : [])].map((one) => before + one + symbol + after);
      return [...others.map((one) => before + one + after), ...inserted, before, before + after, symbol + after];
    });
    const others = [...changed, ...symbols.map((one) => line + one)].filter((one) => one !== line);
    expect(others.length).toBeGreaterThan(line.length * 140);
    expect(others.filter((one) => refusal(one) === undefined)).toEqual([]);
  });

  test('is one with two neighbours exchanged, in small letters, or twice', () => {
    const line = encodeState(compared);
    const exchanged = Array.from(line, (_, at) => line.replace(new RegExp(`^(.{${at}})(.)(.)`), '$1$3$2'));
    for (const one of exchanged) if (one !== line) expect(refusal(one)).toBeDefined();
    for (const one of [line.toLowerCase(), line + line]) expect(refusal(one)).toContain('cut or mistyped');
  });

  test('is any string of bytes, as it is or behind a right checksum', () => {
    const isRefused = (bytes: Uint8Array) => {
      expect(refusal(Buffer.from(bytes).toString('latin1'))).toBeDefined();
      expect(refusal(`1-${Buffer.from(bytes).toString('base64url')}`)).toBeDefined();
      expect(refusal(sealed(bytes))).toBeDefined();
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), isRefused), { numRuns: 200 });
  });
});

describe('what is in a line with a right checksum', () => {
  test.each<[key: string, name: string, what: string, values: readonly unknown[]]>([
    ['t', 'text', 'a text of one line', [1, null, 'a\nb', 'a\u009b31m', '\ud800']],
    ['o', 'other', 'a text of one line', [null, '\u001b[2J']],
    ['m', 'model', 'a name or a folder', ['', 1, 'a\u001b[2J']],
    ['g', 'part', 'one of encoder, decoder, cross', ['both', 0]],
    ['l', 'layer', 'a whole number from 0', [-1, 0.5, '1', null, 1e300, [1], true]],
    ['q', 'query', 'a whole number from 0', [-1, '1', null]],
    ['p', 'pane', 'one of attention, qkv', ['toString', 'heads ']],
    ['r', 'sortBy', 'one of place, entropy', ['size']],
    ['u', 'isUnscaled', 'true or false', [0, 'true', null]],
    ['f', 'scaleFactor', 'a finite number, 0 or more', [-1, null, '1']],
    ['a', 'ablatedHeads', 'a list of [layer, head]', [[[0]], [[0, 1, 2]], [[0, -1]], { length: 1 }]],
    ['h', 'hiddenKeys', 'a list of whole numbers from 0', [[0.5], 1, ['0'], null]],
    ['w', 'swappedValues', '[layer, token, token]', [[0, 1], [0, 1, 2, 3], [0, 1, '2'], 0]],
    ['d', 'edits', 'a list of [stage, layer, head, row, column, number]', [{}, [1], [['q', 0, 0, 0, 1]]]],
    ['d', 'edits', 'a list of', [[['context', 0, 0, 0, 0, 1]], [['q', 0, 0, 0.5, 0, 1]], [['q', 0, 0, 0, 0, null]]]],
    ['d', 'edits', 'a list of', [[...'ab'].map((_, one) => ['q', 0, 0, 0, 0, one])]],
  ])('is refused where %s is no %s', (key, name, what, values) => {
    for (const one of values) expect(refusal(lineOf({ [key]: one }))).toContain(`${name} is not as expected: ${what}`);
  });

  test('is refused where a number is too large for one, or a field unknown', () => {
    expect(refusal(sealed(deflateRawSync('{"f":1e999}')))).toContain('scaleFactor');
    for (const json of ['{"zz":1}', '{"text":"a"}', '{"constructor":1}', '{"__proto__":{"t":"a"}}']) {
      expect(refusal(lineOf(JSON.parse(json)))).toContain('something that this attnscope does not know');
    }
  });

  test('opens, or is refused in a line, whatever JSON it is', () => {
    const key = fc.constantFrom(...'tosymglnqkxjpeirvcufabhwdz', '__proto__');
    const isSettled = (json: unknown) => {
      if (refusal(lineOf(json)) !== undefined) return;
      const state = decodeState(lineOf(json));
      expect(decodeState(encodeState(state))).toEqual(state);
    };
    fc.assert(fc.property(fc.dictionary(key, fc.jsonValue(), { maxKeys: 3 }), isSettled), { numRuns: 500 });
  });
});
