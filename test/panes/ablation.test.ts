import { describe, expect, test } from 'vitest';
import {
  type AblationMeasure,
  ablationMeasures,
  type HeadEffect,
  mostProbable,
} from '../../src/core/measures/ablation-effect.ts';
import { type AblationInput, ablationView } from '../../src/panes/ablation/view.ts';
import type { TargetInput } from '../../src/panes/ablation/words.ts';
import { type Row, rowText } from '../../src/panes/kit/cells.ts';
import { asciiRow } from '../../src/terminal/ascii.ts';
import { widthOf } from '../../src/text/graphemes.ts';
import { pseudoRandom } from '../support/tensors.ts';

const effect = (layer: number, head: number, outputChange: number | null): HeadEffect => ({
  ...{ layer, head, outputChange, outputCosine: outputChange === null ? null : 1 - outputChange / 2 },
  ...{ embeddingCosine: null, prediction: null, logits: null, outputNorm: 2 },
  results: { output: new Float32Array(), embedding: null },
});
const target: TargetInput = {
  ...{ measure: 'output', place: '7 bank', chosen: mostProbable, hasAllHeads: true, isPair: false },
  model: { name: 'a', head: null, sentence: null, decoder: null },
  tokenText: (id) => ['the', 'river', 'she', 'he'][id] ?? '',
};
/** The input by another measure, of a model that has it. */
const by = (measure: AblationMeasure, rest: Partial<TargetInput> = {}): Partial<AblationInput> => ({
  measure,
  target: { ...target, measure, model: { ...target.model, head: {} as never, sentence: {} as never }, ...rest },
});
const input = (rest: Partial<AblationInput>): AblationInput => ({
  effects: [effect(1, 2, 0.5), effect(0, 0, 0.25), effect(1, 1, 0.00001), effect(0, 1, null)],
  total: 5,
  measure: 'output',
  target,
  changes: [],
  problem: null,
  invitation: 'not computed yet',
  selection: { layer: 1, head: 1 },
  headCounts: [3, 3],
  isAblated: (layer, head) => layer === 1 && head === 0,
  isRunning: true,
  size: { widthCells: 78, heightCells: 17 },
  ...rest,
});
const texts = (rows: readonly Row[]) => rows.map((row) => rowText(row).trimEnd());

describe('the map and the list', () => {
  const rows = ablationView(input({ size: { widthCells: 118, heightCells: 17 } }));

  test('are what was measured, by hand', () => {
    expect(texts(rows)).toEqual([
      'effect on the vector of 7 bank after the last layer: length 2.000 with all heads',
      'effect = ‖x′ − x‖ / ‖x‖, x: vector with the head, x′: without it',
      'measuring: 4 of 5 heads by size · no predictions, no sentence vector in this model',
      '         H0      H1      H2    rank head      effect   cosine  ‖x′ − x‖',
      ' L0   0.250     n/a       ·      1 L1 H2     0.50000   0.7500   1.00000',
      '▸L1     off   [1e−5]  0.500      2 L0 H0     0.25000   0.8750   0.50000',
      ' 0          0.500             ▸  3 L1 H1     0.00001   1.0000   0.00002',
      '                                 4 L0 H1         n/a      n/a       n/a',
      '',
      'Effects hold for this text and this target only. One head at a time misses heads that stand in for each other (Wang et',
      'al. 2022, McGrath et al. 2023).',
    ]);
  });

  test('colours are shares of the largest, and one head is marked', () => {
    const cells = rows
      .slice(4, 6)
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
      'effect on the vector of 7 bank after the last layer',
      'effect = ‖x′ − x‖ / ‖x‖, x: vector with the head, x′: without it',
      'not computed yet',
    ]);
    expect(texts(ablationView(input({ effects: [] })))[2]).toMatch(/^measuring: 0 of 5 heads/);
  });

  test('stopped, complete', () => {
    expect(texts(ablationView(input({ isRunning: false })))[2]).toMatch(/^stopped at 4 of 5 heads/);
    expect(texts(ablationView(input({ isRunning: false, total: 4 })))[2]).toMatch(/^4 of 4 heads by size/);
    const one = { effects: [effect(0, 0, 0.5)], total: 1, headCounts: [1], isRunning: false };
    expect(texts(ablationView(input(one)))[2]).toMatch(/^1 of 1 head by size/);
  });

  const predicted = (head: number, after: number): HeadEffect => ({
    ...effect(0, head, 0.1),
    prediction: { id: 1, before: 0.75, after, rankAfter: 2 },
  });

  test('by predictions: the token, its probability with and without the head, with a sign', () => {
    const effects = [predicted(0, 0.5), predicted(1, 0.875), predicted(2, 0.75)];
    const shown = texts(
      ablationView(input({ effects, ...by('prediction'), size: { widthCells: 118, heightCells: 17 } })),
    );
    expect(shown.slice(0, 3)).toEqual([
      'effect on p(river) after 7 bank: 0.750 with all heads; the most probable token',
      'effect = p without the head − p with it; −: p falls without it, +: it rises',
      'measuring: 3 of 5 heads by size',
    ]);
    expect(shown[3]).toMatch(/rank head {6}effect {2}p without {2}log ratio {4}place$/);
    expect(shown[4]).toMatch(/ 1 L0 H0 {6}−0\.250 {6}0\.500 {5}−0\.405 {8}2$/);
    expect(shown[5]).toMatch(/ 2 L0 H1 {6}\+0\.125 {6}0\.875 {5}\+0\.154 {8}2$/);
    expect(shown[6]).toMatch(/^ −0\.250 +0 +\+0\.250 +3 L0 H2 {7}0\.000/);
  });

  test('signed effects are coloured on both sides of 0', () => {
    const rows = ablationView(input({ effects: [predicted(0, 0.5), predicted(1, 0.875)], ...by('prediction') }));
    const signs = (row: Row) => row.flatMap(({ signed }) => (signed === undefined ? [] : [signed]));
    expect(signs(rows[4]!)).toEqual([-1, 0.5]);
    expect(signs(rows[6]!)).toEqual([-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1]);
    expect(rows.flat().some(({ weight }) => weight !== undefined)).toBe(false);
  });

  test('with heads off, the value is not said to be that of all heads; a chosen token is not called the most probable', () => {
    const effects = [predicted(0, 0.5)];
    const chosen = by('prediction', { hasAllHeads: false, chosen: { token: 1, against: null } });
    const changes = [
      'head L1 H0: context replaced by zeros',
      'causal mask: a query sees itself and the keys before it',
    ];
    const shown = texts(ablationView(input({ effects, ...chosen, changes })));
    expect(shown[0]).toBe('effect on p(river) after 7 bank: 0.750 with the heads that are on');
    expect(shown.slice(3, 5)).toEqual([
      'on top of your changes: head L1 H0: context replaced by zeros; causal mask: a',
      'query sees itself and the keys before it',
    ]);
  });

  test('by two logits: both tokens and the difference without the head', () => {
    const logits = { ids: [2, 3] as const, before: 1.25, after: -0.25 };
    const effects = [{ ...effect(0, 0, 0.1), logits }];
    const shown = texts(ablationView(input({ effects, ...by('logits') })));
    expect(shown[0]).toBe('effect on logit(she) − logit(he) after 7 bank: 1.250 with all heads');
    const wide = { size: { widthCells: 118, heightCells: 17 } };
    expect(texts(ablationView(input({ effects, ...by('logits'), ...wide })))[0]).toMatch(
      /; the two most probable tokens$/,
    );
    expect(shown[4]).toMatch(/1 L0 H0 +−1\.500 +−0\.250$/);
  });

  test('by embeddings: 1 − cosine', () => {
    const effects = [{ ...effect(0, 0, 0.1), embeddingCosine: 0.75 }];
    const shown = texts(ablationView(input({ effects, ...by('embedding') })));
    expect(shown[0]).toBe('effect on the sentence vector');
    expect(shown[4]).toMatch(/1 L0 H0 +0\.250 +0\.7500/);
  });

  test('with a second sentence, effects are those on A', () => {
    const shown = (measure: AblationMeasure) => texts(ablationView(input(by(measure, { isPair: true }))))[0];
    expect(shown('embedding')).toBe('effect on the sentence vector in A');
    expect(shown('output')).toMatch(/^effect on the vector of 7 bank in A after/);
  });

  test('a chosen token that this model lacks: why, and what counts', () => {
    const shown = texts(
      ablationView(input({ effects: [predicted(0, 0.5)], ...by('prediction'), problem: "'x' is no token" })),
    );
    expect(shown[3]).toBe("'x' is no token; the most probable token counts");
  });

  test('heads without a line are counted', () => {
    const { effects, ...rest } = many(12, 12);
    const shown = texts(ablationView(input({ effects: effects!, ...rest })));
    const listed = shown.filter((line) => / \d+ L\d+ H\d+ /.test(line)).length;
    expect(shown.at(-1)).toMatch(new RegExp(`and ${144 - listed} more heads$`));
  });
});

