/** A token before post-processing: its id, its string, and its span in code points of the text. */
export interface Piece {
  readonly id: number;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** White space, and Ġ, the space of byte-level vocabularies. */
const leading = /^[\p{White_Space}Ġ]+/u;
const trailing = /[\p{White_Space}Ġ]$/u;

/** Trims white space from both ends of every span, as Hugging Face's `process_offsets` does: one code point per white-space
 *  character of the token. With addPrefixSpace, one space at the start of the text stays. */
export function trimSpans(pieces: readonly Piece[], addPrefixSpace: boolean): Piece[] {
  return pieces.map((piece, index) => {
    const before = piece.text.match(leading)?.[0].length ?? 0;
    const after = trailingCount(piece.text);
    const keeps = addPrefixSpace && (index === 0 || piece.start === 0) ? 1 : 0;
    const start = Math.min(piece.start + Math.max(before - keeps, 0), piece.end);
    const end = piece.end >= after ? Math.max(piece.end - after, start) : piece.end;
    return { ...piece, start, end };
  });
}

function trailingCount(text: string): number {
  let at = text.length;
  while (at > 0 && trailing.test(text[at - 1]!)) at -= 1;
  return text.length - at;
}
