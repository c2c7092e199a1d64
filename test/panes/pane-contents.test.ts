import { describe, expect, test } from 'vitest';
import { sharesOf } from '../../src/panes/context/shares.ts';
import { contextView } from '../../src/panes/context/view.ts';
import { type Row, rowText } from '../../src/panes/kit/cells.ts';
import { headMapsView } from '../../src/panes/kit/head-maps.ts';
import { heatmapView } from '../../src/panes/kit/heatmap.ts';
import { scoresView } from '../../src/panes/scores/view.ts';
import { blockRow } from '../../src/tensor/tensor.ts';
import { blocks } from '../support/tensors.ts';

const none = Number.NaN;
const tokens = ['▁please', '▁study', '▁man'].map((text, id) => ({ id, text, start: null, end: null }));
const selection = { layer: 0, head: 0, query: 1, key: 2, matrix: 'q', dimension: 0 } as const;
const size = { widthCells: 60, heightCells: 20 };
const weights = blocks([
  [
    [0.5, 0.25, 0.25],
    [0.125, 0.75, 0.125],
    [0, 0, 1],
  ],
]);
const common = { queries: tokens, keys: tokens, selection, size };
const texts = (rows: readonly Row[]) => rows.map(rowText);
const lineWith = (rows: readonly Row[], part: string) => texts(rows).find((line) => line.includes(part)) ?? '';
const numbersIn = (line: string) => line.split(/\s+/).flatMap((word) => (/^[\d.]+$/.test(word) ? [Number(word)] : []));

describe('the heatmap', () => {
  const rows = heatmapView({ ...common, weights });

  test('has a row a query and a column a key, in the order of the trace', () => {
    const shown = rows.map((row) => row.flatMap((cell) => (cell.weight === undefined ? [] : [cell.weight])));
    expect(shown.filter((line) => line.length === 3)).toEqual(
      [0, 1, 2].map((query) => [...blockRow(weights, 0, query)]),
    );
  });

  test('has all labels on both axes, and marks the selected query and one cell', () => {
    for (const label of ['please', 'study', 'man'])
      expect(texts(rows).filter((line) => line.includes(label))).toHaveLength(2);
    expect(lineWith(rows, '▸')).toContain('1 study');
    const selected = rows.flat().filter((cell) => cell.selected === true);
    expect(selected.map((cell) => cell.weight)).toEqual([0.125]);
  });

  test('shows a weight that there is none of as none, not as zero', () => {
    const unknown = heatmapView({
      ...common,
      weights: blocks([
        [
          [1, none, 0],
          [none, none, none],
          [0.5, none, 0.5],
        ],
      ]),
    });
    const row = unknown.find((line) => rowText(line).includes('1 study')) ?? [];
    expect(row.filter((cell) => Number.isNaN(cell.weight))).toHaveLength(3);
    expect(rowText(row)).toContain('—');
    expect(rowText(row)).not.toMatch(/[.]0/);
  });

  test('is empty where there is no token', () => {
    expect(heatmapView({ ...common, queries: [], keys: [], weights: blocks([]) })).toEqual([]);
  });
});
describe('attention to another text', () => {
  const others = ['▁lerne', '▁bitte'].map((text, id) => ({ id, text, start: null, end: null }));
  const wide = blocks([
    [
      [0.25, 0.25, 0.5],
      [0.5, 0.125, 0.375],
    ],
  ]);
  const input = { ...common, queries: others, weights: wide };

  test('has a row for each that asks and a column for each that answers', () => {
    const rows = heatmapView(input);
    expect(lineWith(rows, '1 bitte')).toContain('0.375');
    expect(texts(rows).filter((line) => line.includes('lerne'))).toHaveLength(1);
    expect(texts(rows)[0]).toContain('study');
  });

  test('has no share of itself', () => {
    const v = blocks([[[1], [2], [3]]]);
    const context = blocks([[[2.25], [1.875]]]);
    const shown = texts(contextView({ ...input, v, context, replacedBy: null, lesson: null })).join(' ');
    expect(shown).toContain('50.0 % from please');
    expect(shown).not.toContain('itself');
  });

  test('is a picture that is not square', () => {
    const layers = [wide];
    const rows = headMapsView({ layers, isAblated: () => false, selection: { layer: 0, head: 0 }, size });
    const shown = rows.flat().flatMap(({ weight, lowerWeight }) => [weight, lowerWeight]);
    expect(new Set(shown.filter((one) => one !== undefined))).toEqual(new Set(wide.data));
  });
});

