import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
  bold,
  defaultColour,
  dim,
  type Grid,
  inverse,
  italic,
  paletteFlag,
  underline,
} from '../../src/terminal/canvas/grid.ts';

const folder = join(import.meta.dirname, '../screens/golden');

/** Compares a screen with `golden/NAME.txt` and `golden/NAME.style.txt`; a missing golden fails.
 *  With UPDATE_GOLDENS=1 in the environment, writes both instead. */
export function expectGolden(name: string, grid: Grid): void {
  compare(`${name}.txt`, textPicture(grid));
  compare(`${name}.style.txt`, stylePicture(grid));
}

function compare(file: string, actual: string): void {
  const path = join(folder, file);
  if (process.env.UPDATE_GOLDENS === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, actual);
    return;
  }
  expect(existsSync(path), `golden/${file} is missing: UPDATE_GOLDENS=1 writes it`).toBe(true);
  expect(actual.split('\n')).toEqual(readFileSync(path, 'utf8').split('\n'));
}

/** The characters of a screen, one line per row, with control characters escaped and computation times masked. */
export function textPicture(grid: Grid): string {
  const lines = Array.from({ length: grid.height }, (_, y) => {
    const line = grid.text.slice(y * grid.width, (y + 1) * grid.width).join('');
    return escaped(line).replace(/\b[\d.]+(?= m?s $)/, (digits) => '#'.repeat(digits.length));
  });
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function escaped(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
}

/** The style of a screen: a picture of its text colours and attributes and one of its backgrounds, each with a legend. */
export function stylePicture(grid: Grid): string {
  const text = layer(grid, (cell) => {
    const isBlank = grid.text[cell] === ' ';
    const attributes = attributesText(grid.attributes[cell] ?? 0);
    const colour = isBlank ? '' : colourText(grid.fg[cell] ?? defaultColour);
    return [colour, attributes].filter((one) => one !== '').join(' ');
  });
  const ground = layer(grid, (cell) => colourText(grid.bg[cell] ?? defaultColour));
  return `text\n${text}\nbackground\n${ground}`;
}

const attributeNames: readonly (readonly [number, string])[] = [
  [bold, 'bold'],
  [dim, 'dim'],
  [italic, 'italic'],
  [underline, 'underline'],
  [inverse, 'inverse'],
];

function attributesText(attributes: number): string {
  return attributeNames.flatMap(([bit, name]) => ((attributes & bit) === 0 ? [] : [name])).join(' ');
}

function colourText(colour: number): string {
  if (colour === defaultColour) return '';
  return colour >= paletteFlag ? String(colour & 255) : `#${colour.toString(16).padStart(6, '0')}`;
}

const signs = Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789αβγδεζηθικλμνξοπρστυφχψω');

function layer(grid: Grid, lookOf: (cell: number) => string): string {
  const signOf = new Map<string, string>([['', '.']]);
  let picture = '';
  for (let y = 0; y < grid.height; y++) {
    let line = '';
    for (let x = 0; x < grid.width; x++) {
      const look = lookOf(y * grid.width + x);
      const sign = signOf.get(look) ?? signs[signOf.size - 1];
      if (sign === undefined) throw new RangeError(`more than ${signs.length} looks on one screen`);
      signOf.set(look, sign);
      line += sign;
    }
    picture += `${line.replace(/\.+$/, '')}\n`;
  }
  const legend = [...signOf].slice(1).map(([look, sign]) => `${sign} ${look}\n`);
  return picture + legend.join('');
}
