import { describe, expect, test } from 'vitest';
import { attentionWeights } from '../../../src/core/chain/attention-weights.ts';
import { type AttentionMask, maskScores } from '../../../src/core/chain/mask.ts';
import { headScoreDefinitions } from '../../../src/core/measures/head-score-definitions.ts';
import {
  createScoreMeans,
  headScoreNames,
  headScores,
  type ScoredAttention,
  type ScoredToken,
} from '../../../src/core/measures/head-scores.ts';
import { ShapeError, tensor } from '../../../src/tensor/tensor.ts';
import { expectClose, inPlainLoops } from '../../support/head-scores-in-plain-loops.ts';
import { hfModel } from '../../support/hf-models.ts';
import { blocks, blocksOf, pseudoRandom } from '../../support/tensors.ts';
import { traceOfIds } from '../../support/trace-of-ids.ts';

const everything: AttentionMask = { isCausal: false, window: null };
const causal: AttentionMask = { isCausal: true, window: null };

const tokensOf = (...ids: (number | null)[]): ScoredToken[] =>
  ids.map((id) => ({ id, isSpecial: false, isPunctuation: false }));

/** Scores of a single head given by its rows. */
function scoresOf(rows: readonly (readonly number[])[], rest: Partial<Omit<ScoredAttention, 'weights'>> = {}) {
  const tokens = tokensOf(...(rows[0] ?? []).map((_, key) => 100 + key));
  return headScores({ weights: blocks([rows]), mask: everything, tokens, isCross: false, ...rest })[0]!;
}

describe('positions', () => {
  // Three queries, worked by hand.
  const rows = [
    [0.5, 0.25, 0.25],
    [0.75, 0.25, 0],
    [0, 1, 0],
  ];

  test('are means of the weights on one key a query', () => {
    expectClose(scoresOf(rows), {
      previous: (0.75 + 1) / 2,
      next: (0.25 + 0) / 2,
      same: (0.5 + 0.25 + 0) / 3,
      first: (0.5 + 0.75 + 0) / 3,
      last: 0.25 / 3,
    });
  });

  test('distance counts tokens both ways', () => {
    expectClose(scoresOf(rows), { distance: (0.25 + 0.5 + 0.75 + 1) / 3 });
  });

  test('of a single token have no neighbours and no spread', () => {
    expectClose(scoresOf([[1]]), {
      entropy: null,
      distance: 0,
      previous: null,
      next: null,
      same: 1,
      first: 1,
      last: 1,
    });
  });

  test('the next token of a causal model has a weight of exactly 0', () => {
    const scores = scoresOf(
      [
        [1, 0],
        [0.5, 0.5],
      ],
      { mask: causal },
    );
    expect(scores.next).toBe(0);
  });
});

describe('entropy', () => {
  test('is 0 for one key and 1 for even weights', () => {
    const [half, none] = [scoresOf([[0.5, 0.5]]), scoresOf([[1, 0]])];
    expect([half.entropy, none.entropy]).toEqual([1, 0]);
    const third = Math.fround(1 / 3);
    expect(scoresOf([[third, third, third]]).entropy).toBeLessThanOrEqual(1);
  });

  test('is in units of what the query sees, and leaves out a query that sees one key', () => {
    const rows = [
      [1, 0, 0, 0],
      [0.5, 0.5, 0, 0],
      [1, 0, 0, 0],
      [0.25, 0.25, 0.25, 0.25],
    ];
    expectClose(scoresOf(rows, { mask: causal }), { entropy: (1 + 0 + 1) / 3 });
    expectClose(scoresOf(rows), { entropy: (0 + 0.5 + 0 + 1) / 4 });
    // A window of two: every query but the first sees two keys.
    const windowed = [
      [1, 0, 0],
      [0.5, 0.5, 0],
      [0, 0.5, 0.5],
    ];
    expectClose(scoresOf(windowed, { mask: { isCausal: true, window: 2 } }), { entropy: 1 });
  });

  test('counts a key that is seen and whose weight came out as 0', () => {
    expectClose(scoresOf([[0.5, 0.5, 0, 0]]), { entropy: 0.5 });
  });
});

