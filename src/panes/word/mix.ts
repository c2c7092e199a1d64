import type { KeyContribution, MixedIn } from '../../core/measures/word-contrast.ts';
import { labelAt, type TokenView } from '../../explorer/token-view.ts';
import { wordsOf } from '../../explorer/word-places.ts';
import { cutEnd, cutMiddle, padEnd, padStart } from '../../text/fitted-text.ts';
import { isFunctionWord } from '../../text/function-words.ts';
import { type Cell, cell, type Row, type Size } from '../kit/cells.ts';
import { compact, counted } from '../kit/format.ts';
import { scoredTokens } from '../kit/head-role.ts';
import { percentages } from '../kit/shares.ts';
import { sideBySide } from '../kit/side-by-side.ts';
import { fitting } from './fitting.ts';

export interface MixSide {
  readonly name: string;
  /** null: the word has no numbers. */
  readonly mixed: MixedIn | null;
  readonly text: string;
  readonly tokens: readonly TokenView[];
  /** The word's own tokens. */
  readonly places: readonly number[];
}

/** Narrower columns leave labels no room beside their numbers. */
const fewestCells = 40;
const shareWidth = 9;
const normWidth = 8;

/** What the keys contributed to the word's attention output, largest shares first, and the rest as one line; the printed shares sum up.
 *  The sentences stand side by side. */
export function mixedRows(sides: readonly [MixSide, MixSide], layer: number, { widthCells, heightCells }: Size): Row[] {
  if (widthCells < fewestCells || heightCells < 2) return [];
  const off = [...new Set(sides.flatMap(({ mixed }) => mixed?.replacedHeads ?? []))].map((head) => `H${head}`);
  const without = off.length === 0 ? '' : `, without ${off.join(', ')}`;
  const width = Math.floor(widthCells / 2);
  const lengths = hasLengths(width - 1) ? ', and length' : '';
  const title = `mixed in by L${layer} attention: share of the whole${lengths}${without}`;
  const columns = sides.map((side) => columnOf(side, heightCells - 1, width - 1));
  return [[cell(cutEnd(title, widthCells), 'dim')], ...sideBySide(columns, width)];
}

/** Drops the length first, to leave room for labels. */
function hasLengths(widthCells: number): boolean {
  return widthCells - 2 - shareWidth - normWidth >= 20;
}

interface MixLine {
  /** Wordings of its name, the longest first. */
  readonly names: readonly string[];
  readonly isMarked: boolean;
  readonly share: number;
  readonly norm: number | null;
}

function columnOf({ name, mixed, text: source, tokens, places }: MixSide, count: number, widthCells: number): Row[] {
  const hasNorm = hasLengths(widthCells);
  const room = widthCells - 2 - shareWidth - (hasNorm ? normWidth : 0);
  const kinds = scoredTokens(tokens);
  const words = wordsOf(source);
  const isWord = ({ start, end }: TokenView) =>
    words.some((word) => start !== null && end !== null && start <= word.start && word.end <= end);
  const known = (mixed?.keys ?? []).filter(({ brought }) => brought !== null);
  const sorted = known.toSorted((a, b) => Math.abs(shareOf(b)) - Math.abs(shareOf(a)));
  if (sorted.length === 0) return [[cell(`${name} `, 'strong'), cell('—', 'dim')]];
  const shown = sorted.length <= count ? sorted : sorted.slice(0, count - 1);
  const rest = sorted.slice(shown.length);
  const lines = [
    ...shown.map(({ key, brought }): MixLine => {
      const token = tokens[key];
      const isFunction = token !== undefined && isWord(token) && isFunctionWord(labelAt(tokens, key));
      const mark = markOf(kinds[key], places.includes(key), isFunction);
      const label = `${key} ${labelAt(tokens, key)}`;
      const names = mark === null ? [label] : [`${label} · ${mark}`, label];
      return { names, isMarked: mark !== null, share: brought?.share ?? 0, norm: brought?.norm ?? 0 };
    }),
    ...(rest.length === 0
      ? []
      : [
          {
            names: [`${counted(rest.length, 'other token')}`],
            isMarked: true,
            share: rest.reduce((sum, one) => sum + shareOf(one), 0),
            norm: null,
          },
        ]),
  ];
  const shares = percentages(lines.map(({ share }) => share));
  return lines.map(({ names, isMarked, norm }, index): Row => {
    const text = fitting(names, room) || cutMiddle(names.at(-1) ?? '', room);
    const length = norm === null ? '' : compact(norm);
    const numbers = padStart(shares[index] ?? '', shareWidth) + (hasNorm ? padStart(length, normWidth) : '');
    const label: Cell = cell(padEnd(text, room), isMarked ? 'dim' : 'plain');
    return [cell(index === 0 ? `${name} ` : '  ', 'strong'), label, cell(numbers)];
  });
}

const shareOf = ({ brought }: KeyContribution) => brought?.share ?? 0;

/** Marks a token that says little about meaning; null for every other token. */
function markOf(kind: ReturnType<typeof scoredTokens>[number] | undefined, isOfWord: boolean, isFunction: boolean) {
  if (isOfWord) return 'itself';
  if (kind?.isSpecial === true) return 'special token';
  if (kind?.isPunctuation === true) return 'punctuation';
  // A piece of a word, such as it in deposited, is no function word.
  return isFunction ? 'function word' : null;
}
