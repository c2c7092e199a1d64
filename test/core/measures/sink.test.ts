import { describe, expect, test } from 'vitest';
import {
  findRowSink,
  findSink,
  rowSinkSentences,
  type SinkToken,
  sinkSentence,
  withoutSink,
} from '../../../src/core/measures/sink.ts';
import { ShapeError } from '../../../src/tensor/tensor.ts';
import { blocks, blocksOf } from '../../support/tensors.ts';

const none = Number.NaN;

/** One token a letter; '.' is a separator. */
const tokensOf = (text: string): SinkToken[] => [...text].map((letter) => ({ isSeparator: letter === '.' }));

/** Rows that put `share` on the key, and the rest evenly on the others that they see. */
function rowsOn(key: number, share: number, count: number, isCausal = false): number[][] {
  return Array.from({ length: count }, (_, query) => {
    const end = isCausal ? query + 1 : count;
    return Array.from({ length: count }, (__, at) => {
      if (at >= end) return 0;
      if (key >= end) return 1 / end;
      if (end === 1) return 1;
      return at === key ? share : (1 - share) / (end - 1);
    });
  });
}

describe('a sink', () => {
  test('is a first token with most of the weight, its own query left out', () => {
    const rows = [
      [0, 0.5, 0.25, 0.25, 0],
      [0.75, 0.0625, 0.0625, 0.0625, 0.0625],
      [0.5, 0.125, 0.125, 0.125, 0.125],
      [0.75, 0.0625, 0.0625, 0.0625, 0.0625],
      [1, 0, 0, 0, 0],
    ];
    // (0.75 + 0.5 + 0.75 + 1) / 4; a weight of 0 that another head gives is of a key that is seen.
    const weights = blocks([rows, rowsOn(0, 0.2, 5)]);
    expect(findSink(weights, 0, tokensOf('abcde'))).toEqual({ key: 0, share: 0.75, kind: 'first token' });
    expect(findSink(weights, 1, tokensOf('abcde'))).toBeNull();
  });

  test('is a separator with most of the weight, but no other token', () => {
    const weights = blocks([rowsOn(3, 0.75, 5)]);
    expect(findSink(weights, 0, tokensOf('abc.e'))).toEqual({ key: 3, share: 0.75, kind: 'separator' });
    expect(findSink(weights, 0, tokensOf('abcd.'))).toBeNull();
  });

  test('takes at least half', () => {
    expect(findSink(blocks([rowsOn(0, 0.5, 5)]), 0, tokensOf('abcde'))?.share).toBe(0.5);
    expect(findSink(blocks([rowsOn(0, 0.4999, 5)]), 0, tokensOf('abcde'))).toBeNull();
  });

  test('is the one with the largest share where there are several', () => {
    // The full stop is seen by the three queries behind it alone, which all look at it; key 0 has the rest.
    const rows = rowsOn(0, 1, 7, true).map((row, query) => (query > 3 ? row.map((_, key) => Number(key === 3)) : row));
    const weights = blocks([rows, rowsOn(0, 0.1, 7, true)]);
    expect(findSink(weights, 0, tokensOf('abc.efg'))).toEqual({ key: 3, share: 1, kind: 'separator' });
    expect(findSink(weights, 0, tokensOf('abcdefg'))).toEqual({ key: 0, share: 0.5, kind: 'first token' });
  });

  test('needs three other keys that its queries see on average', () => {
    // Causal: with n tokens the queries 1 to n − 1 see 1 to n − 1 other keys, n / 2 on average.
    const ofCausal = (count: number) => findSink(blocks([rowsOn(0, 0.9, count, true)]), 0, tokensOf('a'.repeat(count)));
    expect(ofCausal(5)).toBeNull();
    expect(ofCausal(6)).toMatchObject({ key: 0, kind: 'first token' });
    expect(ofCausal(6)!.share).toBeCloseTo(0.9, 6);
  });

  test('is a mean over those that see it: a window, and a separator late in a causal text', () => {
    // A window of 4: key 0 is seen by the queries 1 to 3, which see 1 to 3 others.
    const windowed = rowsOn(0, 0.9, 8, true).map((row, query) => row.map((one, key) => (query - key > 3 ? 0 : one)));
    expect(findSink(blocks([windowed]), 0, tokensOf('abcdefgh'))).toBeNull();
    const late = (at: number) =>
      findSink(
        blocks([rowsOn(at, 0.9, 8, true)]),
        0,
        [...'abcdefgh'].map((_, key) => ({ isSeparator: key === at })),
      );
    expect(late(4)).toMatchObject({ key: 4, kind: 'separator' });
    // Two queries behind it are too few to go by.
    expect(late(5)).toBeNull();
    expect(late(7)).toBeNull();
  });

  test('of cross-attention counts every query: they are of another text', () => {
    const row = [0.75, 0.125, 0.0625, 0.0625];
    const weights = blocks([[row, row, row]]);
    expect(findSink(weights, 0, tokensOf('abcd'), true)).toEqual({ key: 0, share: 0.75, kind: 'first token' });
    expect(findSink(weights, 0, tokensOf('abcd'))).toBeNull();
  });

  test('what has no number is left out, as query and as key', () => {
    const gap = [0.75, none, 0.125, 0.0625, 0.0625];
    const rows = [gap, [none, none, none, none, none], gap, gap, gap];
    expect(findSink(blocks([rows]), 0, tokensOf('abcde'))).toEqual({ key: 0, share: 0.75, kind: 'first token' });
    const silent = blocks([rows.map((row) => row.map(() => none))]);
    expect(findSink(silent, 0, tokensOf('ab.de'))).toBeNull();
  });

  test('needs a token a key, and a head', () => {
    const weights = blocks([rowsOn(0, 0.9, 5)]);
    expect(() => findSink(weights, 0, tokensOf('abcd'))).toThrow(new ShapeError('4 tokens do not fit 5 keys'));
    expect(() => findSink(weights, 1, tokensOf('abcde'))).toThrow(new ShapeError('there is no head 1 of 1'));
  });
});