describe('kinds of tokens', () => {
  const rows = [
    [0.25, 0.5, 0.25],
    [0.5, 0.125, 0.375],
  ];

  test('add the weights on all of them up', () => {
    const tokens: ScoredToken[] = [
      { id: 1, isSpecial: true, isPunctuation: false },
      { id: 2, isSpecial: false, isPunctuation: true },
      { id: 3, isSpecial: true, isPunctuation: false },
    ];
    const weights = blocks([rows]);
    const [scores] = headScores({ weights, mask: everything, tokens, isCross: true });
    expectClose(scores!, { special: (0.5 + 0.875) / 2, punctuation: (0.5 + 0.125) / 2 });
  });

  test('do not apply where there are none', () => {
    expectClose(scoresOf(rows), { special: null, punctuation: null });
  });
});

describe('repetition', () => {
  // a b a b a
  const tokens = tokensOf(1, 2, 1, 2, 1);
  const rows = [
    [1, 0, 0, 0, 0],
    [0.5, 0.5, 0, 0, 0],
    [0.125, 0.75, 0.125, 0, 0],
    [0.25, 0.5, 0.125, 0.125, 0],
    [0.0625, 0.125, 0.25, 0.5, 0.0625],
  ];

  test('duplicate is the weight on what is the same, induction on what followed it', () => {
    expectClose(scoresOf(rows, { tokens, mask: causal }), {
      duplicate: (0.125 + 0.5 + (0.0625 + 0.25)) / 3,
      induction: (0.75 + 0.125 + (0.125 + 0.5)) / 3,
    });
  });

  test('what follows an occurrence right before is the token itself', () => {
    const twice = [
      [1, 0],
      [0.25, 0.75],
    ];
    expectClose(scoresOf(twice, { tokens: tokensOf(5, 5) }), { duplicate: 0.25, induction: 0.75 });
  });

  test('does not apply where nothing repeats; unknown words repeat nothing', () => {
    expectClose(scoresOf(rows), { duplicate: null, induction: null });
    expectClose(scoresOf(rows, { tokens: tokensOf(null, null, 3, null, 4) }), { duplicate: null, induction: null });
  });
});

test('cross-attention has no scores that compare positions or ids', () => {
  const scores = scoresOf([[0.25, 0.75]], { isCross: true, tokens: tokensOf(7, 7) });
  expectClose(scores, { distance: null, previous: null, next: null, same: null, duplicate: null, induction: null });
  expectClose(scores, { first: 0.25, last: 0.75 });
  expect(scores.entropy).toBeGreaterThan(0);
});

test('what has no number is left out: a query without weights, and a key without any', () => {
  const none = Number.NaN;
  const rows = [
    [0.25, none, 0.75],
    [none, none, none],
    [0.5, none, 0.5],
  ];
  expectClose(scoresOf(rows, { tokens: tokensOf(1, null, 1) }), {
    entropy: ((-0.25 * Math.log(0.25) - 0.75 * Math.log(0.75)) / Math.log(2) + 1) / 2,
    distance: (1.5 + 1) / 2,
    previous: null,
    next: null,
    same: (0.25 + 0.5) / 2,
    first: (0.25 + 0.5) / 2,
    last: (0.75 + 0.5) / 2,
    duplicate: 0.5,
    induction: null,
  });
  const silent = scoresOf([[none, none]]);
  expect(headScoreNames.every((name) => silent[name] === null)).toBe(true);
});

test('tokens and keys have to be as many', () => {
  expect(() => scoresOf([[0.5, 0.5]], { tokens: tokensOf(1) })).toThrow(ShapeError);
});

