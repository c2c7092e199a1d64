import { listAt, named, TokenizerFormatError } from './json-fields.ts';
import type { Vocabulary } from './model.ts';

/** The merges of a BPE model, in order of precedence. */
export interface MergeTable {
  /** Rank of the merge of two ids, or −1; the lowest rank goes first. */
  rankOf(left: number, right: number): number;
  /** Id that the merge produces. */
  resultOf(rank: number): number;
}

/** Reads `model.merges`: strings "a b" or pairs ["a", "b"]. Of two equal merges the later wins.
 *  prefix: continuing_subword_prefix, which the merge strips from the right part.
 *  @throws TokenizerFormatError when a merge is neither, or the vocabulary lacks one of its tokens. */
export function mergeTableAt(value: unknown, vocabulary: Vocabulary, prefix: string): MergeTable {
  const merges = listAt(value, 'model.merges');
  const lefts = new Int32Array(merges.length);
  const rights = new Int32Array(merges.length);
  const results = new Int32Array(merges.length);
  const slotCount = 2 ** Math.ceil(Math.log2(merges.length * 1.5 + 2));
  // Open-addressed; stores rank + 1, so that 0 means "free".
  const slots = new Int32Array(slotCount);
  const slotOf = (left: number, right: number): number => {
    let slot = hash(left, right) & (slotCount - 1);
    for (let entry = slots[slot]!; entry !== 0; entry = slots[slot]!) {
      if (lefts[entry - 1] === left && rights[entry - 1] === right) break;
      slot = (slot + 1) & (slotCount - 1);
    }
    return slot;
  };
  for (let rank = 0; rank < merges.length; rank += 1) {
    const [left, right] = partsOf(merges[rank], rank);
    lefts[rank] = idAt(vocabulary, left, rank);
    rights[rank] = idAt(vocabulary, right, rank);
    // Most vocabularies list results in merge order; a correct guess saves building and hashing a string.
    const guess = rank > 0 ? results[rank - 1]! + 1 : 0;
    const rest = prefix === '' ? right : right.slice(prefix.length);
    results[rank] = isJoin(vocabulary.tokenOf(guess), left, rest) ? guess : idAt(vocabulary, left + rest, rank);
    slots[slotOf(lefts[rank]!, rights[rank]!)] = rank + 1;
  }
  return {
    rankOf: (left, right) => slots[slotOf(left, right)]! - 1,
    resultOf: (rank) => results[rank]!,
  };
}

function isJoin(token: string | undefined, left: string, right: string): boolean {
  return token?.length === left.length + right.length && token.startsWith(left) && token.endsWith(right);
}

function hash(left: number, right: number): number {
  const mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

function partsOf(merge: unknown, rank: number): readonly [string, string] {
  const parts: unknown = typeof merge === 'string' ? merge.split(' ') : merge;
  if (Array.isArray(parts) && parts.length === 2) {
    const [left, right] = parts;
    if (typeof left === 'string' && typeof right === 'string') return [left, right];
  }
  throw new TokenizerFormatError(
    `model.merges[${rank}] must be two tokens, as "a b" or ["a", "b"]; it is ${named(merge)}`,
  );
}

function idAt(vocabulary: Vocabulary, token: string, rank: number): number {
  const id = vocabulary.idOf(token);
  if (id === undefined) {
    throw new TokenizerFormatError(
      `model.merges[${rank}] needs the token ${named(token)}, which is not in model.vocab`,
    );
  }
  return id;
}