describe('the scores', () => {
  const scores = blocks([
    [
      [0, 0, 0],
      [8, 16, 4],
      [0, 0, 0],
    ],
  ]);
  const scaledScores = blocks([
    [
      [0, 0, 0],
      [1, 2, 0.5],
      [0, 0, 0],
    ],
  ]);
  const scoring = { isScaled: true, isShifted: false, isMasked: false };
  const input = { ...common, scores, scaledScores, maskedScores: scaledScores, weights, formula: ' ÷ √64', scoring };
  const hidden = { ...scoring, isMasked: true };

  test('are those of the selected query, a line a key: q·k, scaled, weight', () => {
    const rows = scoresView(input);
    expect(numbersIn(lineWith(rows, '0 please'))).toEqual([0, 8, 1, 0.125]);
    expect(numbersIn(lineWith(rows, ' 1 study '))).toEqual([1, 16, 2, 0.75]);
  });

  test('tell of the mask where there is one', () => {
    const maskedScores = blocks([
      [
        [0, -Infinity, -Infinity],
        [1, 2, -Infinity],
        [0, 0, 0],
      ],
    ]);
    const plain = scoresView(input);
    const masked = scoresView({ ...input, maskedScores, scoring: hidden });
    expect(lineWith(masked, '2 man')).toContain(`−inf`);
    expect(texts(plain).join()).not.toContain('inf');
  });

  test('keep their columns apart in a narrow pane, where the masked scores stand for the scaled ones', () => {
    const negative = blocks([Array.from({ length: 3 }, () => [-4.2, -0.525, -0.263])]);
    const rows = scoresView({
      ...input,
      size: { widthCells: 35, heightCells: 6 },
      keys: tokens.map((token) => ({ ...token, text: '▁twelve' })),
      scores: negative,
      scaledScores: negative,
      maskedScores: blocks([Array.from({ length: 3 }, () => [-4.2, -0.525, -Infinity])]),
      scoring: hidden,
    });
    expect(lineWith(rows, 'key').trim().split(/\s+/)).toEqual(['key', 'q·k', 'masked', 'weight']);
    // position, label, q·k, masked, weight
    for (const row of rows.slice(2))
      expect(
        rowText(row)
          .trim()
          .split(/\s+/)
          .filter((one) => one !== '▸'),
      ).toHaveLength(5);
  });

  test('are called scaled or masked only where something scales or masks them', () => {
    const headings = (scoring: typeof hidden) =>
      texts(scoresView({ ...input, scoring }))[1]!
        .trim()
        .split(/\s+/);
    expect(headings(scoring)).toEqual(['key', 'q·k', 'scaled', 'weight']);
    expect(headings(hidden)).toEqual(['key', 'q·k', 'scaled', 'masked', 'weight']);
    expect(headings({ ...scoring, isScaled: false })).toEqual(['key', 'q·k', 'weight']);
    expect(headings({ ...scoring, isScaled: false, isShifted: true })).toEqual(['key', 'q·k', 'score', 'weight']);
    expect(headings({ ...hidden, isScaled: false })).toEqual(['key', 'q·k', 'masked', 'weight']);
  });

  test('are named by their formula', () => {
    expect(texts(scoresView(input))[0]).toContain('softmax( q·k ÷ √64 )');
  });
});

describe('shares', () => {
  const share = (row: number[], query: number, limit: number) => sharesOf(row, tokens, query, limit);

  test('are told from the largest, the token itself first on a tie', () => {
    expect(share([0.4, 0.2, 0.4], 2, 3)).toEqual(['40.0 % from itself', '40.0 % from please', '20.0 % from study']);
  });

  test('are summed where there are too many, so that all together are 100 %', () => {
    const parts = share([0.7, 0.2, 0.1], 0, 1);
    expect(parts).toHaveLength(2);
    const total = parts.reduce((sum, part) => sum + Number.parseFloat(part), 0);
    expect(total).toBeCloseTo(100, 1);
  });

  test('leave out a word without numbers', () => {
    expect(share([0.5, none, 0.5], 0, 3).join()).not.toContain('study');
  });
});

