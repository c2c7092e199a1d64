import type { AlignedPair } from '../../core/measures/alignment.ts';
import { labelAt, type TokenView } from '../../explorer/token-view.ts';

/** What a pair is called: `bank`, `money/river` where one replaces the other, `A:too` where A alone has it. */
export function pairLabel({ a, b, isSame }: AlignedPair, tokensA: readonly TokenView[], tokensB: readonly TokenView[]) {
  if (a === null) return `B:${labelAt(tokensB, b ?? -1)}`;
  if (b === null) return `A:${labelAt(tokensA, a)}`;
  return isSame ? labelAt(tokensA, a) : `${labelAt(tokensA, a)}/${labelAt(tokensB, b)}`;
}

/** The label with the place in A before it, or in B where A does not have it. */
export function positionedPairLabel(
  pair: AlignedPair,
  tokensA: readonly TokenView[],
  tokensB: readonly TokenView[],
): string {
  return `${pair.a ?? pair.b} ${pairLabel(pair, tokensA, tokensB)}`;
}

/** The pair that a place of A is in; 0 where there is none. */
export function pairIndexOf(pairs: readonly AlignedPair[], placeA: number): number {
  return Math.max(
    0,
    pairs.findIndex(({ a }) => a === placeA),
  );
}

/** The place in B that is aligned with that pair, or where B has none the one before it, to stay near to. */
export function placeInB(pairs: readonly AlignedPair[], index: number): { place: number; isAligned: boolean } {
  const place = pairs[index]?.b ?? null;
  if (place !== null) return { place, isAligned: true };
  const before = pairs.slice(0, index).findLast(({ b }) => b !== null);
  return { place: before?.b ?? 0, isAligned: false };
}
