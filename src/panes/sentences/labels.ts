import type { AlignedPair } from '../../core/measures/alignment.ts';
import { labelAt, type TokenView } from '../../explorer/token-view.ts';

/** Names a pair: `bank`, `money/river` for a replacement, `A:too` if only A has it. */
export function pairLabel({ a, b, isSame }: AlignedPair, tokensA: readonly TokenView[], tokensB: readonly TokenView[]) {
  if (a === null) return `B:${labelAt(tokensB, b ?? -1)}`;
  if (b === null) return `A:${labelAt(tokensA, a)}`;
  return isSame ? labelAt(tokensA, a) : `${labelAt(tokensA, a)}/${labelAt(tokensB, b)}`;
}

/** The label after its place in A, or in B if A lacks it. */
export function positionedPairLabel(
  pair: AlignedPair,
  tokensA: readonly TokenView[],
  tokensB: readonly TokenView[],
): string {
  return `${pair.a ?? pair.b} ${pairLabel(pair, tokensA, tokensB)}`;
}

/** The pair that contains a place of A; 0 if none does. */
export function pairIndexOf(pairs: readonly AlignedPair[], placeA: number): number {
  return Math.max(
    0,
    pairs.findIndex(({ a }) => a === placeA),
  );
}

/** The place in B of that pair; if B has none, the nearest place before it. */
export function placeInB(pairs: readonly AlignedPair[], index: number): { place: number; isAligned: boolean } {
  const place = pairs[index]?.b ?? null;
  if (place !== null) return { place, isAligned: true };
  const before = pairs.slice(0, index).findLast(({ b }) => b !== null);
  return { place: before?.b ?? 0, isAligned: false };
}
