import { describe, expect, test } from 'vitest';
import type { HeadEffect } from '../../src/core/measures/ablation-effect.ts';
import { type AblationInput, ablationView } from '../../src/panes/ablation/view.ts';
import { type Row, rowText } from '../../src/panes/kit/cells.ts';
import { asciiRow } from '../../src/terminal/ascii.ts';
import { widthOf } from '../../src/text/graphemes.ts';
import { pseudoRandom } from '../support/tensors.ts';

const effect = (layer: number, head: number, outputChange: number | null): HeadEffect => ({
  ...{ layer, head, outputChange, outputCosine: outputChange === null ? null : 1 - outputChange / 2 },
  ...{ embeddingCosine: null, prediction: null },
});
const input = (rest: Partial<AblationInput>): AblationInput => ({
  effects: [effect(1, 2, 0.5), effect(0, 0, 0.25), effect(1, 1, 0.00001), effect(0, 1, null)],
  total: 5,
  measure: 'output',
  measuredOn: 'effect of switching one head off on 7 bank',
  invitation: 'w measures every head',
  selection: { layer: 1, head: 1 },
  headCounts: [3, 3],
  isAblated: (layer, head) => layer === 1 && head === 0,
  tokenText: (id) => ['the', 'river'][id] ?? '',
  isRunning: true,
  size: { widthCells: 78, heightCells: 17 },
  ...rest,
});
const texts = (rows: readonly Row[]) => rows.map((row) => rowText(row).trimEnd());

describe('the map and the list', () => {
  const rows = ablationView(input({}));

  test('are what was measured, by hand', () => {
    expect(texts(rows)).toEqual([
      'effect of switching one head off on 7 bank',
      'measuring: 4 of 5 heads',
      '         H0      H1      H2    rank head      effect cos out.',
      ' L0   0.250     n/a       ·      1 L1 H2       0.500   0.7500',
      '▸L1     off   [1e−5]  0.500      2 L0 H0       0.250   0.8750',
      ' 0          0.500             ▸  3 L1 H1      1.0e−5   1.0000',
      '                                 4 L0 H1         n/a      n/a',
    ]);
  });

  test('colours are shares of the largest, and one head is marked', () => {
    const cells = rows
      .slice(3, 5)
      .flatMap((row) => row.flatMap(({ weight }) => (weight === undefined ? [] : [weight])));
    expect(cells).toEqual([0.5, 0.00002, 1]);
    expect(
      rows
        .flat()
        .filter((cell) => cell.selected === true)
        .map(({ text }) => text.trim()),
    ).toEqual(['[1e−5]']);
  });

  test('nothing is measured: what to do', () => {
    expect(texts(ablationView(input({ effects: [], isRunning: false })))).toEqual([
      'effect of switching one head off on 7 bank',
      'w measures every head',
    ]);
    expect(texts(ablationView(input({ effects: [] })))[1]).toBe('measuring: 0 of 5 heads');
  });

  test('stopped, complete', () => {
    expect(texts(ablationView(input({ isRunning: false })))[1]).toBe('stopped at 4 of 5 heads');
    expect(texts(ablationView(input({ isRunning: false, total: 4 })))[1]).toBe('4 of 4 heads');
  });

  test('by predictions: the token, its probability and its rank', () => {
    const prediction = { id: 1, before: 0.75, after: 0.5, rankAfter: 2 };
    const effects = [{ ...effect(0, 0, 0.1), prediction }];
    const shown = texts(ablationView(input({ effects, measure: 'prediction' })));
    expect(shown[1]).toBe('measuring: 1 of 5 heads · most probable: river, p 0.750');
    expect(shown[2]).toContain('effect  p after  at rank');
    expect(shown[3]).toMatch(/1 L0 H0 +0\.250 +0\.500 +2/);
  });

  test('by embeddings: 1 − cosine', () => {
    const effects = [{ ...effect(0, 0, 0.1), embeddingCosine: 0.75 }];
    expect(texts(ablationView(input({ effects, measure: 'embedding' })))[3]).toMatch(/1 L0 H0 +0\.250 +0\.7500/);
  });
});

const many = (layers: number, heads: number): Partial<AblationInput> => {
  const random = pseudoRandom(layers * heads);
  const effects = Array.from({ length: layers * heads }, (_, i): HeadEffect => {
    const size = random() ** 4 * 10 ** Math.round(3 * random());
    const prediction = { id: 1, before: 0.5, after: Math.abs(random()), rankAfter: 1 + (i % 50000) };
    return { ...effect(Math.floor(i / heads), i % heads, size), prediction, embeddingCosine: random() };
  });
  return { effects, total: layers * heads, headCounts: Array.from({ length: layers }, () => heads) };
};

describe('at every size', () => {
  const shapes = [
    [1, 1],
    [2, 8],
    [12, 12],
    [24, 16],
    [40, 64],
  ] as const;

  test.each(shapes)('%i layers of %i heads fit, and the selected one is in view', (layers, heads) => {
    const shape = many(layers, heads);
    for (const [widthCells, heightCells] of [
      [58, 10],
      [78, 17],
      [99, 25],
      [100, 25],
      [118, 31],
      [198, 41],
    ] as const) {
      for (const isAscii of [false, true]) {
        for (const [layer, head] of [
          [0, 0],
          [layers - 1, heads - 1],
          [layers >> 1, heads >> 1],
        ] as const) {
          const size = { widthCells, heightCells };
          const common = { ...shape, selection: { layer, head }, size };
          for (const measure of ['output', 'prediction', 'embedding'] as const) {
            for (const state of [{}, { isRunning: false }, { effects: [] }]) {
              const made = ablationView(input({ ...common, measure, isAblated: () => false, ...state }));
              const rows = isAscii ? made.map((row) => asciiRow(row, widthCells)) : made;
              expect(rows.length).toBeLessThanOrEqual(heightCells);
              for (const line of rows.map(rowText)) {
                expect(widthOf(line), line).toBeLessThanOrEqual(widthCells);
                expect(line).not.toMatch(/NaN|undefined/);
                if (isAscii) expect(line).toMatch(/^[ -~]*$/);
              }
              expect(rows.flat().filter((cell) => cell.selected === true)).toHaveLength(1);
              if (heightCells > 10 && state.effects === undefined)
                expect(rows.filter((row) => rowText(row).includes(isAscii ? '>' : '▸')).length).toBeGreaterThan(0);
            }
          }
        }
      }
    }
  });

  test('the list begins with the largest; the selected head is its last line where it would be below', () => {
    const { effects, ...rest } = many(12, 12);
    const sorted = effects!.toSorted((a, b) => b.outputChange! - a.outputChange!);
    const { layer, head } = sorted[100]!;
    const rows = texts(
      ablationView(input({ effects: effects!, ...rest, selection: { layer, head }, isAblated: () => false })),
    );
    const listed = rows.flatMap((line) => /(\d+) L(\d+) H(\d+) /.exec(line)?.slice(1).map(Number) ?? []);
    const expected = sorted.slice(0, 13).map((one, rank) => [rank + 1, one.layer, one.head]);
    expect(listed).toEqual([...expected, [101, layer, head]].flat());
  });

  test('where effects have no room they are percentages of the largest', () => {
    const effects = [effect(0, 0, 0.004), effect(0, 1, 0.001), effect(0, 11, 0)];
    const rows = texts(ablationView(input({ effects, headCounts: [12], selection: { layer: 0, head: 3 } })));
    expect(rows[3]).toMatch(/^▸L0 100 +25 .* 0 +1 L0 H0 +0\.004$/);
    expect(rows[4]).toContain('0.004  in % of it');
  });
});
