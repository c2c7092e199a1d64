import type { KeyContribution, MixedIn } from '../../core/measures/word-contrast.ts';
import { labelAt, type TokenView } from '../../explorer/token-view.ts';
import { cutEnd, padEnd, padStart } from '../../text/fitted-text.ts';
import { isFunctionWord } from '../../text/function-words.ts';
import { type Cell, cell, type Row, type Size } from '../kit/cells.ts';
import { compact, percent } from '../kit/format.ts';
import { scoredTokens } from '../kit/head-role.ts';
import { sideBySide } from '../kit/side-by-side.ts';

export interface MixSide {
  readonly name: string;
  /** null: the word has no numbers. */
  readonly mixed: MixedIn | null;
  readonly tokens: readonly TokenView[];
  /** The word's own tokens. */
  readonly places: readonly number[];
}

/** Narrower columns leave labels no room beside their numbers. */
const fewestCells = 40;
const shareWidth = 9;
const normWidth = 8;

/** What the keys contributed to the word's attention output, largest shares first; the sentences stand side by side. */
export function mixedRows(
  sides: readonly [MixSide, MixSide],
  layer: number,
  count: number,
  { widthCells }: Size,
): Row[] {
  if (widthCells < fewestCells) return [];
  const off = [...new Set(sides.flatMap(({ mixed }) => mixed?.replacedHeads ?? []))].map((head) => `H${head}`);
  const without = off.length === 0 ? '' : `, without ${off.join(', ')}`;
  const title = `mixed in by L${layer} attention: share of the whole${hasLengths(Math.floor(widthCells / 2) - 1) ? ', and length' : ''}${without}`;
  const width = Math.floor(widthCells / 2);
  const columns = sides.map((side) => columnOf(side, count, width - 1));
  return [[cell(cutEnd(title, widthCells), 'dim')], ...sideBySide(columns, width)];
}

/** Drops the length first, to leave room for labels. */
function hasLengths(widthCells: number): boolean {
  return widthCells - 2 - shareWidth - normWidth >= 20;
}

function columnOf({ name, mixed, tokens, places }: MixSide, count: number, widthCells: number): Row[] {
  const labelWidth = widthCells - 2 - shareWidth;
  const hasNorm = hasLengths(widthCells);
  const kinds = scoredTokens(tokens);
  const known = (mixed?.keys ?? []).filter(({ brought }) => brought !== null);
  const largest = known.toSorted((a, b) => Math.abs(shareOf(b)) - Math.abs(shareOf(a))).slice(0, count);
  if (largest.length === 0) return [[cell(`${name} `, 'strong'), cell('—', 'dim')]];
  return largest.map(({ key, brought }, index): Row => {
    const mark = markOf(labelAt(tokens, key), kinds[key], places.includes(key));
    const text = labelAt(tokens, key) + (mark === null ? '' : ` · ${mark}`);
    const room = hasNorm ? labelWidth - normWidth : labelWidth;
    const numbers =
      padStart(percent(brought?.share ?? Number.NaN), shareWidth) +
      (hasNorm ? padStart(compact(brought?.norm ?? Number.NaN), normWidth) : '');
    const label: Cell = cell(padEnd(cutEnd(text, room), room), mark === null ? 'plain' : 'dim');
    return [cell(index === 0 ? `${name} ` : '  ', 'strong'), label, cell(numbers)];
  });
}

const shareOf = ({ brought }: KeyContribution) => brought?.share ?? 0;

/** Marks a token that says little about meaning; null for every other token. */
function markOf(label: string, kind: ReturnType<typeof scoredTokens>[number] | undefined, isOfWord: boolean) {
  if (isOfWord) return 'itself';
  if (kind?.isSpecial === true) return 'special token';
  if (kind?.isPunctuation === true) return 'punctuation';
  return isFunctionWord(label) ? 'function word' : null;
}
