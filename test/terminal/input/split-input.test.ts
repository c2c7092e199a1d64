import { describe, expect, test } from 'vitest';
import { MAX_PASTE_LENGTH } from '../../../src/terminal/input/paste.ts';
import { F1_KEY } from '../../../src/terminal/input/sequences.ts';
import { releaseInput, restKind, splitInput } from '../../../src/terminal/input/split-input.ts';

const ESC = '\u001b';
const ESCAPE_KEY = '\u001b[27u';

/** Feeds chunks as the stream does and gives all keys, with what is released at the end. */
function feed(chunks: readonly string[]): { keys: string[]; rest: string } {
  const keys: string[] = [];
  let rest = '';
  for (const chunk of chunks) {
    const split = splitInput(rest + chunk);
    keys.push(...split.keys);
    rest = split.rest;
  }
  return { keys, rest };
}

describe('keys that came together come out one by one', () => {
  test.each([
    ['jjj', ['j', 'j', 'j']],
    ['ab\r', ['a', 'b', '\r']],
    ['a\nb', ['a', '\n', 'b']],
    [`${ESC}[A${ESC}[A${ESC}[B`, [`${ESC}[A`, `${ESC}[A`, `${ESC}[B`]],
    [`ab${ESC}[1;3Ac`, ['a', 'b', `${ESC}[1;3A`, 'c']],
    [`${ESC}b${ESC}\u007f`, [`${ESC}b`, `${ESC}\u007f`]],
    ['e\u0301👩‍🚀🇩🇪한', ['e\u0301', '👩‍🚀', '🇩🇪', '한']],
    ['\u0001\u007f\u007f', ['\u0001', '\u007f', '\u007f']],
    [`${ESC}[[B${ESC}[[5~${ESC}[2$${ESC}[5^`, [`${ESC}[[B`, `${ESC}[[5~`, `${ESC}[2$`, `${ESC}[5^`]],
    [`${ESC}OA${ESC}${ESC}OA${ESC}${ESC}[5~`, [`${ESC}OA`, `${ESC}${ESC}OA`, `${ESC}${ESC}[5~`]],
    [`${ESC}é`, [`${ESC}é`]],
    [`${ESC}😀x`, [`${ESC}😀`, 'x']],
  ])('%j', (input, keys) => {
    expect(splitInput(input)).toEqual({ keys, rest: '' });
  });
});

test('F1 is one private character, whichever sequence the terminal sends', () => {
  for (const sequence of ['OP', '[11~', '[[A', '[P', '[1P', '[1;1P'])
    expect(splitInput(`${ESC}${sequence}x`), sequence).toEqual({ keys: [F1_KEY, 'x'], rest: '' });
  // With Ctrl it is another key.
  expect(splitInput(`${ESC}[1;5P`).keys).toEqual([`${ESC}[1;5P`]);
});

describe('Escape', () => {
  test('alone is held back, and released as Escape', () => {
    expect(splitInput(ESC)).toEqual({ keys: [], rest: ESC });
    expect(restKind(ESC)).toBe('escape');
    expect(releaseInput(ESC)).toEqual({ keys: [ESCAPE_KEY], rest: '' });
  });

  test('twice is two keys', () => {
    expect(releaseInput(splitInput(ESC + ESC).rest).keys).toEqual([ESCAPE_KEY, ESCAPE_KEY]);
    expect(splitInput(`${ESC}${ESC}b`).keys).toEqual([ESCAPE_KEY, `${ESC}b`]);
  });

  test('before Ctrl-C leaves Ctrl-C as it is', () => {
    expect(splitInput(`${ESC}\u0003`).keys).toEqual([ESCAPE_KEY, '\u0003']);
    expect(splitInput(`${ESC}[\u0003`).keys).toEqual([`${ESC}[91;3u`, '\u0003']);
    expect(splitInput(`${ESC}[1;\u0003`).keys).toEqual(['\u0003']);
    expect(splitInput(`${ESC}]11;rgb\u0003`).keys).toEqual(['\u0003']);
  });

  test.each([
    ['[', `${ESC}[91;3u`],
    ['O', `${ESC}[79;4u`],
    [']', `${ESC}]`],
    ['P', `${ESC}P`],
    ['_', `${ESC}_`],
  ])('with %s and nothing after is Alt with it', (character, key) => {
    const { keys, rest } = splitInput(ESC + character);
    expect(keys).toEqual([]);
    expect(restKind(rest)).toBe('escape');
    expect(releaseInput(rest).keys).toEqual([key]);
  });

  test('before a paste is a key of its own', () => {
    expect(splitInput(`${ESC}${ESC}[200~x${ESC}[201~`).keys).toEqual([ESCAPE_KEY, `${ESC}[200~x${ESC}[201~`]);
  });
});

