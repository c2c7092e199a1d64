import { expect } from 'vitest';
import { type HeadScores, headScoreNames, type ScoredToken } from '../../src/core/measures/head-scores.ts';

export function expectClose(scores: HeadScores, expected: Partial<HeadScores>, digits = 6) {
  for (const name of headScoreNames) {
    const value = expected[name];
    if (value === undefined) continue;
    if (value === null) expect(scores[name], name).toBeNull();
    else expect(scores[name], name).toBeCloseTo(value, digits);
  }
}

/** The definitions again, as they are written: every sum over all pairs, in float64, visibility from the masked scores. */
export function inPlainLoops(weights: number[][], masked: number[][], tokens: readonly ScoredToken[]): HeadScores {
  const n = weights.length;
  const pairs = (applies: (i: number) => boolean, counts: (i: number, j: number) => number): number | null => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < n; i++) {
      if (tokens[i]!.isSpecial || !applies(i)) continue;
      count += 1;
      for (let j = 0; j < n; j++) sum += counts(i, j) * weights[i]![j]!;
    }
    return count === 0 ? null : sum / count;
  };
  const [always, some] = [() => true, (wanted: boolean) => () => wanted];
  const seen = (i: number) => masked[i]!.filter((score) => score !== -Infinity).length;
  const isOfText = (j: number) => tokens[j]?.isSpecial === false;
  const isSame = (i: number, j: number) => j >= 0 && j < i && tokens[i]!.id === tokens[j]!.id;
  const repeats = (i: number) => tokens.some((_, j) => isSame(i, j) && isOfText(j));
  const goesOn = (i: number) => tokens.some((_, j) => isSame(i, j) && isOfText(j + 1));
  return {
    entropy: pairs(
      (i) => seen(i) > 1,
      (i, j) => (weights[i]![j]! === 0 ? 0 : -Math.log(weights[i]![j]!) / Math.log(seen(i))),
    ),
    distance: pairs(always, (i, j) => Math.abs(i - j)),
    previous: pairs(
      (i) => isOfText(i - 1),
      (i, j) => Number(j === i - 1),
    ),
    next: pairs(
      (i) => isOfText(i + 1),
      (i, j) => Number(j === i + 1),
    ),
    same: pairs(always, (i, j) => Number(i === j)),
    first: pairs(always, (_, j) => Number(j === 0)),
    last: pairs(always, (_, j) => Number(j === n - 1)),
    punctuation: pairs(some(tokens.some((one) => one.isPunctuation)), (_, j) => Number(tokens[j]!.isPunctuation)),
    special: pairs(some(tokens.some((one) => one.isSpecial)), (_, j) => Number(tokens[j]!.isSpecial)),
    duplicate: pairs(repeats, (i, j) => Number(isSame(i, j) && isOfText(j))),
    induction: pairs(goesOn, (i, j) => Number(isSame(i, j - 1) && isOfText(j))),
  };
}
