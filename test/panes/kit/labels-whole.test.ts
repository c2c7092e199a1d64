import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenLabel } from '../../../src/explorer/token-view.ts';
import { type Row, rowText, rowWidth } from '../../../src/panes/kit/cells.ts';
import { differenceHeatmap } from '../../../src/panes/kit/difference-heatmap.ts';
import { heatmapView } from '../../../src/panes/kit/heatmap.ts';
import { tokenAxis } from '../../../src/panes/kit/matrix-plan.ts';
import { graphemesOf, widthOf } from '../../../src/text/graphemes.ts';
import { blocks, matrix } from '../../support/tensors.ts';

const longestName = 16;
const word = fc.oneof(
  fc.constantFrom(
    'the',
    'toward',
    'river',
    '.',
    'internationalization',
    '漢字',
    '中文字符',
    '👩‍👩‍👧‍👦',
    '🇩🇪',
    'cafe\u0301',
    'deposit',
  ),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 24 })
    .filter((text) => text.trim() !== '' && !/[\s…]/.test(text)),
);
const sized = fc.record({
  words: fc.array(word, { minLength: 1, maxLength: 40 }),
  size: fc.record({ widthCells: fc.integer({ min: 40, max: 160 }), heightCells: fc.integer({ min: 8, max: 50 }) }),
  query: fc.nat(),
  key: fc.nat(),
  seed: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 }),
});

interface Case {
  readonly words: readonly string[];
  readonly size: { readonly widthCells: number; readonly heightCells: number };
  readonly query: number;
  readonly key: number;
  readonly seed: readonly number[];
}

const tokensOf = (words: readonly string[]) =>
  words.map((text, id) => ({ id, text: `▁${text}`, start: null, end: null }));
const isRow = (row: Row) => row.some((one) => 'weight' in one || 'signed' in one) && /^[ ▸]\d/.test(rowText(row));

/** What must hold of any matrix with labels. */
function expectReadable(rows: readonly Row[], { words, size, query, key }: Case, fewest: RegExp): void {
  const names = tokensOf(words).map(tokenLabel);
  expect(rows.length).toBeLessThanOrEqual(size.heightCells);
  for (const row of rows) expect(rowWidth(row), rowText(row)).toBeLessThanOrEqual(size.widthCells);
  const body = rows.filter(isRow);
  expect(body.length).toBeGreaterThan(0);
  for (const row of body) {
    const [, position, label] = /^[ ▸](\d+) (.*?) *$/.exec(row[0]!.text)!;
    const name = names[Number(position)]!;
    if (widthOf(name) <= longestName) expect(label).toBe(name);
    for (const { text } of row.slice(1)) expect(text.trim()).toMatch(fewest);
  }
  const all = rows.map(rowText).join('\n');
  const [queryName, keyName] = [names[query]!, names[key]!];
  expect(all).toContain(queryName);
  const heads = rows.slice(0, rows.findIndex(isRow)).map(rowText).join('\n');
  expect(heads).toContain(keyName);
  // Heads are whole names, long ones cut in the middle, or positions.
  const known = new Set(names.flatMap((name) => (widthOf(name) <= longestName ? [name] : [])));
  for (const head of heads.split(/\s+/)) {
    if (head === '' || head === '▾' || head === 'key' || head === keyName || /^\d+$/.test(head)) continue;
    const isCut =
      head.includes('…') && names.some((name) => widthOf(name) > longestName && name.startsWith(graphemesOf(head)[0]!));
    expect(known.has(head) || isCut, head).toBe(true);
  }
}

const placed = ({ words, size, query, key, seed }: Case): Case => ({
  ...{ words, size, seed },
  query: query % words.length,
  key: key % words.length,
});
const valuesOf = ({ words, seed }: Case) => words.map((_, i) => words.map((_, j) => seed[(i * 3 + j) % seed.length]!));

describe('for any tokens at any size', () => {
  test('the heatmap cuts no name and writes no number with fewer than two decimals', () => {
    fc.assert(
      fc.property(sized.map(placed), (one) => {
        const tokens = tokensOf(one.words);
        const rows = heatmapView({
          weights: blocks([valuesOf(one)]),
          queries: tokens,
          keys: tokens,
          selection: { layer: 0, head: 0, query: one.query, key: one.key, matrix: 'q', dimension: 0 },
          size: one.size,
        });
        expectReadable(rows, one, /^\[?▸?(0?\.\d{2,3}|1\.\d{2,3}|1|≈1|·|—|)\]?$/);
      }),
      { numRuns: 300 },
    );
  });

  test('neither does the heatmap of differences', () => {
    fc.assert(
      fc.property(sized.map(placed), (one) => {
        const tokens = tokensOf(one.words);
        const rows = differenceHeatmap({
          values: matrix(valuesOf(one).map((row, i) => row.map((value) => (i % 2 === 0 ? value : -value)))),
          rows: tokenAxis(tokens, one.query),
          columns: tokenAxis(tokens, one.key),
          meaning: { negative: 'less', positive: 'more' },
          size: one.size,
        });
        expectReadable(rows, one, /^\[?▸?([+−](\.\d{2,3}|1\.\d{2,3})|≈?[+−]1|·|—|)\]?$/);
      }),
      { numRuns: 300 },
    );
  });

  test('brackets of the selected weight touch no number and no border', () => {
    fc.assert(
      fc.property(sized.map(placed), (one) => {
        const tokens = tokensOf(one.words);
        const rows = heatmapView({
          weights: blocks([valuesOf(one).map((row) => row.map((value, j) => (j % 2 === 0 ? 1 : value)))]),
          queries: tokens,
          keys: tokens,
          selection: { layer: 0, head: 0, query: one.query, key: one.key, matrix: 'q', dimension: 0 },
          size: one.size,
        });
        for (const row of rows.filter(isRow)) {
          const text = row
            .slice(1)
            .map((cell) => cell.text)
            .join('');
          expect(text).not.toMatch(/\S\[|\]\S/);
          if (text.endsWith(']')) expect(rowWidth(row)).toBeLessThan(one.size.widthCells);
        }
      }),
    );
  });
});
