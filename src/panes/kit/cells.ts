import { wrapWords } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';

/** What a piece of text is for; a theme decides how each looks. 'accent' means selected and nothing else. */
export type Tone = 'plain' | 'dim' | 'strong' | 'accent' | 'warning';

/** One piece of a row: text, and the value that its background shows. */
export interface Cell {
  readonly text: string;
  readonly tone: Tone;
  /** 0 … 1 on the ramp of weights; NaN: there is no number. */
  readonly weight?: number;
  /** The lower half of the cell where the upper shows `weight`: two pixels a character. */
  readonly lowerWeight?: number;
  /** −1 … 1 on the diverging ramp. */
  readonly signed?: number;
  /** The one cell that the selection stands on. */
  readonly selected?: true;
}

export type Row = readonly Cell[];

/** Cells of the screen that a view may fill. */
export interface Size {
  readonly widthCells: number;
  readonly heightCells: number;
}

export function cell(text: string, tone: Tone = 'plain'): Cell {
  return { text, tone };
}

/** The row's text alone, as it is read aloud or piped. */
export function rowText(row: Row): string {
  return row.map((one) => one.text).join('');
}

/** Cells of the screen that a row takes. */
export function rowWidth(row: Row): number {
  return row.reduce((sum, one) => sum + widthOf(one.text), 0);
}

/** A sentence as rows of at most so many cells. */
export function wrappedRows(text: string, widthCells: number, tone: Tone = 'plain'): Row[] {
  return wrapWords(text, widthCells).map((line): Row => [cell(line, tone)]);
}
