import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const printableAscii = /^[\x20-\x7e]*$/;

/** Cells that a terminal needs for the text. */
export function widthOf(text: string): number {
  return printableAscii.test(text) ? text.length : stringWidth(text);
}

/** The user-perceived characters of a text. */
export function graphemesOf(text: string): string[] {
  return printableAscii.test(text) ? [...text] : Array.from(segmenter.segment(text), (part) => part.segment);
}

/** The longest beginning of the text that fits into so many cells. */
export function takeCells(text: string, widthCells: number): string {
  if (widthOf(text) <= widthCells) return text;
  let taken = '';
  let width = 0;
  for (const grapheme of graphemesOf(text)) {
    width += widthOf(grapheme);
    if (width > widthCells) break;
    taken += grapheme;
  }
  return taken;
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
export function cutMiddle(text: string, widthCells: number, ellipsis: string): string {
  if (widthOf(text) <= widthCells) return text;
  if (widthCells <= 3) return takeCells(text, widthCells);
  const room = widthCells - widthOf(ellipsis);
  const head = takeCells(text, Math.ceil(room / 2));
  return head + ellipsis + takeCellsFromEnd(text, room - widthOf(head));
}

/** The text, cut at its end with a mark where it is too long. */
export function cutEnd(text: string, widthCells: number, ellipsis: string): string {
  if (widthOf(text) <= widthCells) return text;
  return takeCells(text, Math.max(0, widthCells - widthOf(ellipsis))) + (widthCells > 0 ? ellipsis : '');
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
