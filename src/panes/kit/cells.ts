import { cutEnd, padEnd, wrapWords } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';

/** The role of a piece of text; the theme decides its look. 'accent' means selected and 'badge' names the mode, and nothing else does;
 *  'match' is what a search found. */
export type Tone = 'plain' | 'dim' | 'strong' | 'accent' | 'warning' | 'match' | 'badge';

/** One piece of a row: text, and the value that its background shows. */
export interface Cell {
  readonly text: string;
  readonly tone: Tone;
  /** 0 … 1 on the ramp of weights; NaN: no number. */
  readonly weight?: number;
  /** The lower half of the cell, if the upper half shows `weight`: two pixels per character. */
  readonly lowerWeight?: number;
  /** −1 … 1 on the diverging ramp. */
  readonly signed?: number;
  /** Marks the one selected cell. */
  readonly selected?: true;
}

export type Row = readonly Cell[];

/** The room that a view may fill, in cells of the screen. */
export interface Size {
  readonly widthCells: number;
  readonly heightCells: number;
}

export function cell(text: string, tone: Tone = 'plain'): Cell {
  return { text, tone };
}

/** A cell with a value behind its text, marked if selected. */
export function valueCell(
  text: string,
  value: Pick<Cell, 'weight' | 'signed'>,
  isSelected: boolean,
  tone: Tone = 'plain',
): Cell {
  return isSelected ? { text, tone: 'accent', ...value, selected: true } : { text, tone, ...value };
}

/** The label that starts a line, with a pointer if selected. */
export function labelCell(label: string, isSelected: boolean, widthCells: number, tone: Tone = 'plain'): Cell {
  return cell(padEnd((isSelected ? '▸' : ' ') + label, widthCells), isSelected ? 'accent' : tone);
}

/** The ramp of weights from 0 to 1, for a legend. */
export function weightRamp(steps: number): Row {
  return Array.from({ length: steps }, (_, step) => ({ text: ' ', tone: 'plain', weight: step / (steps - 1) }));
}

/** The row's text without its looks. */
export function rowText(row: Row): string {
  return row.map((one) => one.text).join('');
}

export function rowWidth(row: Row): number {
  return row.reduce((sum, one) => sum + widthOf(one.text), 0);
}

/** Wraps a sentence into rows. */
export function wrappedRows(text: string, widthCells: number, tone: Tone = 'plain'): Row[] {
  return wrapWords(text, widthCells).map((line): Row => [cell(cutEnd(line, widthCells), tone)]);
}

/** Wraps a sentence into rows that stand one cell in from both sides. */
export function insetRows(text: string, widthCells: number, tone: Tone = 'plain'): Row[] {
  return wrappedRows(text, widthCells - 2, tone).map((row): Row => [cell(' '), ...row]);
}

/** Stands in for numbers that are not computed yet. */
export const awaitedText = 'not computed yet';
export const awaited: Row = [cell(awaitedText, 'dim')];