describe('a bright cell of one row', () => {
  const rows = [
    [1, 0, 0, 0, 0],
    [0.9, 0.1, 0, 0, 0],
    [0.7, 0.2, 0.1, 0, 0],
    [0.5, 0.25, 0.125, 0.125, 0],
    [0.125, 0.125, 0.0625, 0.625, 0.0625],
  ];
  const weights = blocks([rows]);
  const found = (query: number, text = 'abc.e', isCross = false) =>
    findRowSink(weights, 0, query, tokensOf(text), isCross);

  test('is at the first token or a separator, with half of the weight at least', () => {
    expect(found(3)).toEqual({ key: 0, share: 0.5, kind: 'first token' });
    expect(found(4)).toEqual({ key: 3, share: 0.625, kind: 'separator' });
    expect(found(4, 'abcde')).toBeNull();
  });

  test('tells nothing where the query sees fewer than three other keys', () => {
    expect([0, 1, 2].map((query) => found(query))).toEqual([null, null, null]);
  });

  test('tells nothing of the own token, unless it is one of another text', () => {
    const own = blocks([[[0, 0, 0, 0, 0].map((_, key) => (key === 0 ? 0.6 : 0.1))]]);
    expect(findRowSink(own, 0, 0, tokensOf('.bcde'))).toBeNull();
    expect(findRowSink(own, 0, 0, tokensOf('.bcde'), true)).toMatchObject({ key: 0, share: expect.closeTo(0.6, 6) });
  });

  test('is no unknown word', () => {
    const unknown = blocks([[[none, 0.1, 0.1, 0.1, 0.7]], [[none, 0.1, 0.1, 0.1, 0.7]]]);
    expect(findRowSink(unknown, 0, 0, tokensOf('abcd.'))).toMatchObject({ key: 4 });
    expect(findRowSink(unknown, 0, 0, tokensOf('abcde'))).toBeNull();
  });

  test('needs a token a key', () => {
    expect(() => findRowSink(weights, 0, 3, tokensOf('abc'))).toThrow(ShapeError);
  });

  test('is called a sink only if the head is measured to have one there', () => {
    const sink = { key: 0, share: 0.72, kind: 'first token' } as const;
    expect(rowSinkSentences(sink, '0 [CLS]', null)).toEqual([
      '0.72 on 0 [CLS] (0.50 or more): often a sink. Many heads park weight there (Xiao et al. 2023); it does not show that the token matters.',
      '0.72 on 0 [CLS]: often a sink. Many heads park weight there (Xiao et al. 2023); it does not show that the token matters.',
      '0.72 on 0 [CLS]: often a sink; it need not matter',
    ]);
    const [long, middle, short] = rowSinkSentences({ ...sink, key: 9, kind: 'separator' }, '9 .', 0.6);
    expect(long).toMatch(
      /^0\.72 on 9 \., and 0\.60 on average over the other tokens that see it \(0\.50 or more\): a sink\./,
    );
    expect(middle).toContain('(Clark et al. 2019)');
    expect(short).toBe('0.72 on 9 .: a sink; it need not matter');
  });
});

