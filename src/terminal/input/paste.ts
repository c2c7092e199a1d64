import { CTRL_C, isHighSurrogate, PASTE_END, PASTE_START } from './sequences.ts';

/** Longest paste in UTF-16 code units; the rest is dropped. */
export const MAX_PASTE_LENGTH = 1_048_576;

function limit(content: string): string {
  if (content.length <= MAX_PASTE_LENGTH) return content;
  const splitsPair = isHighSurrogate(content.charCodeAt(MAX_PASTE_LENGTH - 1));
  return content.slice(0, splitsPair ? MAX_PASTE_LENGTH - 1 : MAX_PASTE_LENGTH);
}

/** A bracketed paste as one key; none if `content` is empty. */
export function pasteKeys(content: string): string[] {
  return content === '' ? [] : [PASTE_START + limit(content) + PASTE_END];
}

/** Reads a paste whose content begins at `start`, up to its end marker or to a Ctrl-C, which is always the key; null if it has
 *  neither yet. */
export function readPaste(input: string, start: number): { keys: string[]; end: number } | null {
  const end = input.indexOf(PASTE_END, start);
  const interrupt = input.slice(start, end === -1 ? undefined : end).indexOf(CTRL_C);
  if (interrupt !== -1) {
    return { keys: pasteKeys(input.slice(start, start + interrupt)), end: start + interrupt };
  }
  return end === -1 ? null : { keys: pasteKeys(input.slice(start, end)), end: end + PASTE_END.length };
}

/** Splits an unfinished paste into its content and the beginning of an end marker, if it ends in one. */
export function partPaste(rest: string): { content: string; tail: string } {
  const content = rest.slice(PASTE_START.length);
  for (let length = PASTE_END.length - 1; length > 0; length--) {
    const tail = PASTE_END.slice(0, length);
    if (content.endsWith(tail)) return { content: content.slice(0, -length), tail };
  }
  return { content, tail: '' };
}

/** Cuts an unfinished paste to the limit, so that it cannot grow forever. */
export function limitUnfinishedPaste(rest: string): string {
  if (rest.length <= PASTE_START.length + MAX_PASTE_LENGTH + PASTE_END.length) return rest;
  const { content, tail } = partPaste(rest);
  return PASTE_START + content.slice(0, MAX_PASTE_LENGTH) + tail;
}
