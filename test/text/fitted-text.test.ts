import { describe, expect, test } from 'vitest';
import {
  center,
  cutEnd,
  cutMiddle,
  joinWithin,
  padEnd,
  padStart,
  visibleText,
  wrapWords,
} from '../../src/text/fitted-text.ts';
import { takeCells, widthOf } from '../../src/text/graphemes.ts';

const family = '👩‍👩‍👧‍👦';
const flag = '🇩🇪';
const accented = 'e\u0301';
const samples = [
  '',
  'bank',
  'a much longer label',
  '漢字仮名',
  `${family}${flag}x`,
  `caf${accented}s`,
  'ａｂｃ',
  '한국어',
  'a漢b字c',
];

describe('what fits is cut between characters, never through one', () => {
  test('a wide character that would be halved is left out', () => {
    expect(takeCells('漢字', 3)).toBe('漢');
    expect(takeCells('a漢', 2)).toBe('a');
    expect(takeCells('漢', 1)).toBe('');
  });

  test('joined emoji, flags and accents stay whole', () => {
    expect(takeCells(`${family}${flag}`, 2)).toBe(family);
    expect(takeCells(`${family}${flag}`, 1)).toBe('');
    expect(takeCells(`caf${accented}s`, 4)).toBe(`caf${accented}`);
  });

  test('a mark says where something is missing: at the end, or in the middle', () => {
    expect(cutEnd('attention', 5)).toBe('atte…');
    expect(cutMiddle('attention', 5)).toBe('at…on');
    expect(cutEnd('漢字仮名', 5)).toBe('漢字…');
    expect(cutMiddle('漢字仮名', 5)).toBe('漢…名');
  });

  test('what fits has no mark', () => {
    expect(cutEnd('bank', 4)).toBe('bank');
    expect(cutMiddle('漢字', 4)).toBe('漢字');
  });

  test.each(samples)('no cut is wider than its room, whatever the room: %j', (text) => {
    for (let room = 0; room <= 20; room++) {
      expect(widthOf(takeCells(text, room))).toBeLessThanOrEqual(room);
      expect(widthOf(cutEnd(text, room))).toBeLessThanOrEqual(room);
      for (const mark of ['…', '...']) expect(widthOf(cutMiddle(text, room, mark))).toBeLessThanOrEqual(room);
    }
  });
});

describe('what is padded has exactly its room', () => {
  test.each(samples)('%j', (text) => {
    for (const room of [0, 1, 8, 30]) {
      const expected = Math.max(room, widthOf(text));
      for (const pad of [padEnd, padStart, center]) expect(widthOf(pad(text, room))).toBe(expected);
    }
  });

  test('on its side: the blanks before, after, or shared with the odd one after', () => {
    expect(padStart('漢', 4)).toBe('  漢');
    expect(padEnd('漢', 4)).toBe('漢  ');
    expect(center('abc', 6)).toBe(' abc  ');
  });
});

describe('what cannot be seen becomes visible', () => {
  test.each([
    ['a control character', 'a\u0007b', 'a·b'],
    ['a tab', '\t', '·'],
    ['a line separator', '\u2028', '·'],
    ['a zero-width space alone', '\u200b', '·'],
    ['a lone combining mark', '\u0301', '\u25cc\u0301'],
    ['half of a surrogate pair', '\ud83d', '·'],
  ])('%s', (_, text, visible) => expect(visibleText(text)).toBe(visible));

  test('what can be seen stays as it is', () => {
    for (const text of ['bank', '漢字', family, accented]) expect(visibleText(text)).toBe(text);
  });
});

describe('lines', () => {
  test('sentences break at blanks', () => {
    expect(wrapWords('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapWords('', 7)).toEqual([]);
    expect(wrapWords('漢字 仮名 x', 6)).toEqual(['漢字', '仮名 x']);
  });

  test('parts are joined as far as they fit, with the sign of each kind of place', () => {
    const signs = { within: ' + ', atEnd: ',', atStart: '+ ' };
    expect(joinWithin(['aa', 'bb', 'cc'], signs, 8)).toEqual(['aa + bb,', '+ cc']);
    expect(joinWithin(['aa', 'bb', 'cc'], signs, 100)).toEqual(['aa + bb + cc']);
    expect(joinWithin([], signs, 8)).toEqual([]);
  });

  test('no joined line is wider than its room, the sign at its end included', () => {
    const parts = ['42.2 % from itself', '15.5 % from 漢字', '3.1 % from x', '2.0 % from river', '1 % from y'];
    for (let room = 22; room < 60; room++) {
      for (const line of joinWithin(parts, { within: ', ', atEnd: ',' }, room)) {
        expect(widthOf(line), `${line} in ${room}`).toBeLessThanOrEqual(room);
      }
    }
  });
});
