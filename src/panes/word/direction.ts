import type { DirectedWord, DirectionKind } from '../../core/measures/vocabulary-direction.ts';
import type { WordContrast } from '../../core/measures/word-contrast.ts';
import { cutEnd, visibleText } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row } from '../kit/cells.ts';
import { fixed } from '../kit/format.ts';
import { fitting } from './fitting.ts';

/** Names the vectors that represent the vocabulary's words: a long wording and a short one. */
function spaceNames(kind: DirectionKind): readonly [string, string] {
  switch (kind) {
    case 'alone': {
      const formula = 'v × W_O';
      return [`attention output of a word read alone, ${formula}`, `${formula} of a word read alone`];
    }
    case 'head':
      return ["a word's column of the language head", 'the language head'];
    case 'embedding':
      return ["a word's static vector E", 'E'];
  }
}

/** The words at both ends of w_A − w_B, each once, ignoring case. */
export function directionRows(
  direction: WordContrast['direction'],
  tokenText: (id: number) => string,
  widthCells: number,
): Row[] {
  if (direction === null) return [];
  const { kind, stage, towardsA, towardsB } = direction;
  const [long, short] = spaceNames(kind);
  const start = `vocabulary along A − B, ${stage}: cosine with`;
  const title = fitting([`${start} ${long}`, `${start} ${short}`], widthCells) || `${start} ${short}`;
  const end = (name: string, words: readonly DirectedWord[]): Row => {
    const known = new Map<string, number>();
    for (const { id, cosine } of words) {
      const word = visibleText(tokenText(id).replace(/^[▁Ġ]|<\/w>$/gu, ''));
      if (!known.has(word.toLowerCase())) known.set(word.toLowerCase(), cosine);
    }
    const list = [...known].map(([word, cosine]) => `${word} ${fixed(cosine, 2)}`);
    return [cell(`${name} `, 'strong'), cell(listWithin(list, widthCells - 2))];
  };
  return [[cell(cutEnd(title, widthCells), 'dim')], end('A', towardsA), end('B', towardsB)];
}

/** The first words of the list that fit. */
function listWithin(words: readonly string[], widthCells: number): string {
  let text = '';
  for (const word of words) {
    const longer = text === '' ? word : `${text}, ${word}`;
    if (widthOf(longer) > widthCells) break;
    text = longer;
  }
  return text;
}
