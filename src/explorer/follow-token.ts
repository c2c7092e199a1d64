/** Where the token at `position` went when a text was edited: counted from the end where the edit lies before it,
 *  else left in place; null when nothing is left at that place.  ids of the old and the new tokens. */
export function followToken(
  before: readonly (number | string)[],
  after: readonly (number | string)[],
  position: number,
): number | null {
  const kept = keptToken(before, after, position);
  if (kept !== null) return kept;
  return position < after.length ? position : null;
}

/** Where the very token at `position` is in the new text; null where the edit took it away or made another of it. */
export function keptToken(
  before: readonly (number | string)[],
  after: readonly (number | string)[],
  position: number,
): number | null {
  const shorter = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < shorter && before[prefix] === after[prefix]) prefix++;
  let suffix = 0;
  while (suffix < shorter - prefix && before.at(-1 - suffix) === after.at(-1 - suffix)) suffix++;
  if (position < prefix) return position;
  return position >= before.length - suffix ? position + after.length - before.length : null;
}
