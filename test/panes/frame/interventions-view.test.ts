import { describe, expect, test } from 'vitest';
import { keyOf } from '../../../src/app/keys/bindings.ts';
import { type Interventions, noInterventions } from '../../../src/core/interventions.ts';
import { interventionRow } from '../../../src/panes/frame/interventions-view.ts';
import { cell, rowText } from '../../../src/panes/kit/cells.ts';
import { interventionSentences } from '../../../src/panes/kit/intervention-sentences.ts';
import { asciiRow, asciiText } from '../../../src/terminal/ascii.ts';
import { widthOf } from '../../../src/text/graphemes.ts';

const tokens = ['▁The', '▁boat', '▁left', '▁bank', '▁to', '▁day'].map((text, id) => ({
  ...{ id, text, start: null, end: null },
}));
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
const line = (interventions: Interventions, widthCells: number, isPair = false) =>
  rowText(
    interventionRow({
      interventions,
      tokens,
      keyOf,
      isPair,
      widthCells,
    }),
  );

describe('one line of what is changed', () => {
  test('nothing', () => {
    expect(line(noInterventions, 80)).toBe('');
    // These say how, not what.
    expect(line({ ...noInterventions, ablation: 'mean', isRenormalised: true }, 80)).toBe('');
  });

  test('everything, each with the key that takes it back', () => {
    expect(line(everything, 220)).toBe(
      ' changed, [key] undoes: causal mask [c] · √d_k off [u] · × 0.5 [F] · heads L0 H1, L1 H3 off [X], zeros [Z] · 3 bank hidden [G] · values 1 ↔ 4 in L0 [S] · 2 numbers typed [-], rows as typed [N] · all [r]',
    );
    expect(rowText(asciiRow([cell(line(everything, 220))], 300))).toBe(
      ' changed, [key] undoes: causal mask [c] | sqrt(d_k) off [u] | x 0.5 [F] | heads L0 H1, L1 H3 off [X], zeros [Z] | 3 bank hidden [G] | values 1 <-> 4 in L0 [S] | 2 numbers typed [-], rows as typed [N] | all [r]',
    );
  });

  test('one of each, by the mean, rows that sum to 1, edits that are in no row of weights', () => {
    const one = { ...everything, ablatedHeads: [{ layer: 11, head: 0 }], ablation: 'mean', edits: [edit] } as const;
    expect(line({ ...one, isRenormalised: true }, 220)).toBe(
      ' changed, [key] undoes: causal mask [c] · √d_k off [u] · × 0.5 [F] · head L11 H0 off [X], means [Z] · 3 bank hidden [G] · values 1 ↔ 4 in L0 [S] · 1 number typed [-], rows sum to 1 [N] · all [r]',
    );
    expect(line({ ...noInterventions, edits: [{ ...edit, stage: 'scores' }] }, 80)).toBe(
      ' changed, [key] undoes: 1 number typed [-] · all [r]',
    );
  });

  test('beside a second sentence what is about tokens is said to be in A', () => {
    expect(line(everything, 300, true)).toBe(
      ' changed, [key] undoes: causal mask [c] · √d_k off [u] · × 0.5 [F] · heads L0 H1, L1 H3 off [X], zeros [Z] · 3 bank hidden in A [G] · values 1 ↔ 4 in L0 in A [S] · 2 numbers typed in A [-], rows as typed [N] · all [r]',
    );
  });

  test('what the keys do is left out before what is changed is shortened, the longest first', () => {
    const said =
      'causal mask [c] · √d_k off [u] · × 0.5 [F] · heads L0 H1, L1 H3 off [X], zeros [Z] · 3 bank hidden [G] · values 1 ↔ 4 in L0 [S] · 2 numbers typed [-], rows as typed [N] · all [r]';
    const narrower = [` changed, [key] undoes: ${said}`, ` [key] undoes: ${said}`, ` ${said}`];
    for (const [place, text] of narrower.entries()) {
      expect(line(everything, widthOf(text))).toBe(text);
      if (place > 0) expect(line(everything, widthOf(narrower[place - 1]!) - 1)).toBe(text);
    }
    expect(line(everything, widthOf(` ${said}`) - 1)).toBe(
      ' changed, [key] undoes: causal mask [c] · √d_k off [u] · × 0.5 [F] · 2 heads off [X], zeros [Z] · 3 bank hidden [G] · values 1 ↔ 4 in L0 [S] · 2 numbers typed [-] · all [r]',
    );
  });

  test('names of tokens give way to their places, and these to their count', () => {
    const many = { ...noInterventions, hiddenKeys: [0, 1, 2, 3, 4, 5], mask: 'causal' } as const;
    const list = ' changed, [key] undoes: causal mask [c] · 0, 1, 2, 3, 4, 5 hidden [G] · all [r]';
    expect(line(many, widthOf(list))).toBe(list);
    expect(line(many, widthOf(list) - 1)).toBe(' changed, [key] undoes: causal mask [c] · 6 keys hidden [G] · all [r]');
    const short = ' changed, [key] undoes: causal [c] · 6 keys hidden [G] · all [r]';
    expect(line(many, widthOf(short))).toBe(short);
    expect(line(many, widthOf(short) - 1)).toBe(' [key] undoes: causal mask [c] · 6 keys hidden [G] · all [r]');
    const bare = ' causal [c] · 6 keys hidden [G] · all [r]';
    expect(line(many, widthOf(bare))).toBe(bare);
    expect(line(many, widthOf(bare) - 1)).toBe(' causal [c] · +1 more · all [r]');
  });

  test('at any width it fits, and every change is there or is counted', () => {
    const marks = [
      ...[/causal( mask)? \[c\]/, /d_k\)? off \[u\]/, /\S 0\.5 \[F\]/, /heads? .*off \[X\]/, /hidden( in A)? \[G\]/],
      ...[/values [^[]+ \[S\]/, /\b2 (numbers )?typed( in A)? \[[−-]\]/],
    ];
    for (const isPair of [false, true]) {
      for (let width = 1; width <= 240; width++) {
        const text = line(everything, width, isPair);
        expect(widthOf(text)).toBeLessThanOrEqual(width);
        if (width < 18) continue;
        const said = marks.filter((mark) => mark.test(text)).length;
        const more = Number(/\+(\d) more/.exec(text)?.[1] ?? 0);
        expect(said + more, `${width}: ${text}`).toBe(7);
        expect(text).toMatch(/ all \[r\]$/);
        // Which key acts on what is not cut away.
        expect(text.match(/\[/g)?.length, text).toBe(text.match(/\]/g)?.length);
      }
    }
  });

  test('at 80 columns more than half of everything is said', () => {
    expect(line(everything, 80)).not.toMatch(/\+[4-7] more/);
  });
});

