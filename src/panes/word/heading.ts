import type { WordContrast, WordPlace } from '../../core/measures/word-contrast.ts';
import { cutEnd, cutMiddle, visibleText } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row } from '../kit/cells.ts';

const longestWord = 18;

/** The word with its places, and remarks on the choice: `"bank": A 4 (2 of 2), B 1 (1 of 2)`. */
export function headingRow(
  contrast: WordContrast,
  textC: string | null,
  keyOf: (action: string) => string,
  widthCells: number,
): Row {
  const { word, asked, a, b, c } = contrast;
  const quoted = (text: string) => `"${cutMiddle(visibleText(text), longestWord)}"`;
  const places = [placeText('A', a), placeText('B', b), ...(c === null ? [] : [placeText('C', c)])];
  const start = `${quoted(word)}: ${places.join(', ')}`;
  const keys = [
    ...(a.count > 1 ? [`${keyOf('next-in-a')}: next in A`] : []),
    ...(b.count > 1 ? [`${keyOf('next-in-b')}: next in B`] : []),
  ];
  const remarks = [
    ...(asked === null || asked === '' ? [] : [`${quoted(asked)} is not in B`]),
    ...keys,
    ...([a, b, c].some((one) => one !== null && one.places.length > 1) ? ['mean over its tokens'] : []),
    ...(c === null || textC === null ? [] : [`C: ${visibleText(textC)}`]),
  ];
  const room = widthCells - widthOf(start);
  const rest = remarks.join('; ');
  return [
    cell(cutEnd(start, widthCells), 'strong'),
    ...(room > 4 && rest !== '' ? [cell(cutEnd(`  ${rest}`, room), 'dim')] : []),
  ];
}

/** `A 4`, `A 4–5`, `A 4 (2 of 2)` */
export function placeText(name: string, { places, index, count }: WordPlace): string {
  const [first = 0, last = first] = [places[0], places.at(-1)];
  const which = count > 1 ? ` (${index + 1} of ${count})` : '';
  return `${name} ${first === last ? first : `${first}–${last}`}${which}`;
}
