import { expect, test } from 'vitest';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { staticSide, type WordVectors } from '../../src/explorer/static-side.ts';
import { staticSideIn } from '../../src/panes/word/pane.ts';
import { builtInModel } from '../support/models.ts';

const vectorOf: Readonly<Record<string, readonly number[]>> = {
  bank: [3, 4],
  Bank: [4, 3],
  east: [1, 0],
  north: [0, 2],
  west: [-5, 0],
  nothing: [0, 0],
};

/** Vectors of a plane, whose cosines can be told without computing; cases are told apart. */
const plane: WordVectors = {
  label: 'plane.txt (GloVe)',
  vector: (word) => (vectorOf[word] === undefined ? null : { values: Float32Array.from(vectorOf[word]) }),
};

const side = (textA: string, textB: string, word = 'bank') => staticSide(plane, word, textA, textB);

test('one spelling has one vector: the cosine is exactly 1, whatever stands around it', () => {
  expect(side('east bank', 'the north-bank, west')).toMatchObject({ label: 'plane.txt (GloVe)', cosine: 1 });
  expect(side('bank', 'bank')).toEqual({ label: 'plane.txt (GloVe)', cosine: 1, baseline: null });
});

test('another spelling has another vector, in whichever sentence it stands', () => {
  // (3, 4)·(4, 3) / 25
  expect(side('Bank of east', 'the bank').cosine).toBeCloseTo(0.96, 12);
  expect(side('the bank', 'Bank of east').cosine).toBeCloseTo(0.96, 12);
  expect(side('Bank', 'the Bank', 'bank').cosine).toBe(1);
});

test('a spelling without a vector has no cosine', () => {
  expect(side('BANK', 'bank').cosine).toBeNull();
  expect(side('bank', 'BANK').cosine).toBeNull();
  expect(side('xyz', 'xyz', 'xyz')).toEqual({ label: 'plane.txt (GloVe)', cosine: null, baseline: null });
});

test.each([
  // Pairs of one word of A and one of B: east·east 1, east·north 0.
  ['east bank', 'east north bank', 1 / 2],
  // east·north 0, east·west −1, north·north 1, north·west 0; a length is of no account.
  ['east north bank', 'north west bank', 0],
  ['east bank', 'west bank', -1],
  // Each time that a word is there counts: (1 + 1 − 1) / 3.
  ['east bank', 'east, east; west. Bank!', 1 / 3],
  // Unknown words and zeros are left out.
  ['east xyz nothing bank', 'bank of west zzz', -1],
  ['east bank', 'bank', null],
  ['', '', null],
])('“%s” and “%s”: the mean cosine of a word of A and one of B, the word itself left out, is %d', (a, b, expected) => {
  const { baseline } = side(a, b);
  if (expected === null) expect(baseline).toBeNull();
  else expect(baseline).toBeCloseTo(expected, 12);
});

test('the word itself is left out in any spelling', () => {
  expect(side('Bank east', 'bank BANK north').baseline).toBeCloseTo(0, 12);
});

test('an explorer asks for it where vectors and a word in both are there', () => {
  const loaded = builtInModel('use-lite');
  const texts = { text: 'east bank', sentenceB: 'the bank, west' };
  const explorer = createExplorer({ loaded, ...texts, wordVectors: plane });
  expect(staticSideIn(explorer).value).toEqual({ label: 'plane.txt (GloVe)', cosine: 1, baseline: -1 });
  explorer.inputs.sentenceB.value = 'a cat';
  expect(staticSideIn(explorer).value).toBeNull();
  expect(staticSideIn(createExplorer({ loaded, ...texts })).value).toBeNull();
});
