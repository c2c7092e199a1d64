import { commonEnds } from '../core/measures/alignment.ts';

/** Where the token at `position` went when a text was edited: it keeps its distance from the end if the edit lies before it,
 *  else its position; null when the new text has no such position.  before, after: ids of the old and the new tokens */
export function followToken(
  before: readonly (number | string)[],
  after: readonly (number | string)[],
  position: number,
): number | null {
  return keptToken(before, after, position) ?? (position < after.length ? position : null);
}

/** Where exactly this token is in the new text; null if the edit removed or replaced it. */
export function keptToken(
  before: readonly (number | string)[],
  after: readonly (number | string)[],
  position: number,
): number | null {
  const { start, end } = commonEnds(before, after);
  if (position < start) return position;
  return position >= before.length - end ? position + after.length - before.length : null;
}
