import { graphemesOf, widthOf } from '../../text/graphemes.ts';

/** The part of a sentence that a field shows. */
interface VisibleSlice {
  readonly text: string;
  /** UTF-16 index of its beginning in the sentence; pass it as `previousStart` next time. */
  readonly start: number;
  /** The caret's cell in the field, from 0; at the end of the sentence, the cell after it. */
  readonly caretCell: number;
  readonly cutLeft: boolean;
  readonly cutRight: boolean;
}

/** Grapheme i begins at code unit `units[i]` and cell `cells[i]`; the last entries are the ends. */
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

/** Index of the first entry ≥ value; the last index if there is none. */
function firstAtLeast(ascending: readonly number[], value: number): number {
  const index = ascending.findIndex((entry) => entry >= value);
  return index === -1 ? ascending.length - 1 : index;
}

/** The part of the sentence around the caret that fits into `widthCells`. It moves by half the width, and only once the caret
 *  leaves the field or less than half of it is filled, so that it does not jump at each key. */
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
  // The cursor covers a whole grapheme, or one cell after the end.
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