const many = (layers: number, heads: number): Partial<AblationInput> => {
  const random = pseudoRandom(layers * heads);
  const effects = Array.from({ length: layers * heads }, (_, i): HeadEffect => {
    const size = random() ** 4 * 10 ** Math.round(3 * random());
    const prediction = { id: 1, before: 0.5, after: Math.abs(random()), rankAfter: 1 + (i % 50000) };
    const logits = { ids: [2, 3] as const, before: 3, after: 10 * random() };
    return { ...effect(Math.floor(i / heads), i % heads, size), prediction, logits, embeddingCosine: random() };
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
          for (const measure of ablationMeasures) {
            for (const state of [{}, { isRunning: false }, { effects: [] }]) {
              const made = ablationView(input({ ...common, ...by(measure), isAblated: () => false, ...state }));
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
    const expected = sorted.slice(0, 11).map((one, rank) => [rank + 1, one.layer, one.head]);
    expect(listed).toEqual([...expected, [101, layer, head]].flat());
  });

  test('percentages with a sign keep apart from their neighbours', () => {
    const before = 0.5;
    const change = (head: number, by: number): HeadEffect => {
      const prediction = { id: 1, before, after: before + by, rankAfter: 1 };
      return { ...effect(0, head, 1), prediction };
    };
    const effects = [0.12, -0.4, -0.16, 0.4].map((by, head) => change(head, by));
    const lineOf = (heads: number, size: Partial<AblationInput> = {}) =>
      texts(
        ablationView(
          input({ effects, headCounts: [heads], ...by('prediction'), selection: { layer: 0, head: 5 }, ...size }),
        ),
      )[4];
    expect(lineOf(8)).toMatch(/^▸L0 {2}\+30 −100 {2}−40 \+100 /);
    expect(lineOf(12)).toMatch(/^▸L0 {2}\+30−100 −40\+100 /);
  });

  test('where effects have no room they are percentages of the largest', () => {
    const effects = [effect(0, 0, 0.004), effect(0, 1, 0.001), effect(0, 11, 0)];
    const rows = texts(ablationView(input({ effects, headCounts: [12], selection: { layer: 0, head: 3 } })));
    expect(rows[4]).toMatch(/^▸L0 100 +25 .* 0 +1 L0 H0 +0\.004$/);
    expect(rows[5]).toContain('0.004 = 100 %');
  });
});
