import { describe, expect, test } from 'vitest';
import { type HeadScoreName, mapScores } from '../../../src/core/measures/head-scores.ts';
import type { TokenView } from '../../../src/explorer/token-view.ts';
import { headRole, scoredTokens, scoresOfLayers, sortHeads } from '../../../src/panes/kit/head-role.ts';
import { blocks } from '../../support/tensors.ts';

const scores = (given: Partial<Record<HeadScoreName, number>>) => mapScores((name) => given[name] ?? null);

/** Even weights over many keys. */
const even = scores({});

describe('the role of a head', () => {
  test.each([
    ['one weight is decisive', { entropy: 0.3, previous: 0.78, first: 0.1 }, { name: 'previous token', score: 0.78 }],
    ['the largest decides', { entropy: 0.3, previous: 0.5, induction: 0.6 }, { name: 'induction', score: 0.6 }],
    ['none is decisive', { entropy: 0.5, previous: 0.49, first: 0.4 }, null],
    ['exactly half is', { entropy: 0.5, same: 0.5 }, { name: 'same token', score: 0.5 }],
    ['even weights', { entropy: 0.9, first: 0.6 }, { name: 'broad', score: 0.9 }],
    ['both ends', { entropy: 0.2, special: 0.9, first: 0.5, last: 0.4 }, { name: 'special tokens', score: 0.9 }],
    ['one end', { entropy: 0.2, special: 0.9, first: 0.1, last: 0.8 }, { name: 'last token', score: 0.8 }],
    ['the full stop', { entropy: 0.2, punctuation: 0.7, last: 0.7 }, { name: 'last token', score: 0.7 }],
    ['commas', { entropy: 0.2, punctuation: 0.7, last: 0.1 }, { name: 'punctuation', score: 0.7 }],
    ['a kind just above half', { entropy: 0.2, special: 0.55, first: 0.48 }, { name: 'special tokens', score: 0.55 }],
    ['many tokens away', { entropy: 0.4, distance: 7 }, null],
    ['nothing applies', {}, null],
  ] as const)('%s', (_, given, role) => {
    expect(headRole(scores(given), even, 9)).toEqual(role);
  });

  test('is nothing that chance gives as well', () => {
    const chance = scores({ first: 0.6, same: 0.6 });
    expect(headRole(scores({ entropy: 0.5, first: 0.6, same: 0.4 }), chance, 9)).toBeNull();
    expect(headRole(scores({ entropy: 0.5, first: 0.61, same: 0.4 }), chance, 9)?.name).toBe('first token');
    // The larger one is no more than chance.
    expect(headRole(scores({ entropy: 0.5, first: 0.59, last: 0.5 }), chance, 9)?.name).toBe('last token');
  });

  test('is not told from fewer than three tokens', () => {
    expect(headRole(scores({ first: 1 }), even, 2)).toBeNull();
    expect(headRole(scores({ first: 1 }), even, 3)).not.toBeNull();
  });
});

const token = (text: string, id = 1, start: number | null = 0): TokenView => ({
  id,
  text,
  start,
  end: start === null ? null : start + 1,
});

describe('what a token is', () => {
  test.each([
    ['.', true],
    ['▁,', true],
    ['Ġ(', true],
    ['...', true],
    ['?!', true],
    ['$', true],
    [',</w>', true],
    ['—', true],
    ['▁', false],
    ['a', false],
    ["'s", false],
    ['##ing', false],
    ['3', false],
    ['�', false],
  ])('%s is punctuation: %s', (text, isPunctuation) => {
    expect(scoredTokens([token(text)])[0]).toMatchObject({ isPunctuation, isSpecial: false });
  });

  test('special are those that were added, and the same where they were typed', () => {
    const tokens = [token('[CLS]', 101, null), token('a', 5), token('[SEP]', 102, 1), token('[SEP]', 102, null)];
    expect(scoredTokens(tokens).map(({ isSpecial }) => isSpecial)).toEqual([true, false, true, true]);
    expect(scoredTokens([token('<', 7, null)])[0]).toMatchObject({ isSpecial: true, isPunctuation: false });
  });

  test('an added token without an id makes no unknown word special', () => {
    const unknown = { ...token('x'), id: null };
    expect(scoredTokens([{ ...unknown, start: null }, unknown]).map(({ isSpecial }) => isSpecial)).toEqual([
      true,
      false,
    ]);
  });
});

describe('scores of layers', () => {
  const layers = [
    blocks([
      [
        [1, 0, 0],
        [1, 0, 0],
        [0.5, 0.5, 0],
      ],
      [
        [1, 0, 0],
        [0.5, 0.5, 0],
        [0, 0, 1],
      ],
    ]),
    blocks([
      [
        [1, 0, 0],
        [1, 0, 0],
        [0, 1, 0],
      ],
    ]),
  ];
  const keys = [token('a', 1), token('b', 2), token('c', 3)];
  const parameters = layers.map(() => ({ isCausal: false, window: null }));
  const input = { part: 'encoder', layers, parameters, mask: 'none', hiddenKeys: [], keys, queries: keys } as const;

  test('name every head by its place, with a role', () => {
    const heads = scoresOfLayers(input);
    expect(heads.map(({ layer, head, role }) => [layer, head, role?.name])).toEqual([
      [0, 0, 'first token'],
      [0, 1, 'same token'],
      [1, 0, 'previous token'],
    ]);
  });

  test('count what is visible under the mask that the reader set, which cross-attention does not have', () => {
    const entropy = (given: Partial<Parameters<typeof scoresOfLayers>[0]>) =>
      scoresOfLayers({ ...input, ...given })[0]?.scores.entropy;
    const bit = Math.log(2) / Math.log(3);
    expect(entropy({})).toBeCloseTo(bit / 3, 6);
    expect(entropy({ mask: 'causal' })).toBeCloseTo(bit / 2, 6);
    expect(entropy({ parameters: layers.map(() => ({ isCausal: true, window: null })) })).toBeCloseTo(bit / 2, 6);
    expect(entropy({ part: 'cross', mask: 'causal' })).toBeCloseTo(bit / 3, 6);
    expect(scoresOfLayers({ ...input, part: 'cross' })[0]?.scores.previous).toBeNull();
  });

  test('sort with the largest first and what does not apply last', () => {
    const heads = [0.2, null, 0.7, 0.2, 0].map((first, head) => ({
      head,
      scores: scores(first === null ? {} : { first }),
    }));
    const order = (name: HeadScoreName | 'place') => sortHeads(heads, name).map(({ head }) => head);
    expect(order('first')).toEqual([2, 0, 3, 4, 1]);
    expect(order('place')).toEqual([0, 1, 2, 3, 4]);
    expect(order('entropy')).toEqual([0, 1, 2, 3, 4]);
  });
});
