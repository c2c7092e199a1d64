import { expect, test } from 'vitest';
import type { Line, Span, Style } from '../../../src/terminal/canvas/cell.ts';
import { Compositor } from '../../../src/terminal/canvas/compositor.ts';
import { colourConverter } from '../../../src/terminal/canvas/convert-colour.ts';
import { encodeLine } from '../../../src/terminal/canvas/encode-line.ts';
import { bold, defaultColour, dim, inverse, italic, underline } from '../../../src/terminal/canvas/grid.ts';
import type { ColourDepth } from '../../../src/terminal/colour/depth.ts';
import { Emulator } from '../../support/terminal.ts';

/** A seeded generator (mulberry32), so that a failure comes again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

// Graphemes whose width the emulator and string-width agree on: the picture can be compared cell by cell.
const pieces = [
  'a',
  'bank',
  ' ',
  '    ',
  '│',
  '▄▀',
  '░█',
  '·',
  '漢',
  '語字',
  '한',
  '🚣',
  '👩‍🚀',
  'é',
  'e\u0301',
  'ﬁ',
  '−1.07',
  '\u{1f1e9}\u{1f1ea}',
];

function randomStyle(below: (n: number) => number): Style {
  return {
    fg: below(3) === 0 ? undefined : below(0x1000000),
    bg: below(3) === 0 ? undefined : [0x440154, 0x21818a, 0xfde725, below(0x1000000)][below(4)],
    bold: below(8) === 0,
    dim: below(8) === 0,
    italic: below(8) === 0,
    underline: below(8) === 0,
    inverse: below(8) === 0,
  };
}

function randomLine(below: (n: number) => number, width: number): Line {
  const spans: Span[] = [];
  for (let used = 0; used < width; used += 2) {
    spans.push({ text: pieces[below(pieces.length)]!.repeat(1 + below(3)), style: randomStyle(below) });
  }
  return spans;
}

type Ground = { readonly fg: number; readonly bg: number };
const own: Ground = { fg: defaultColour, bg: defaultColour };

function differences(emulator: Emulator, compositor: Compositor, depth: ColourDepth, ground: Ground): string[] {
  const shownAs = (colour: number, instead: number) =>
    colourConverter(depth)(colour === defaultColour ? instead : colour);
  const grid = compositor.picture;
  const found: string[] = [];
  for (let y = 0; y < grid.height; y++) {
    for (let x = 0; x < grid.width; x++) {
      const i = y * grid.width + x;
      const cell = emulator.cell(x, y);
      const wanted = [grid.text[i], shownAs(grid.bg[i]!, ground.bg)];
      const shown = [cell.text, cell.bg];
      // The second half of a wide grapheme has no style of its own, a plain blank neither foreground nor attributes.
      const attributes = grid.attributes[i]!;
      if (grid.text[i] !== '' && !(grid.text[i] === ' ' && attributes === 0)) {
        wanted.push(shownAs(grid.fg[i]!, ground.fg), attributes);
        const bits = [cell.bold, cell.dim, cell.italic, cell.underline, cell.inverse];
        shown.push(
          cell.fg,
          [bold, dim, italic, underline, inverse].reduce((sum, bit, k) => sum + (bits[k] ? bit : 0), 0),
        );
      } else if (cell.inverse || cell.underline) {
        if (grid.text[i] === ' ') shown.push('inverse or underlined');
      }
      if (wanted.join() !== shown.join()) found.push(`${x},${y}: wanted ${wanted.join()} shown ${shown.join()}`);
    }
  }
  return found;
}

test.each([
  ['truecolor', true, 1, own],
  ['truecolor', false, 2, own],
  ['256', true, 3, own],
  ['256', false, 4, own],
  ['16', true, 5, own],
  ['none', true, 6, own],
  ['truecolor', true, 7, { fg: 0x000000, bg: 0xffffff }],
  ['256', false, 8, { fg: 0x000000, bg: 0xffffff }],
  ['16', true, 9, { fg: 0x000000, bg: 0xffffff }],
] as const)(
  '150 random changes leave no wrong cell (%s, synchronized %s, seed %i)',
  async (depth, synchronized, seed, ground) => {
    const below = randomFrom(seed);
    const emulator = new Emulator(40, 12);
    await emulator.feed('\x1b[?1049h');
    let pending = '';
    const keep = (text: string): boolean => {
      pending += text;
      return true;
    };
    const output = { columns: 40, rows: 12, write: keep, once: () => {} };
    const compositor = new Compositor({ output, depth, synchronized });
    compositor.setGround(ground);
    let cursor: { x: number; y: number } | null = null;
    for (let step = 0; step < 150; step++) {
      const { width, height } = compositor.picture;
      for (let operations = 1 + below(3); operations > 0; operations--) {
        const id = `region ${below(4)}`;
        const choice = below(10);
        if (choice < 3) {
          const rows = Array.from({ length: height + below(3) - 1 }, () =>
            encodeLine(randomLine(below, below(width)), 'truecolor'),
          );
          compositor.inkStdout.write(rows.join('\n'));
        } else if (choice < 7) {
          const rect = { x: below(width) - 3, y: below(height) - 2, width: 1 + below(20), height: 1 + below(6) };
          compositor.setRegion(
            id,
            rect,
            Array.from({ length: below(8) }, () => randomLine(below, below(24))),
          );
        } else if (choice < 8) compositor.removeRegion(id);
        else if (choice < 9) {
          cursor = below(3) === 0 ? null : { x: below(20), y: below(6) };
          compositor.setCursor(cursor);
        } else if (below(2) === 0) {
          const [columns, rows] = [24 + below(40), 8 + below(12)];
          emulator.xterm.resize(columns, rows);
          compositor.resize(columns, rows);
        } else {
          await emulator.feed('\x1b[31;44mnoise');
          await emulator.feed('\x1b[5;5Hnoise\x1b[?25h');
          compositor.invalidate();
        }
      }
      compositor.flush();
      await emulator.feed(pending);
      pending = '';
      expect(differences(emulator, compositor, depth, ground), `step ${step}`).toEqual([]);
      if (cursor !== null) expect(emulator.cursor()).toEqual(cursor);
    }
    expect(compositor.framesWritten).toBeGreaterThan(50);
  },
);
