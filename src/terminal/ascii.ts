import type { Cell, Row } from '../panes/kit/cells.ts';
import { takeCells, widthOf } from '../text/graphemes.ts';

/** Pairs each sign with the ASCII character at the same place. */
const pairs = (signs: string, ascii: string) =>
  Object.fromEntries(Array.from(signs, (sign, index) => [sign, ascii[index] ?? '']));

/** The signs of the views in ASCII. Other letters stay as the user typed them. */
const signs: Readonly<Record<string, string>> = {
  ...{ '↑ ↓': 'up, down', '← →': 'left, right', '↑↓': 'up/down', '←→': 'left/right' },
  ...{ '-←': '-left', '-→': '-right', '↑': 'up', '↓': 'down', '←': '<-', '→': '->', '↔': '<->' },
  ...{ '≥': '>=', '≤': '<=', '∞': 'inf', '²': '^2', ᵀ: '^T', ᵢ: '_i', ⱼ: '_j', Σ: 'sum', θ: 'theta', ε: 'eps' },
  ...pairs('▸›▾…–—␣×÷−⊙≠‖α′', `>>v~-?_x/-**|a'`),
  ...pairs('▁▂▃▄▅▆▇', '__--==#'),
  ...{ '≈': '~=', γ: 'gamma', β: 'beta', Φ: 'Phi' },
  ...pairs('█▉▊▋▌▍▎▏┼┤╶╴─╰╭╮╯│┄┊', '#####   -|---`..`|.:'),
};

/** A Greek letter is a sign only if no other Greek letter stands beside it. */
const asSign = (sign: string) => {
  if (/[ΣαθεγβΦ]/.test(sign)) return `(?<!\\p{Script=Greek})${sign}(?!\\p{Script=Greek})`;
  return sign === '-←' ? `${sign}(?!→)` : sign;
};
const blanksOrSign = new RegExp(` +|√(?:\\w+(?:\\.\\w+)*)?|[₀-₉]+|${Object.keys(signs).map(asSign).join('|')}`, 'gu');

function signText(found: string): string {
  if (found.startsWith('√')) return found === '√' ? 'sqrt' : `sqrt(${found.slice(1)})`;
  if (/^[₀-₉]/.test(found)) return `_${Array.from(found, (digit) => digit.charCodeAt(0) - 0x2080).join('')}`;
  return signs[found] ?? found;
}

/** Turns a · between factors into *, between words into |, and in place of a number into a dot. */
function dotText(text: string): string {
  return text
    .replaceAll('q·k', 'q.k')
    .replace(/(?<=[\p{L}\p{N})])·(?=[\p{L}\p{N}(‖|])/gu, '*')
    .replace(/(?<=\S) ·(?= (?:V\b|W_|\[))/g, ' *')
    .replace(/(?<=\S) ·(?= \S| ?$)/g, ' |')
    .replaceAll('·', '.');
}

/** A row in ASCII. The next runs of blanks shrink by what a longer sign takes, to no less than two cells, so that columns
 *  stay aligned. A row that is still too wide is cut. */
export function asciiRow(row: Row, widthCells: number): Row {
  const dots = dotText(row.map((one) => (isDrawn(one) ? one.text.replaceAll('·', '.') : one.text)).join(''));
  let start = 0;
  let owed = 0;
  let isAfterBlank = false;
  const cells = row.map((one): Cell => {
    const text = dots.slice(start, start + one.text.length);
    start += one.text.length;
    if (/^▀+$/.test(text)) return onePixel(one);
    const made = text.replace(blanksOrSign, (found, offset: number) => {
      if (!found.startsWith(' ')) {
        const sign = signText(found);
        owed += sign.length - found.length;
        return sign;
      }
      const kept = isAfterBlank && offset === 0 ? 1 : 2;
      const taken = isDrawn(one) ? 0 : Math.min(owed, Math.max(0, found.length - kept));
      owed -= taken;
      return found.slice(taken);
    });
    if (made !== '') isAfterBlank = !isDrawn(one) && made.endsWith(' ');
    return { ...one, text: made };
  });
  return cutRow(cells, widthCells);
}

export function asciiText(text: string): string {
  return text
    .split('\n')
    .map((line) => textOf(asciiRow([{ text: line, tone: 'plain' }], Number.POSITIVE_INFINITY)))
    .join('\n');
}

function textOf(row: Row): string {
  return row.map(({ text }) => text).join('');
}

function isDrawn({ weight, signed, selected }: Cell): boolean {
  return weight !== undefined || signed !== undefined || selected === true;
}

/** The larger of a cell's two pixels, since ASCII has no half block. */
function onePixel({ lowerWeight = 0, weight = 0, ...rest }: Cell): Cell {
  const larger = Math.max(Number.isNaN(weight) ? 0 : weight, Number.isNaN(lowerWeight) ? 0 : lowerWeight);
  return { ...rest, text: ' '.repeat(rest.text.length), weight: larger };
}

function cutRow(row: Row, widthCells: number): Row {
  const isCut = widthOf(textOf(row).trimEnd()) > widthCells;
  let room = isCut ? widthCells - 1 : widthCells;
  const kept = row.map((one) => {
    const text = takeCells(one.text, Math.max(0, room));
    room = text === one.text ? room - widthOf(text) : 0;
    return { ...one, text };
  });
  return isCut && widthCells > 0 ? [...kept, { text: '~', tone: 'dim' }] : kept;
}
