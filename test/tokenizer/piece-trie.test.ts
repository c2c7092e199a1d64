import { expect, test } from 'vitest';
import { PieceTrie } from '../../src/tokenizer/piece-trie.ts';

function lookUp(trie: PieceTrie, text: string): number | null {
  let node = 0;
  for (const symbol of text) {
    node = trie.child(node, symbol.codePointAt(0)!);
    if (node === 0) return null;
  }
  return trie.pieceId(node);
}

test('finds every piece, returns -1 inside a piece, and finds nothing else', () => {
  const trie = new PieceTrie(['skipped', 'tea', 'ten', 'i', 'in', '😀x'], 1);
  expect(['tea', 'ten', 'i', 'in', '😀x'].map((piece) => lookUp(trie, piece))).toEqual([1, 2, 3, 4, 5]);
  expect(['t', 'te', '😀'].map((prefix) => lookUp(trie, prefix))).toEqual([-1, -1, -1]);
  expect(['skipped', 'teas', 'x', 'to'].map((other) => lookUp(trie, other))).toEqual([null, null, null, null]);
});

test('distinguishes thousands of pieces', () => {
  const pieces = Array.from({ length: 5000 }, (_, i) => `p${(i * 7919).toString(36)}`);
  const trie = new PieceTrie(pieces, 0);
  expect(pieces.every((piece, id) => lookUp(trie, piece) === id)).toBe(true);
});

test('without pieces there is only the root', () => {
  expect(new PieceTrie([], 0).child(0, 0x61)).toBe(0);
  expect(new PieceTrie([''], 0).pieceId(0)).toBe(-1);
});
