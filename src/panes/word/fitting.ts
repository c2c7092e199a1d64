import { widthOf } from '../../text/graphemes.ts';

/** The first wording that fits; '' if none does. */
export function fitting(ways: readonly string[], widthCells: number): string {
  return ways.find((way) => widthOf(way) <= widthCells) ?? '';
}
