import type { TokenView } from '../../explorer/token-view.ts';
import { numbersFit, tokenAxis } from '../kit/matrix-plan.ts';
import { roundFrom } from '../kit/moves.ts';

/** The tokens of one sentence. */
interface Tokens {
  readonly queries: readonly TokenView[];
  readonly keys: readonly TokenView[];
}

/** What stands in front if not all fit; A has B beside it where both fit. */
export type Front = 'A' | 'B' | 'difference';

/** Whether A and B stand side by side: if both have room for numbers, or neither would have them alone. */
export function areBeside({ a, b }: { readonly a: Tokens; readonly b: Tokens }, widthCells: number): boolean {
  const fit = (width: number) =>
    [a, b].every(({ queries, keys }) => numbersFit(tokenAxis(queries, 0), tokenAxis(keys, 0), width));
  return fit(halfOf(widthCells)) || !fit(widthCells);
}

/** Cells of A or B if they stand side by side. */
export function halfOf(widthCells: number): number {
  return Math.floor(widthCells / 2) - 1;
}

/** The one in front, and what comes after it. */
export function frontAndNext(wanted: Front, isBeside: boolean): readonly [now: Front, next: Front] {
  const fronts: readonly Front[] = isBeside ? ['A', 'difference'] : ['A', 'B', 'difference'];
  const now = fronts.includes(wanted) ? wanted : 'A';
  return [now, roundFrom(fronts, now, 1)];
}
