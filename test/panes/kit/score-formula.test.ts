import { describe, expect, test } from 'vitest';
import { scaledScoreText, scoreFormula } from '../../../src/panes/kit/score-formula.ts';
import { vector } from '../../support/tensors.ts';

const plain = { headDim: 64, scoreScale: 0.125, positionTerms: null, softCap: null };
const slopes = { kind: 'slopes', slopes: vector([1]) } as const;

describe('how a score is scaled is written as the model does it', () => {
  test.each([
    [plain, 1, ' ÷ √64', '16 ÷ √64', 2],
    [plain, 0.5, ' ÷ √64 × 0.5', '16 ÷ √64 × 0.5', 1],
    // T5 does not scale.
    [{ ...plain, scoreScale: 1 }, 1, '', '16', 16],
    [{ ...plain, scoreScale: 0.25 }, 1, ' × 0.25', '16 × 0.250', 4],
    [{ ...plain, positionTerms: slopes }, 1, ' ÷ √64 + position', '16 ÷ √64 − 0.500 (position)', 1.5],
    [{ ...plain, softCap: 50 }, 1, ' ÷ √64, capped at 50', '50 × tanh((16 ÷ √64) ÷ 50)', 50 * Math.tanh(2 / 50)],
  ])('%j × %d', (attention, factor, formula, numbers, scaled) => {
    expect(scoreFormula(attention, factor)).toBe(formula);
    expect(scaledScoreText(16, scaled, attention, factor)).toEqual({ sign: '=', score: '16', text: numbers });
  });
});
