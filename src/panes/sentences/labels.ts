import type { AlignedPair } from '../../core/measures/alignment.ts';
import { labelAt, type TokenView } from '../../explorer/token-view.ts';
import type { Axis } from '../kit/matrix-plan.ts';

/** The sign of the edit from A to B; '' for the same token. */
export function editSign({ a, b, isSame }: AlignedPair): string {
  if (isSame) return '';
  if (a === null) return '+';
  return b === null ? '−' : '≠';
}

/** Names a pair in full: `bank`, `money/river` for a replacement, `too (only in A)`. */
export function pairName({ a, b, isSame }: AlignedPair, tokensA: readonly TokenView[], tokensB: readonly TokenView[]) {
  if (a === null) return `${labelAt(tokensB, b ?? -1)} (only in B)`;
  if (b === null) return `${labelAt(tokensA, a)} (only in A)`;
  return isSame ? labelAt(tokensA, a) : `${labelAt(tokensA, a)}/${labelAt(tokensB, b)}`;
}

/** The pairs along an axis of a matrix: places and names of A after the sign of the edit; of B where A has none. */
export function pairAxis(
  pairs: readonly AlignedPair[],
  selected: number,
  tokensA: readonly TokenView[],
  tokensB: readonly TokenView[],
): Axis {
  const pair = pairs[selected];
  return {
    names: pairs.map((one) => {
      const name = one.a === null ? labelAt(tokensB, one.b ?? -1) : labelAt(tokensA, one.a);
      return editSign(one) + name;
    }),
    positions: pairs.map(({ a, b }) => (a === null ? `B${b}` : String(a))),
    selected,
    ...(pair === undefined ? {} : { wholeName: pairName(pair, tokensA, tokensB) }),
  };
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
