import { describe, expect, test } from 'vitest';
import { type Interventions, noInterventions } from '../../src/core/interventions.ts';
import { widthOf } from '../../src/text/graphemes.ts';
import { rowText } from '../../src/view-models/cells.ts';
import { interventionRow, interventionSentences } from '../../src/view-models/interventions-view.ts';
import { asciiSymbols, unicodeSymbols as symbols } from '../../src/view-models/symbols.ts';

const tokens = ['▁The', '▁boat', '▁left', '▁bank', '▁to', '▁day'].map((text, id) => ({
  ...{ id, text, start: null, end: null },
}));
const keys = {
  ...{ mask: 'c', scale: 'u', factor: 'F', heads: 'X', ablation: 'Z' },
  ...{ hiddenKeys: 'G', swap: 'S', edits: '−', renormalise: 'N', all: 'r' },
};
const edit = { layer: 0, head: 1, stage: 'attentionWeights', row: 2, column: 5, value: 0.9 } as const;
const everything: Interventions = {
  mask: 'causal',
  isUnscaled: true,
  scaleFactor: 0.5,
  ablatedHeads: [
    { layer: 0, head: 1 },
    { layer: 1, head: 3 },
  ],
  ablation: 'zero',
  hiddenKeys: [3],
  swappedValues: { layer: 0, tokens: [1, 4] },
  edits: [edit, { ...edit, stage: 'q', column: 31, value: -2 }],
  isRenormalised: false,
};
const line = (interventions: Interventions, widthCells: number, signs = symbols) =>
  rowText(
    interventionRow({
      interventions,
      tokens,
      keys: signs === symbols ? keys : { ...keys, edits: '-' },
      widthCells,
      symbols: signs,
    }),
  );

describe('one line of what is changed', () => {
  test('nothing', () => {
    expect(line(noInterventions, 80)).toBe('');
    // These say how, not what.
    expect(line({ ...noInterventions, ablation: 'mean', isRenormalised: true }, 80)).toBe('');
  });

  test('everything, each with the key that takes it back', () => {
    expect(line(everything, 200)).toBe(
      ' changed: c causal mask · u √d_k off · F × 0.5 · X heads L0 H1, L1 H3 off (Z zeros) · G 3 bank hidden · S values 1 ↔ 4 in L0 · − 2 cells (N rows as typed) · r all back',
    );
    expect(line(everything, 200, asciiSymbols)).toBe(
      ' changed: c causal mask | u sqrt(d_k) off | F x 0.5 | X heads L0 H1, L1 H3 off (Z zeros) | G 3 bank hidden | S values 1 <-> 4 in L0 | - 2 cells (N rows as typed) | r all back',
    );
  });

  test('one of each, by the mean, rows that sum to 1, edits that are in no row of weights', () => {
    const one = { ...everything, ablatedHeads: [{ layer: 11, head: 0 }], ablation: 'mean', edits: [edit] } as const;
    expect(line({ ...one, isRenormalised: true }, 200)).toMatch(/X head L11 H0 off \(Z mean\).*− 1 cell \(N rows sum/);
    expect(line({ ...noInterventions, edits: [{ ...edit, stage: 'scores' }] }, 80)).toBe(
      ' changed: − 1 cell · r all back',
    );
  });

  test('the longest is shortened first', () => {
    expect(line(everything, widthOf(line(everything, 300)) - 1)).toContain(
      ' X 2 heads off (Z zeros) · G 3 bank hidden · S values 1 ↔ 4 in L0 · − 2 cells (N',
    );
    const many = { ...noInterventions, hiddenKeys: [0, 1, 2, 3, 4, 5], mask: 'causal' } as const;
    expect(line(many, 71)).toBe(' changed: c causal mask · G 0, 1, 2, 3, 4, 5 hidden · r all back');
    expect(line(many, 50)).toBe(
      ' changed: c causal mask · G 6 keys hidden · r all back'.replace('causal mask', 'causal'),
    );
  });

  test('at any width it fits, and every change is there or is counted', () => {
    const marks = [/\bc causal/, /u \S+d_k/, /F \S 0\.5/, /X .*off/, /G .*hidden/, /S values/, /[−-] 2 cells/];
    for (const signs of [symbols, asciiSymbols]) {
      for (let width = 1; width <= 170; width++) {
        const text = line(everything, width, signs);
        expect(widthOf(text)).toBeLessThanOrEqual(width);
        if (width < 40) continue;
        const said = marks.filter((mark) => mark.test(text)).length;
        const more = Number(/\+(\d) more/.exec(text)?.[1] ?? 0);
        expect(said + more, `${width}: ${text}`).toBe(7);
        expect(text).toMatch(/r all back$/);
      }
    }
  });
});

describe('sentences', () => {
  test('everything', () => {
    expect(interventionSentences(everything, tokens, symbols, 32)).toEqual([
      'causal mask: a query sees itself and the keys before it',
      '√d_k is off: scores are not divided by √32',
      'scores multiplied by 0.5: temperature 2',
      'heads L0 H1, L1 H3: context replaced by zeros',
      'key 3 bank hidden: no query sees it',
      'values of 1 boat and 4 to exchanged in all heads of L0',
      'weights[2, 5] of L0 H1 set to 0.9, its row as typed',
      'q[2, 31] of L0 H1 set to −2',
    ]);
  });

  test('nothing, and the other ways', () => {
    expect(interventionSentences(noInterventions, tokens, symbols)).toEqual([]);
    const other: Interventions = {
      ...noInterventions,
      isUnscaled: true,
      scaleFactor: 0,
      ablatedHeads: [{ layer: 0, head: 0 }],
      ablation: 'mean',
      hiddenKeys: [0, 5],
      edits: [edit],
      isRenormalised: true,
    };
    expect(interventionSentences(other, tokens, asciiSymbols)).toEqual([
      "the model's scale, sqrt(d_k) in most, is off: scores are q.k as it is",
      'scores multiplied by 0: all keys alike',
      'head L0 H0: context replaced by its mean over the tokens',
      'keys 0 The, 5 day hidden: no query sees them',
      'weights[2, 5] of L0 H1 set to 0.9, its row divided by its sum',
    ]);
  });

  test('numbers are as they were typed, not as they are computed', () => {
    const at = (value: number) =>
      interventionSentences({ ...noInterventions, edits: [{ ...edit, stage: 'k', value }] }, tokens, symbols)[0];
    expect(at(0.1 + 0.2)).toBe('k[2, 5] of L0 H1 set to 0.3');
    expect(at(Math.fround(0.9))).toMatch(/ 0\.9$/);
    expect(at(-1e-9)).toMatch(/ −1e−9$/);
  });
});