describe('replies of the terminal are swallowed whole', () => {
  test.each([
    ['background colour, ended by BEL', `${ESC}]11;rgb:1c1c/1c1c/1c1c\u0007`],
    ['background colour, ended by ST', `${ESC}]11;rgb:1c1c/1c1c/1c1c${ESC}\\`],
    ['terminal name', `${ESC}P>|XTerm(390)${ESC}\\`],
    ['terminfo entry', `${ESC}P1+r544e=787465726d${ESC}\\`],
    ['graphics', `${ESC}_Gi=31;OK${ESC}\\`],
    ['cursor position', `${ESC}[24;80R`],
    ['primary attributes', `${ESC}[?64;1;2;6c`],
    ['secondary attributes', `${ESC}[>41;390;0c`],
    ['focus gained', `${ESC}[I`],
    ['focus lost', `${ESC}[O`],
    ['mouse press', `${ESC}[<0;12;7M`],
    ['mouse release', `${ESC}[<0;12;7m`],
    ['mouse of rxvt', `${ESC}[32;12;7M`],
    ['mouse of X10', `${ESC}[M !!`],
    ['mode report', `${ESC}[?2026;2$y`],
    ['window size', `${ESC}[8;24;80t`],
    ['status', `${ESC}[0n`],
    ['stray end of a paste', `${ESC}[201~`],
  ])('%s', (_name, reply) => {
    for (let cut = 1; cut < reply.length; cut++) {
      const chunks = [`a${reply.slice(0, cut)}`, `${reply.slice(cut)}b`];
      expect(feed(chunks)).toEqual({ keys: ['a', 'b'], rest: '' });
    }
  });

  test('a reply that is cut off by a key does not take the key with it', () => {
    expect(splitInput(`${ESC}]11;rgb${ESC}[A`).keys).toEqual([`${ESC}[A`]);
  });

  test('a reply without end does not grow without bound, and its end still counts', () => {
    const { rest } = splitInput(`${ESC}]52;c;${'A'.repeat(100_000)}`);
    expect(rest.length).toBeLessThan(10);
    expect(splitInput(`${rest}\u0007x`).keys).toEqual(['x']);
  });

  test('the answer to a Kitty query is left to Ink', () => {
    expect(splitInput(`${ESC}[?1u`).keys).toEqual([`${ESC}[?1u`]);
  });
});

