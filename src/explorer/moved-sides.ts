import type { ControlSide, WordQuestion, WordSide } from '../run/word-answer.ts';

/** The texts with the position of their first token raised so that the word's first token stands at the same position in all of them:
 *  a difference that remains is none of position vectors. null if the word stands there already, or a text has too many tokens. */
export function movedSides(
  { a, b, c }: { readonly a: WordSide; readonly b: WordSide; readonly c: WordSide | null },
  maxPositions: number | null,
): WordQuestion['moved'] {
  const sides = [a, b, ...(c === null ? [] : [c])];
  const placeOf = ({ places }: WordSide) => places[0] ?? 0;
  const position = Math.max(...sides.map(placeOf));
  const shiftOf = (side: WordSide) => position - placeOf(side);
  if (sides.every((side) => shiftOf(side) === 0)) return null;
  if (maxPositions !== null && sides.some((side) => side.ids.length + shiftOf(side) > maxPositions)) return null;
  const moved = (side: WordSide): ControlSide | null =>
    shiftOf(side) === 0
      ? null
      : { tokens: { ids: side.ids, typeIds: null, firstPosition: shiftOf(side) }, places: side.places };
  const ofA = moved(a);
  return { position, a: ofA && { ...ofA, isOfA: true }, b: moved(b), c: c && moved(c) };
}
