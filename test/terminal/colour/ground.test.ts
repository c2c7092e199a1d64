import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { GroundQuestion, groundHint, groundOf } from '../../../src/terminal/colour/ground.ts';

const ESC = '\u001b';
const BEL = '\u0007';

describe('the answer of a terminal', () => {
  test('has one to four hexadecimal digits a channel, whichever way it ends', () => {
    expect(groundOf(`${ESC}]11;rgb:0000/2b2b/3636${BEL}`)).toBe(0x002b36);
    expect(groundOf(`${ESC}]11;rgb:ff/FF/ff${ESC}\\`)).toBe(0xffffff);
    expect(groundOf(`${ESC}]11;rgb:f/0/8\u009c`)).toBe(0xff0088);
    expect(groundOf(`${ESC}]11;rgba:1e1e/1e1e/1e1e/ffff${BEL}`)).toBe(0x1e1e1e);
  });

  test.each([
    `${ESC}]10;rgb:ffff/ffff/ffff${BEL}`,
    `${ESC}]11;rgb:ffff/ffff${BEL}`,
    `${ESC}]11;rgb:fffff/ffff/ffff${BEL}`,
    `${ESC}]11;#ffffff${BEL}`,
    `${ESC}]11;rgb:ffff/ffff/ffff`,
    `x${ESC}]11;rgb:ffff/ffff/ffff${BEL}`,
    `${ESC}]11;?${BEL}`,
  ])('is nothing else: %j', (reply) => {
    expect(groundOf(reply)).toBeNull();
  });

  test('gives back every colour written in sixteen bits a channel', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (colour) => {
        const hex = colour.toString(16).padStart(6, '0');
        const channels = [0, 2, 4].map((at) => hex.slice(at, at + 2).repeat(2));
        expect(groundOf(`${ESC}]11;rgb:${channels.join('/')}${BEL}`)).toBe(colour);
      }),
    );
  });
});

test('COLORFGBG hints at the background by its last number', () => {
  expect(groundHint({ COLORFGBG: '15;0' })).toBe(0x000000);
  expect(groundHint({ COLORFGBG: '0;15' })).toBe(0xffffff);
  expect(groundHint({ COLORFGBG: '0;default;15' })).toBe(0xffffff);
  for (const text of [undefined, '', '15', '0;default', '0;16', '0;-1', '0;15;']) {
    expect(groundHint({ COLORFGBG: text }), text).toBeNull();
  }
});

describe('the question', () => {
  test('asks for the background, then for the attributes, and ends with the answer to these', async () => {
    const told: number[] = [];
    const written: string[] = [];
    const question = new GroundQuestion((ground) => told.push(ground));
    const asked = question.ask((text) => written.push(text), 60_000);
    expect(written).toEqual([`${ESC}]11;?${ESC}\\${ESC}[c`]);
    question.take(`${ESC}]11;rgb:ffff/ffff/ffff${BEL}`);
    question.take(`${ESC}[?62;22c`);
    await asked;
    expect(told).toEqual([0xffffff]);
  });

  test('waits no longer than its patience, and still takes a late answer', async () => {
    vi.useFakeTimers();
    const told: number[] = [];
    const question = new GroundQuestion((ground) => told.push(ground));
    let isOver = false;
    const asked = question
      .ask(() => {}, 100)
      .then(() => {
        isOver = true;
      });
    await vi.advanceTimersByTimeAsync(99);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await asked;
    question.take(`${ESC}]11;rgb:0000/0000/0000${BEL}`);
    expect(told).toEqual([0]);
    vi.useRealTimers();
  });
});