test('the sentence says what takes how much, what that means, and who says so', () => {
  expect(sinkSentence({ key: 0, share: 0.828, kind: 'first token' }, '0 The')).toBe(
    '0 The takes 83 % of this head\'s attention, on average over the other tokens that see it. Heads often put attention they do not need on the first token; it then says little about content (Xiao et al. 2023, "Efficient Streaming Language Models with Attention Sinks").',
  );
  const separator = sinkSentence({ key: 6, share: 0.5, kind: 'separator' }, '');
  expect(separator).toMatch(
    /^token 6 takes 50 % .* on a separator; .* \(Clark et al\. 2019, "What Does BERT Look At\?"\)\.$/,
  );
});

describe('without the sink', () => {
  test('what is left sums to 1 again; a row that has nothing left has no numbers', () => {
    const weights = blocks([
      [
        [1, 0, 0],
        [0.75, 0.25, 0],
        [0.5, 0.125, 0.375],
      ],
      [
        [1, 0, 0],
        [0, 1, 0],
        [0.2, 0.4, 0.4],
      ],
    ]);
    const before = blocksOf(weights);
    const left = withoutSink(weights, new Set([0]));
    expect([left.axes, left.shape]).toEqual([weights.axes, weights.shape]);
    expect(blocksOf(left)).toEqual([
      [
        [none, none, none],
        [0, 1, 0],
        [0, 0.25, 0.75],
      ],
      [
        [none, none, none],
        [0, 1, 0],
        [0, 0.5, 0.5],
      ],
    ]);
    expect(blocksOf(weights)).toEqual(before);
  });

  test('several keys may be hidden; one that is not there hides nothing', () => {
    const weights = blocks([[[0.25, 0.5, 0.125, 0.125]]]);
    expect(blocksOf(withoutSink(weights, new Set([0, 1])))).toEqual([[[0, 0, 0.5, 0.5]]]);
    expect(blocksOf(withoutSink(weights, new Set([-1, 4])))).toEqual(blocksOf(weights));
    expect(blocksOf(withoutSink(weights, new Set([0, 1, 2, 3])))).toEqual([[[none, none, none, none]]]);
  });

  test('places without a number stay so and count for nothing', () => {
    const weights = blocks([
      [
        [0.5, none, 0.5],
        [none, none, none],
        [0.25, none, 0.75],
      ],
    ]);
    expect(blocksOf(withoutSink(weights, new Set([0])))).toEqual([
      [
        [0, none, 1],
        [none, none, none],
        [0, none, 1],
      ],
    ]);
  });
});