test('means are over the texts that a score applies to', () => {
  const means = createScoreMeans();
  const [one, two] = [scoresOf([[1]]), scoresOf([[0.5, 0.5]])];
  means.add(one);
  means.add(two);
  expectClose(means.scores(), { entropy: 1, distance: 0.25, next: 0.5, previous: null, first: 0.75, last: 0.75 });
  expect(createScoreMeans().scores()).toMatchObject({ entropy: null, first: null });
});

describe('only tokens of the text', () => {
  // [CLS] a b [SEP], worked by hand: the queries are a and b.
  const tokens = tokensOf(1, 2, 3, 4).map((one, at) => ({ ...one, isSpecial: at === 0 || at === 3 }));
  const rows = [
    [1, 0, 0, 0],
    [0.5, 0.25, 0.125, 0.125],
    [0.25, 0.5, 0.125, 0.125],
    [0, 0, 0, 1],
  ];

  test('ask, and are previous, next and same', () => {
    expectClose(scoresOf(rows, { tokens }), {
      previous: 0.5,
      next: 0.125,
      same: (0.25 + 0.125) / 2,
      first: (0.5 + 0.25) / 2,
      last: 0.125,
      special: (0.625 + 0.375) / 2,
      distance: (0.5 + 0.125 + 0.25 + (0.5 + 0.5 + 0.125)) / 2,
    });
  });

  test('repeat: a special token that was typed is no duplicate', () => {
    const copies = tokensOf(9, 5, 9, 5).map((one) => ({ ...one, isSpecial: one.id === 9 }));
    // The 5 at the end repeats the 5 before it, but what followed that one is special.
    expectClose(scoresOf(rows.slice(0, 3).concat([[0, 0.75, 0.125, 0.125]]), { tokens: copies }), {
      duplicate: 0.75,
      induction: null,
    });
  });
});

describe('a second computation agrees', () => {
  test.each([
    ['no mask', everything],
    ['a causal mask', causal],
    ['a window', { isCausal: false, window: 3 }],
    ['a causal window', { isCausal: true, window: 4 }],
  ] as const)('on random weights under %s', (_, mask) => {
    const random = pseudoRandom(7);
    const [heads, n] = [3, 11];
    const scaled = Float32Array.from({ length: heads * n * n }, () => 4 * random());
    const masked = maskScores(tensor(['head', 'query', 'key'], [heads, n, n], scaled), mask);
    const tokens = Array.from({ length: n }, (__, key): ScoredToken => {
      return { id: Math.floor(3 * (random() + 1)), isSpecial: key === 0, isPunctuation: key % 4 === 3 };
    });
    const weights = attentionWeights(masked);
    const found = headScores({ weights, mask, tokens, isCross: false });
    for (const [head, scores] of found.entries()) {
      expectClose(scores, inPlainLoops(blocksOf(weights)[head]!, blocksOf(masked)[head]!, tokens), 10);
    }
  });

  test.each(['bert', 'gpt2', 'llama'])('on every head of %s', (name) => {
    const { model } = hfModel(name);
    const ids = [3, 5, 9, 5, 9, 3, 11];
    const { layers } = traceOfIds(model, { ids, typeIds: null });
    for (const [index, layer] of layers.entries()) {
      const { isCausal, window } = model.layers[index]!.attention;
      const tokens = tokensOf(...ids);
      const weights = layer.attentionWeights;
      const found = headScores({ weights, mask: { isCausal, window }, tokens, isCross: false });
      expect(found).toHaveLength(model.layers[index]!.attention.numAttentionHeads);
      for (const [head, scores] of found.entries()) {
        expectClose(scores, inPlainLoops(blocksOf(weights)[head]!, blocksOf(layer.maskedScores)[head]!, tokens), 10);
      }
    }
  });
});

test('every score has a definition that fits a column', () => {
  expect(headScoreDefinitions.map(({ name }) => name)).toEqual(headScoreNames);
  for (const { title, definition, formula } of headScoreDefinitions) {
    expect(title.length).toBeLessThanOrEqual(12);
    expect(definition).toMatch(/^[A-Z].*\.$/);
    expect(formula).toContain('w(i, ');
  }
});
