import { graphemesOf, isPrintableAscii, takeCells, widthOf } from './graphemes.ts';

const invisible = /^\p{Default_Ignorable_Code_Point}+$/u;
const control = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The text with a sign in the place of what cannot be seen: controls, an invisible character or a mark that stands alone. */
export function visibleText(text: string): string {
  if (isPrintableAscii(text)) return text;
  if (invisible.test(text)) return '·';
  return text.replace(control, '·').replace(/^\p{M}/u, '\u25cc$&');
}

function takeCellsFromEnd(text: string, widthCells: number): string {
  let taken = '';
  let width = 0;
  for (const grapheme of graphemesOf(text).reverse()) {
    width += widthOf(grapheme);
    if (width > widthCells) break;
    taken = grapheme + taken;
  }
  return taken;
}

/** The text, cut in the middle with a mark where it is too long for so many cells. */
export function cutMiddle(text: string, widthCells: number, ellipsis = '…'): string {
  if (widthOf(text) <= widthCells) return text;
  if (widthCells <= 3) return takeCells(text, widthCells);
  const room = widthCells - widthOf(ellipsis);
  const head = takeCells(text, Math.ceil(room / 2));
  return head + ellipsis + takeCellsFromEnd(text, room - widthOf(head));
}

/** The text, cut at its end with a mark where it is too long. */
export function cutEnd(text: string, widthCells: number): string {
  if (widthOf(text) <= widthCells) return text;
  return takeCells(text, Math.max(0, widthCells - 1)) + (widthCells > 0 ? '…' : '');
}

export function padEnd(text: string, widthCells: number): string {
  return text + ' '.repeat(Math.max(0, widthCells - widthOf(text)));
}

export function padStart(text: string, widthCells: number): string {
  return ' '.repeat(Math.max(0, widthCells - widthOf(text))) + text;
}

/** The text in the middle of so many cells. */
export function center(text: string, widthCells: number): string {
  const left = Math.max(0, Math.floor((widthCells - widthOf(text)) / 2));
  return padEnd(' '.repeat(left) + text, widthCells);
}

/** Breaks a sentence at blanks into lines of at most so many cells. */
export function wrapWords(text: string, widthCells: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= widthCells || line === '') {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Joins parts into lines: `within` between two on a line, `atEnd` after a line that goes on, `atStart` before one that continues; no part is broken. */
export function joinWithin(
  parts: readonly string[],
  { within, atEnd = '', atStart = '' }: { within: string; atEnd?: string; atStart?: string },
  widthCells: number,
): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(part);
    else if (widthOf(last + within + part + atEnd) <= widthCells) lines[lines.length - 1] = last + within + part;
    else {
      lines[lines.length - 1] = last + atEnd;
      lines.push(atStart + part);
    }
  }
  return lines;
}
