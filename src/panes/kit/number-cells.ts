import { center, padEnd } from '../../text/fitted-text.ts';
import { compact, fixed } from './format.ts';

/** How the numbers of a matrix stand in cells of one width. */
export interface NumberCells {
  readonly widthCells: number;
  /** Digits after the point; null: no numbers, only shades. */
  readonly digits: number | null;
  /** Whether 0.25 is written .25. */
  readonly isShort: boolean;
  /** The cell of the decimal point, so that all points of a column line up. */
  readonly point: number;
}

/** Weights: three digits from 6 cells on, two from 4 on, never fewer. */
export function weightCells(widthCells: number): NumberCells {
  const digits = widthCells >= 6 ? 3 : widthCells >= 4 ? 2 : null;
  const isShort = widthCells < 7;
  return { widthCells, digits, isShort, point: isShort ? Math.min(1, Math.max(0, widthCells - 4)) : 2 };
}

/** Differences, with a sign: three digits from 8 cells on, two from 5 on, never fewer. */
export function differenceCells(widthCells: number): NumberCells {
  const digits = widthCells >= 8 ? 3 : widthCells >= 5 ? 2 : null;
  return { widthCells, digits, isShort: true, point: widthCells >= 6 ? 2 : 1 };
}

/** Numbers from 0 to a maximum: three digits if they fit, and no number with fewer than three significant ones. */
export function scaledCells(widthCells: number, maximum: number): NumberCells {
  const isShort = maximum < 0.9995;
  const whole = isShort ? 0 : String(Math.floor(maximum + 0.0005)).length;
  const digits = Math.min(3, widthCells - 2 - whole);
  const point = Math.min(1, Math.max(0, widthCells - 2 - whole - digits)) + whole;
  return { widthCells, digits: digits < Math.max(0, 3 - Math.max(1, whole)) ? null : digits, isShort, point };
}

/** A weight: · for exactly 0, as a mask leaves it; 1 and ≈1 where 1.00 does not fit; — for none; '' if no number fits. */
export function weightText(weight: number, cells: NumberCells): string {
  if (weight === 0) return cells.widthCells < 3 ? '' : '·';
  if (Number.isNaN(weight)) return cells.widthCells < 3 ? '' : '—';
  const text = shortText(weight, cells);
  if (text !== '' && text.length < cells.widthCells) return text;
  // The reader may have typed a weight of any size.
  if (weight < 0 || weight > 1.005) return typedText(weight, cells);
  if (cells.digits === null) return '';
  return weight === 1 ? '1' : '≈1';
}

/** A difference with its sign: +.123, +.12; a dot for exactly 0; '' if no number fits. */
export function differenceText(difference: number, cells: NumberCells): string {
  if (cells.widthCells < 3) return '';
  if (Number.isNaN(difference)) return '—';
  if (difference === 0) return '·';
  if (cells.digits === null) return '';
  const sign = difference < 0 ? '−' : '+';
  const text = sign + shortText(Math.abs(difference), cells);
  if (text.length < cells.widthCells) return text;
  const magnitude = Math.abs(difference);
  return magnitude < 1.5 ? `${magnitude === 1 ? '' : '≈'}${sign}1` : sign + typedText(magnitude, cells, 1);
}

/** A number ≥ 0 of any scale; '' if no significant digit fits. */
export function scaledText(value: number, cells: NumberCells): string {
  if (value === 0 || Number.isNaN(value)) return weightText(value, cells);
  const text = shortText(value, cells);
  return /[1-9]/.test(text) && text.length < cells.widthCells ? text : '';
}

function shortText(value: number, { digits, isShort }: NumberCells): string {
  if (digits === null) return '';
  const text = fixed(value, digits);
  return isShort ? text.replace(/^(−?)0\./, '$1.') : text;
}

function typedText(value: number, { widthCells }: NumberCells, signCells = 0): string {
  const texts = [fixed(value, 2), compact(value), value < 0 ? '<0' : '>1'];
  const isWhole = (text: string) => !/\.\d$/.test(text);
  return texts.find((text) => text.length + signCells < widthCells && isWhole(text)) ?? '';
}

/** A number at its place in its cell. */
export function numberInCell(text: string, { widthCells, digits, point }: NumberCells): string {
  if (digits === null) return center(text, widthCells);
  const pointInText = text.includes('.') ? text.indexOf('.') : /\d/.test(text) ? text.length : text.length >> 1;
  const start = Math.max(0, Math.min(point - pointInText, widthCells - text.length));
  return padEnd(' '.repeat(start) + text, widthCells);
}

/** The cells of a row, the number of one of them in brackets if these touch neither a number nor the border, else after a pointer.
 *  `spareCells`: cells between the last one and the border. */
export function withMark(cells: readonly string[], index: number, spareCells: number): readonly string[] {
  const text = cells[index] ?? '';
  const start = text.search(/\S/);
  const end = text.trimEnd().length;
  const previous = start > 1 ? ' ' : (cells[index - 1] ?? ' ').slice(-1);
  const next = end + 1 < text.length ? ' ' : (cells[index + 1]?.[0] ?? (spareCells > 0 ? ' ' : '│'));
  if (start < 1 || previous !== ' ') return cells;
  const number = text.slice(start, end);
  const isEnclosed = end < text.length && next === ' ';
  const marked = isEnclosed ? `[${number}]${text.slice(end + 1)}` : `▸${text.slice(start)}`;
  return cells.with(index, text.slice(0, start - 1) + marked);
}
