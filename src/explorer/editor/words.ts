import { nextBoundary, previousBoundary } from './boundaries.ts';

type Test = (grapheme: string) => boolean;

/** Readline's word characters, in all scripts: letters and digits. */
const isWord: Test = (grapheme) => /^[\p{L}\p{N}]/u.test(grapheme);
const isNotBlank: Test = (grapheme) => !/^\s/u.test(grapheme);

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

function startBefore(text: string, index: number, test: Test): number {
  return backWhile(
    text,
    backWhile(text, index, (grapheme) => !test(grapheme)),
    test,
  );
}

/** Where the word before `index` begins (Alt-B). */
export function wordStartBefore(text: string, index: number): number {
  return startBefore(text, index, isWord);
}

/** Where the word after `index` ends (Alt-F). */
export function wordEndAfter(text: string, index: number): number {
  return forwardWhile(
    text,
    forwardWhile(text, index, (grapheme) => !isWord(grapheme)),
    isWord,
  );
}

/** Where what blanks delimit before `index` begins (Ctrl-W). */
export function blankWordStartBefore(text: string, index: number): number {
  return startBefore(text, index, isNotBlank);
}
