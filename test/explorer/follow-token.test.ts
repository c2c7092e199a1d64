import { expect, test } from 'vitest';
import { followToken } from '../../src/explorer/follow-token.ts';

/** Follows the word that is marked with a star from one sentence into the next. */
function follow(before: string, after: string): number | null {
  const words = before.split(' ');
  const position = words.findIndex((word) => word.startsWith('*'));
  const plain = words.map((word) => word.replace('*', ''));
  return followToken(plain, after === '' ? [] : after.split(' '), position);
}

test.each([
  ['nothing changed', 'the *river bank', 'the river bank', 1],
  ['a word is put before it', 'the *river bank', 'see the river bank', 2],
  ['a word is put just before it', 'the *river bank', 'the wide river bank', 2],
  ['a word is taken away before it', 'by the *river bank', 'the river bank', 1],
  ['several words before it are replaced by one', 'all along the *river bank', 'a river bank', 1],
  ['words are appended', 'the *river bank', 'the river bank is wide', 1],
  ['the last word stays when words are appended', 'the river *bank', 'the river bank is wide', 2],
  ['words behind it are taken away', 'the *river bank is wide', 'the river', 1],
  ['it is edited itself', 'the *river bank', 'the rivers bank', 1],
  ['it is edited at the end of the text', 'the *river', 'the rivers', 1],
  ['it is split in two: the first of them', 'the *boat drifted', 'the bo at drifted', 1],
  ['it is taken away: what follows moves up', 'the *river bank', 'the bank', 1],
  ['it is taken away at the end: nothing', 'the river *bank', 'the river', null],
  ['all is replaced by as many words: the same place', 'a *b c', 'x y z', 1],
  ['all is replaced by fewer words: nothing', 'a b *c', 'x', null],
  ['all is deleted: nothing', 'a *b c', '', null],
  ['it stands among equal words and one more is put before them', 'no no *no yes', 'no no no no yes', 2],
])('%s', (_, before, after, expected) => {
  expect(follow(before, after)).toBe(expected);
});

test('numbers of the vocabulary and words that it does not have are told apart', () => {
  expect(followToken([1, '2', 3], [9, 1, '2', 3], 1)).toBe(2);
  expect(followToken([1, '2'], [1, 2], 1)).toBe(1);
});

test('no answer lies outside of the new text, whatever the edit', () => {
  for (let before = 1; before <= 5; before++) {
    for (let after = 0; after <= 5; after++) {
      for (let variant = 0; variant < 2 ** after; variant++) {
        const old = Array.from({ length: before }, (_, index) => index % 2);
        const now = Array.from({ length: after }, (_, index) => (variant >> index) & 1);
        for (let position = 0; position < before; position++) {
          const moved = followToken(old, now, position);
          if (moved !== null) {
            expect(moved).toBeGreaterThanOrEqual(0);
            expect(moved).toBeLessThan(after);
          }
        }
      }
    }
  }
});
