import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AblationMeasure, type HeadEffect, mostProbable } from '../../src/core/measures/ablation-effect.ts';
import { alignedText, differenceText, digitsFor } from '../../src/panes/ablation/numbers.ts';
import { effectStatus, type TargetInput } from '../../src/panes/ablation/words.ts';

const model = { name: 'a', head: {} as never, sentence: {} as never, decoder: null };
const tokenText = (id: number) => ['the', 'river', 'she', 'he'][id] ?? '';
const target = (measure: AblationMeasure): TargetInput => ({
  ...{ measure, model, place: '7 bank', tokenText, chosen: mostProbable, hasAllHeads: true, isPair: false },
});
const nothing: HeadEffect = {
  ...{ layer: 1, head: 1, outputChange: null, outputCosine: null, outputNorm: null },
  ...{ embeddingCosine: null, prediction: null, logits: null },
  results: { output: new Float32Array(), embedding: null },
};

describe('the two lines below', () => {
  test.each<[AblationMeasure, Partial<HeadEffect>, string]>([
    [
      'embedding',
      { embeddingCosine: 0.738 },
      '0.262 = 1 − 0.738, cosine of the sentence vectors with and without L1 H1',
    ],
    [
      'prediction',
      { prediction: { id: 1, before: 0.231, after: 0.18, rankAfter: 2 } },
      '−0.051 = 0.180 − 0.231, p without L1 H1 − p with it   ln(p′ / p) = −0.249',
    ],
    [
      'logits',
      { logits: { ids: [2, 3], before: 1.24, after: 0.83 } },
      '−0.410 = 0.830 − 1.240, logit(she) − logit(he) without L1 H1 − with it',
    ],
    [
      'output',
      { outputChange: 0.5, outputNorm: 4.5, outputCosine: 0.9 },
      '0.500 = 2.250 ÷ 4.500, ‖x′ − x‖ ÷ ‖x‖ without and with L1 H1   cosine of x′ and x: 0.900',
    ],
  ])('%s', (measure, numbers, how) => {
    const found = effectStatus(target(measure), { ...nothing, ...numbers }, 1, 8);
    expect(found[1]).toBe(how);
    expect(found[0]).toMatch(/^L1 H1 off · 1 of 8 by size · effect .* on /);
  });

  test('no number: no arithmetic', () => {
    expect(effectStatus(target('output'), nothing, 1, 8)[0]).toContain('no effect');
  });
});

describe('printed arithmetic', () => {
  const number = fc.double({ min: -50, max: 50, noNaN: true });

  test('for all numbers: what is printed as equal is equal in the printed digits', () => {
    const value = (text: string) => Number(text.replace('−', '-'));
    fc.assert(
      fc.property(number, number, (a, b) => {
        const text = differenceText(a, b);
        const [, left = '', x = '', y = ''] = /^(\S+) = (\S+) − (\S+)$/.exec(text) ?? [];
        if (left === '') {
          expect(text).toContain(' ≈ ');
          return;
        }
        const digits = left.split('.')[1]?.length ?? 0;
        expect((value(x) - value(y)).toFixed(digits).replace(/^-(0\.?0*)$/, '$1')).toBe(value(left).toFixed(digits));
      }),
    );
  });

  test('for all numbers of a column: the points are below each other, and no digits are only zeros', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1 }), (values) => {
        const digits = digitsFor(values);
        for (const one of values) {
          const text = alignedText(one, digits, true);
          if (text.includes('e')) expect(Math.abs(one)).toBeLessThan(1e-5);
          else expect(text.split('.')[1]).toHaveLength(digits);
          if (one !== 0) expect(text).toMatch(/^[−+].*[1-9]/);
        }
      }),
    );
  });
});