describe('bracketed paste', () => {
  test('is one key, with its brackets', () => {
    const paste = `${ESC}[200~one\r\ntwo ${ESC}[31m${ESC}[201~`;
    expect(splitInput(`a${paste}b`).keys).toEqual(['a', paste, 'b']);
  });

  test('that is empty is none', () => {
    expect(splitInput(`${ESC}[200~${ESC}[201~`)).toEqual({ keys: [], rest: '' });
  });

  test('without end is released with its content; a begun end marker is not content', () => {
    const { keys, rest } = splitInput(`${ESC}[200~abc${ESC}[20`);
    expect(keys).toEqual([]);
    expect(restKind(rest)).toBe('paste');
    const released = releaseInput(rest);
    expect(released).toEqual({ keys: [`${ESC}[200~abc${ESC}[201~`], rest: `${ESC}[20` });
    expect(splitInput(`${released.rest}1~x`).keys).toEqual(['x']);
  });

  test('gives way to Ctrl-C at once', () => {
    expect(splitInput(`${ESC}[200~abc\u0003`)).toEqual({
      keys: [`${ESC}[200~abc${ESC}[201~`, '\u0003'],
      rest: '',
    });
    expect(splitInput(`${ESC}[200~\u0003`).keys).toEqual(['\u0003']);
  });

  test('that is too long is cut, wherever the chunks end', () => {
    const content = 'x'.repeat(MAX_PASTE_LENGTH + 3);
    const whole = `${ESC}[200~${content}${ESC}[201~`;
    for (let back = 1; back < 12; back++) {
      const cut = whole.length - back;
      const { keys, rest } = feed([whole.slice(0, cut), `${whole.slice(cut)}q`]);
      expect(keys.length).toBe(2);
      expect(keys[0]).toBe(`${ESC}[200~${content.slice(0, MAX_PASTE_LENGTH)}${ESC}[201~`);
      expect(keys[1]).toBe('q');
      expect(rest).toBe('');
    }
    expect(splitInput(`${ESC}[200~${content.repeat(3)}`).rest.length).toBeLessThan(MAX_PASTE_LENGTH + 20);
  });
});

describe('however the input is cut', () => {
  const units = [
    ...['a', 'Z', ' ', '1', 'é', '漢', '😀', '\r', '\n', '\t', '\u0001', '\u0003', '\u001f', '\u007f', '[', 'O', '~'],
    ...['b', 'd', '\u007f', '\r', '漢', '😀', '1', ']', 'P', '_', '[', 'O'].map((character) => ESC + character),
    ...['[A', '[1;3A', '[5;3~', '[3~', 'OA', 'OM', '[[A', '[Z', '[2$', '[a', '[97;5u', '[I', '[<0;1;1M', '[M !!'].map(
      (body) => ESC + body,
    ),
    ...[`${ESC}${ESC}[A`, `${ESC}${ESC}OB`, ESC, ESC + ESC, `${ESC}[6;7R`, `${ESC}[?1;2c`, `${ESC}[20`, `${ESC}[1;`],
    ...[`${ESC}]11;rgb:0/0/0\u0007`, `${ESC}]10;x${ESC}\\`, `${ESC}P1$r0m${ESC}\\`, `${ESC}_Gok${ESC}\\`],
    ...[`${ESC}[200~two\r\nlines${ESC}[201~`, `${ESC}[200~${ESC}[A${ESC}]x${ESC}[201~`, `${ESC}[200~ab\u0003`],
  ];

  // A small generator with a fixed seed, so that a failure can be repeated.
  function randomFrom(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  test('the keys are the same', () => {
    for (let seed = 1; seed <= 3000; seed++) {
      const random = randomFrom(seed);
      const input = Array.from({ length: 1 + random(12) }, () => units[random(units.length)]).join('');
      const whole = feed([input]);
      for (let round = 0; round < 4; round++) {
        const chunks: string[] = [];
        for (let start = 0; start < input.length; ) {
          const size = round === 0 ? 1 : 1 + random(6);
          chunks.push(input.slice(start, start + size));
          start += size;
        }
        expect(feed(chunks), JSON.stringify(chunks)).toEqual(whole);
      }
    }
  });

  test('clusters that are cut apart still give the same text', () => {
    const input = 'cafe\u0301 👩‍👩‍👧‍👦🇩🇪🇫🇷 각 नि';
    for (let cut = 1; cut < input.length; cut++) {
      expect(feed([input.slice(0, cut), input.slice(cut)]).keys.join('')).toBe(input);
    }
  });
});
