import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attentionWeights } from '../../../src/core/chain/attention-weights.ts';
import { type AttentionMask, maskScores } from '../../../src/core/chain/mask.ts';
import {
  chanceScores,
  headScoreNames,
  type ScoredAttention,
  type ScoredToken,
} from '../../../src/core/measures/head-scores.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { expectClose, inPlainLoops } from '../../support/head-scores-in-plain-loops.ts';
import { blocks, blocksOf } from '../../support/tensors.ts';

const everything: AttentionMask = { isCausal: false, window: null };
const causal: AttentionMask = { isCausal: true, window: null };

const tokensOf = (...ids: number[]): ScoredToken[] => ids.map((id) => ({ id, isSpecial: false, isPunctuation: false }));

describe('the level by chance', () => {
  const chanceOf = (rows: number[][], rest: Partial<Omit<ScoredAttention, 'weights'>> = {}) =>
    chanceScores({
      ...{ weights: blocks([rows]), mask: everything, isCross: false },
      ...{ tokens: tokensOf(...rows[0]!.map((_, key) => 100 + key)) },
      ...rest,
    });
  const rows = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ];

  test('is 1 of n where every query sees every key', () => {
    expectClose(chanceOf(rows), { entropy: 1, previous: 0.25, next: 0.25, same: 0.25, first: 0.25, last: 0.25 });
    // Distances 0 1 2 3, 1 0 1 2, …: sums 6, 4, 4, 6.
    expectClose(chanceOf(rows), { distance: (6 + 4 + 4 + 6) / 16 });
  });

  test('counts what each query sees under a causal mask', () => {
    const causally = { previous: (1 / 2 + 1 / 3 + 1 / 4) / 3, next: 0, same: (1 + 1 / 2 + 1 / 3 + 1 / 4) / 4 };
    expectClose(chanceOf(rows, { mask: causal }), { ...causally, first: causally.same, last: 1 / 16, entropy: 1 });
  });

  test('counts what each query sees in a window and without hidden keys', () => {
    const window = { isCausal: true, window: 2 };
    expectClose(chanceOf(rows, { mask: window }), { previous: 1 / 2, same: (1 + 1 / 2 + 1 / 2 + 1 / 2) / 4 });
    expectClose(chanceOf(rows, { hiddenKeys: [1] }), {
      previous: (1 / 3 + 0 + 1 / 3) / 3,
      same: (1 / 3 + 0 + 2 / 3) / 4,
    });
    // The first query sees only the hidden key, and so keeps it.
    expectClose(chanceOf(rows, { mask: causal, hiddenKeys: [0] }), { same: (1 + 1 + 1 / 2 + 1 / 3) / 4 });
  });

  test('counts special tokens as keys and not as queries, and no key without a number', () => {
    const tokens = tokensOf(1, 2, 3, 4).map((one, at) => ({ ...one, isSpecial: at === 0 }));
    expectClose(chanceOf(rows, { tokens }), { special: 1 / 4, previous: 1 / 4, next: 1 / 4, same: 1 / 4 });
    const none = Number.NaN;
    const partly = [
      [1, none, 0, 0],
      [none, none, none, none],
      [0, none, 1, 0],
      [0, none, 0, 1],
    ];
    expectClose(chanceOf(partly), { previous: 1 / 3, same: 1 / 3, first: 1 / 3 });
  });

  test('is what a head of even weights scores, whatever the mask', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        fc.option(fc.integer({ min: 1, max: 4 })),
        fc.array(fc.record({ id: fc.nat(3), isSpecial: fc.boolean(), isPunctuation: fc.boolean() }), {
          minLength: 9,
          maxLength: 9,
        }),
        (n, isCausal, window, kinds) => {
          const mask = { isCausal, window };
          const tokens = kinds.slice(0, n);
          const flat = tensor(['head', 'query', 'key'], [1, n, n], new Float32Array(n * n));
          const masked = maskScores(flat, mask);
          const weights = attentionWeights(masked);
          const [found, chance] = [
            inPlainLoops(blocksOf(weights)[0]!, blocksOf(masked)[0]!, tokens),
            chanceScores({ weights, mask, tokens, isCross: false }),
          ];
          for (const name of headScoreNames) {
            const expected = found[name];
            if (expected === null) expect(chance[name], name).toBeNull();
            else expect(chance[name], name).toBeCloseTo(expected, 5);
          }
        },
      ),
    );
  });
});
