import { graphemesOf, widthOf } from '../../text/graphemes.ts';

/** The part of a sentence that a field shows. */
export interface VisibleSlice {
  readonly text: string;
  /** UTF-16 index where it begins in the sentence; give it back as `previousStart`. */
  readonly start: number;
  /** The caret's cell in the field, from 0; at the end of the sentence the cell after it. */
  readonly caretCell: number;
  readonly cutLeft: boolean;
  readonly cutRight: boolean;
}

/** Cumulative positions: grapheme i begins at code unit `units[i]` and cell `cells[i]`; one more entry ends. */
function measure(text: string): { units: number[]; cells: number[] } {
  const units = [0];
  const cells = [0];
  let unit = 0;
  let cell = 0;
  for (const grapheme of graphemesOf(text)) {
    unit += grapheme.length;
    cell += widthOf(grapheme);
    units.push(unit);
    cells.push(cell);
  }
  return { units, cells };
}

/** Index of the first entry that is at least `value`; the last index where none is. */
function firstAtLeast(ascending: readonly number[], value: number): number {
  const index = ascending.findIndex((entry) => entry >= value);
  return index === -1 ? ascending.length - 1 : index;
}

/** What a field of `widthCells` shows of the sentence so that the caret is inside. It stays where it was
 *  while the caret is inside and half of it is filled, and then moves by half its width, so that it does not
 *  jump at each key. */
export function visibleSlice(
  state: { readonly text: string; readonly caret: number },
  widthCells: number,
  previousStart = 0,
): VisibleSlice {
  const { text, caret } = state;
  const { units, cells } = measure(text);
  const last = units.length - 1;
  const at = (index: number): number => cells[index] ?? 0;
  const caretIndex = firstAtLeast(units, caret);
  // The cursor stands on a whole grapheme, or on one cell after the end.
  const caretEnd = caretIndex === last ? at(last) + 1 : Math.max(at(caretIndex) + 1, at(caretIndex + 1));

  let first = Math.min(firstAtLeast(units, previousStart), last);
  const endCell = at(last) + (caretIndex === last ? 1 : 0);
  if (endCell <= widthCells) {
    first = 0;
  } else if (first > caretIndex || caretEnd - at(first) > widthCells || endCell - at(first) < widthCells / 2) {
    const step = Math.max(1, Math.floor(widthCells / 2));
    const startCell = Math.max(0, Math.ceil((caretEnd - widthCells) / step) * step);
    first = Math.min(firstAtLeast(cells, startCell), caretIndex);
  }

  let end = first;
  while (end < last && at(end + 1) - at(first) <= widthCells) end++;
  const start = units[first] ?? 0;
  return {
    text: text.slice(start, units[end]),
    start,
    caretCell: Math.max(0, Math.min(at(caretIndex) - at(first), widthCells - 1)),
    cutLeft: first > 0,
    cutRight: end < last,
  };
}
