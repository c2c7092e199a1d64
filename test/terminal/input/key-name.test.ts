import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { F1_KEY } from '../../../src/terminal/input/sequences.ts';
import { listenWithInk } from './ink-keys.tsx';

const ESC = '\u001b';

const everywhere: [name: string, bytes: string][] = [
  ['a', 'a'],
  ['A', 'A'],
  ['7', '7'],
  ['?', '?'],
  ['é', 'é'],
  ['漢', '漢'],
  ['👩‍🚀', '👩‍🚀'],
  ['space', ' '],
  ['enter', '\r'],
  ['enter', '\n'],
  ['tab', '\t'],
  ['shift+tab', `${ESC}[Z`],
  ['backspace', '\u007f'],
  ['backspace', '\u0008'],
  ['alt+backspace', `${ESC}\u007f`],
  ['alt+backspace', `${ESC}\u0008`],
  ['escape', ESC],
  ['f1', F1_KEY],
  ['ctrl+a', '\u0001'],
  ['ctrl+c', '\u0003'],
  ['ctrl+k', '\u000b'],
  ['ctrl+y', '\u0019'],
  ['ctrl+z', '\u001a'],
  ['ctrl+\\', '\u001c'],
  ['ctrl+_', '\u001f'],
  ['ctrl+space', '\u0000'],
  ['alt+b', `${ESC}b`],
  ['alt+B', `${ESC}B`],
  ['alt+f', `${ESC}f`],
  ['alt+d', `${ESC}d`],
  ['alt+1', `${ESC}1`],
  ['alt+é', `${ESC}é`],
  ['alt+space', `${ESC} `],
  ['alt+enter', `${ESC}\r`],
  ['alt+.', `${ESC}.`],
];

const terminals: Record<string, [name: string, bytes: string][]> = {
  xterm: [
    ['up', `${ESC}[A`],
    ['down', `${ESC}[B`],
    ['right', `${ESC}[C`],
    ['left', `${ESC}[D`],
    ['up', `${ESC}OA`],
    ['home', `${ESC}[H`],
    ['end', `${ESC}[F`],
    ['home', `${ESC}OH`],
    ['end', `${ESC}OF`],
    ['delete', `${ESC}[3~`],
    ['pageup', `${ESC}[5~`],
    ['pagedown', `${ESC}[6~`],
    ['alt+up', `${ESC}[1;3A`],
    ['alt+down', `${ESC}[1;3B`],
    ['alt+right', `${ESC}[1;3C`],
    ['alt+left', `${ESC}[1;3D`],
    ['alt+pageup', `${ESC}[5;3~`],
    ['alt+pagedown', `${ESC}[6;3~`],
    ['alt+home', `${ESC}[1;3H`],
    ['alt+end', `${ESC}[1;3F`],
    ['alt+delete', `${ESC}[3;3~`],
    ['ctrl+left', `${ESC}[1;5D`],
    ['ctrl+right', `${ESC}[1;5C`],
    ['shift+up', `${ESC}[1;2A`],
    ['ctrl+alt+shift+up', `${ESC}[1;8A`],
    ['ctrl+delete', `${ESC}[3;5~`],
    ['enter', `${ESC}OM`],
  ],
  'xterm with metaSendsEscape, iTerm2': [
    ['alt+up', `${ESC}${ESC}[A`],
    ['alt+down', `${ESC}${ESC}[B`],
    ['alt+pageup', `${ESC}${ESC}[5~`],
  ],
  'tmux and screen': [
    ['home', `${ESC}[1~`],
    ['end', `${ESC}[4~`],
    ['alt+home', `${ESC}[1;3H`],
    ['alt+up', `${ESC}[1;3A`],
    ['alt+up', `${ESC}${ESC}OA`],
    ['ctrl+left', `${ESC}[1;5D`],
  ],
  rxvt: [
    ['home', `${ESC}[7~`],
    ['end', `${ESC}[8~`],
    ['alt+up', `${ESC}${ESC}[A`],
    ['alt+left', `${ESC}${ESC}[D`],
    ['alt+pagedown', `${ESC}${ESC}[6~`],
    ['shift+up', `${ESC}[a`],
    ['ctrl+left', `${ESC}Od`],
    ['ctrl+right', `${ESC}Oc`],
    ['ctrl+pageup', `${ESC}[5^`],
    ['shift+delete', `${ESC}[3$`],
  ],
  'Linux console': [
    ['home', `${ESC}[1~`],
    ['end', `${ESC}[4~`],
    ['delete', `${ESC}[3~`],
    ['pageup', `${ESC}[5~`],
    ['alt+b', `${ESC}b`],
    ['backspace', '\u007f'],
  ],
  PuTTY: [
    ['home', `${ESC}[1~`],
    ['end', `${ESC}[4~`],
    ['home', `${ESC}OH`],
    ['alt+up', `${ESC}${ESC}[A`],
    ['alt+right', `${ESC}${ESC}OC`],
    ['alt+pageup', `${ESC}${ESC}[5~`],
    ['pageup', `${ESC}[[5~`],
    ['backspace', '\u0008'],
  ],
  'Kitty protocol': [
    ['escape', `${ESC}[27u`],
    ['ctrl+a', `${ESC}[97;5u`],
    ['alt+b', `${ESC}[98;3u`],
    ['alt+B', `${ESC}[98;4u`],
    ['enter', `${ESC}[13u`],
    ['alt+backspace', `${ESC}[127;3u`],
    ['ctrl+h', `${ESC}[104;5u`],
    ['unknown', `${ESC}[97;1:3u`],
  ],
};

describe.each([
  ['through the guarded stream', true],
  ['straight to Ink', false],
])('names of keys, bytes %s', (_how, isGuarded) => {
  let ink: ReturnType<typeof listenWithInk>;
  beforeAll(() => {
    ink = listenWithInk({ isGuarded });
  });
  afterAll(() => ink.close());

  test.each(everywhere)('everywhere: %s', async (name, bytes) => {
    expect(await ink.press(bytes)).toEqual([name]);
  });

  describe.each(Object.entries(terminals))('%s', (_terminal, keys) => {
    test.each(keys)('%s', async (name, bytes) => {
      expect(await ink.press(bytes)).toEqual([name]);
    });
  });

  test('only keys that type have text', async () => {
    await ink.press('a');
    expect(ink.texts).toEqual(['a']);
    await ink.press(' ');
    expect(ink.texts).toEqual([' ']);
    for (const bytes of ['\r', '\n', '\t', `${ESC}b`, '\u0001', '\u0000', `${ESC}[A`, ESC, '\u007f']) {
      await ink.press(bytes);
      expect(ink.texts).toEqual([null]);
    }
  });
});