describe('the context', () => {
  const v = blocks([
    [
      [1, 0],
      [2, 2],
      [2, 1],
    ],
  ]);
  // 1/8·[1 0] + 3/4·[2 2] + 1/8·[2 1]
  const context = blocks([
    [
      [1.5, 0.75],
      [1.875, 1.625],
      [2, 1],
    ],
  ]);
  const input = { ...common, weights, v, context, replacedBy: null, lesson: null };

  test('is written out as the lesson does, with its result', () => {
    const all = texts(contextView(input)).join(' ');
    expect(all).toContain('0.125 × [1, 0] + 0.750 × [2, 2] + 0.125 × [2, 1]');
    expect(all).toContain('= [1.875, 1.625]');
  });

  test('of a head that is switched off is what the trace says, and is told to be so', () => {
    const off = contextView({
      ...input,
      context: blocks([
        [
          [0, 0],
          [0, 0],
          [0, 0],
        ],
      ]),
      replacedBy: 'zero',
    });
    expect(texts(off).join(' ')).toContain('[0.000, 0.000]');
    expect(texts(off).join(' ')).toContain('off');
  });

  test('of a word without numbers says so and shows none', () => {
    const unknown = tokens.map((token, i) => (i === 1 ? { ...token, id: null } : token));
    const first = texts(contextView({ ...input, queries: unknown, keys: unknown }))[0];
    expect(first).toContain('study');
    expect(first).not.toMatch(/\d\.\d/);
  });
});

describe('the heads', () => {
  const input = {
    isAblated: () => false,
    selection: { layer: 1, head: 0 },
    size: { widthCells: 40, heightCells: 20 },
  };
  const two = blocks([
    [
      [1, 0],
      [0.5, 0.5],
    ],
    [
      [0, 1],
      [1, 0],
    ],
  ]);

  test('are all there, each with its number, the selected one alone marked', () => {
    const rows = headMapsView({ ...input, layers: [two, two] });
    for (const layer of ['L0', 'L1']) expect(texts(rows).some((line) => line.startsWith(layer))).toBe(true);
    const selected = rows.flat().filter((cell) => cell.selected === true);
    expect(selected.map((cell) => cell.text.trim())).toEqual(['[0]']);
  });

  test('show every weight of small matrices', () => {
    const shown = headMapsView({
      ...input,
      layers: [
        blocks([
          [
            [0.25, 0.75],
            [1, 0],
          ],
        ]),
      ],
      selection: { layer: 0, head: 0 },
    }).flat();
    const values = new Set(shown.flatMap((cell) => [cell.weight, cell.lowerWeight]));
    for (const weight of [0.25, 0.75, 1, 0]) expect(values).toContain(weight);
  });

  test('say how many are in view, and how many weights a square stands for', () => {
    const wide = blocks(Array.from({ length: 4 }, () => Array.from({ length: 20 }, () => new Array(20).fill(0.05))));
    const layers = Array.from({ length: 6 }, () => wide);
    const lastOf = (widthCells: number, heightCells: number) =>
      texts(headMapsView({ ...input, layers, size: { widthCells, heightCells } })).at(-1);
    expect(lastOf(78, 17)).toMatch(/^each square is the largest of 10×10 weights$|^\d+ of 24 heads · /);
    expect(lastOf(16, 8)).toMatch(/^\d of 24, max 5×5$/);
    expect(texts(headMapsView({ ...input, layers: [two, two] })).join()).not.toMatch(/largest|max|heads/);
  });

  test('that are switched off are marked', () => {
    const rows = headMapsView({ ...input, layers: [two, two], isAblated: (layer, head) => layer === 0 && head === 1 });
    expect(texts(rows).join('\n')).toContain('x1');
    expect(texts(rows).join('\n')).not.toContain('x0');
  });
});
