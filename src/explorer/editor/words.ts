import { nextBoundary, previousBoundary } from './boundaries.ts';

type Test = (grapheme: string) => boolean;

/** Readline's word characters in all scripts: letters and digits. */
const isWord: Test = (grapheme) => /^[\p{L}\p{N}]/u.test(grapheme);
const isGap: Test = (grapheme) => !isWord(grapheme);
const isBlank: Test = (grapheme) => /^\s/u.test(grapheme);
const isNotBlank: Test = (grapheme) => !isBlank(grapheme);

function backWhile(text: string, from: number, test: Test): number {
  let index = from;
  while (index > 0) {
    const before = previousBoundary(text, index);
    if (!test(text.slice(before, index))) break;
    index = before;
  }
  return index;
}

function forwardWhile(text: string, from: number, test: Test): number {
  let index = from;
  while (index < text.length) {
    const after = nextBoundary(text, index);
    if (!test(text.slice(index, after))) break;
    index = after;
  }
  return index;
}

/** Start of the word before `index` (Alt-B). */
export function wordStartBefore(text: string, index: number): number {
  return backWhile(text, backWhile(text, index, isGap), isWord);
}

/** End of the word after `index` (Alt-F). */
export function wordEndAfter(text: string, index: number): number {
  return forwardWhile(text, forwardWhile(text, index, isGap), isWord);
}

/** Start of the blank-delimited word before `index` (Ctrl-W). */
export function blankWordStartBefore(text: string, index: number): number {
  return backWhile(text, backWhile(text, index, isBlank), isNotBlank);
}