describe('sentences', () => {
  test('everything', () => {
    expect(interventionSentences(everything, tokens, 32)).toEqual([
      'causal mask: a query sees itself and the keys before it',
      '√d_k is off: q·k is not divided by √32',
      'q·k multiplied by 0.5 (temperature 2)',
      'heads L0 H1, L1 H3: context replaced by zeros',
      'key 3 bank hidden, except from queries that see no other key',
      'values of 1 boat and 4 to swapped in all heads of L0',
      'weights[2, 5] of L0 H1 set to 0.9, its row as typed',
      'q[2, 31] of L0 H1 set to −2',
    ]);
  });

  test('nothing, and the other ways', () => {
    expect(interventionSentences(noInterventions, tokens)).toEqual([]);
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
    expect(interventionSentences(other, tokens).map(asciiText)).toEqual([
      "the model's scale, sqrt(d_k) in most models, is not applied to q.k",
      'q.k multiplied by 0',
      'head L0 H0: context replaced by its mean over the tokens',
      'keys 0 The, 5 day hidden, except from queries that see no other key',
      'weights[2, 5] of L0 H1 set to 0.9, its row divided by its sum unless that is 0',
    ]);
  });

  test('numbers are as they were typed, not as they are computed', () => {
    const at = (value: number) =>
      interventionSentences({ ...noInterventions, edits: [{ ...edit, stage: 'k', value }] }, tokens)[0];
    expect(at(0.1 + 0.2)).toBe('k[2, 5] of L0 H1 set to 0.3');
    expect(at(Math.fround(0.9))).toMatch(/ 0\.9$/);
    expect(at(-1e-9)).toMatch(/ −1e−9$/);
  });
});
