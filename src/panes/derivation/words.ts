import type { CellPlace, Operand } from '../../core/derivation/derivation.ts';
import { tokensOf } from '../../core/derivation/places.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { labelAt, type TokenView } from '../../explorer/token-view.ts';
import { cutMiddle } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { tokenName } from '../kit/names.ts';
import { derivedNumber } from './arithmetic.ts';

/** The tokens that rows and columns of stages stand for. */
export interface StageTokens {
  readonly text: readonly TokenView[];
  readonly target: readonly TokenView[];
}

export function stageTokens({ textTokens, decoderTokens }: Explorer): StageTokens {
  return { text: textTokens.value, target: decoderTokens.value };
}

/** `9 . → 5 toward`, or `of 9 ., dim 3`; the tokens are cut in their middle where they are too long for so many cells. */
export function whereText(place: CellPlace, tokens: StageTokens, widthCells = Infinity): string {
  const whole = whereWithin(place, tokens, Infinity);
  const excess = widthOf(whole) - widthCells;
  if (excess <= 0) return whole;
  const { row, column } = tokensOf(place);
  const labels = [
    row === null ? '' : labelAt(tokens[row], place.row),
    column === null ? '' : labelAt(tokens[column], place.column),
  ];
  const widths = labels.map(widthOf);
  const [longest = 0, other = 0] = widths.toSorted((a, b) => b - a);
  // The longer one gives way first.
  const limit = longest - excess >= other ? longest - excess : Math.floor((longest + other - excess) / 2);
  return cutMiddle(whereWithin(place, tokens, Math.max(3, limit)), widthCells);
}

function whereWithin(place: CellPlace, tokens: StageTokens, labelCells: number): string {
  const { row, column } = tokensOf(place);
  const name = row === null ? `row ${place.row}` : tokenName(tokens[row], place.row, labelCells);
  if (column !== null) return `${name} → ${tokenName(tokens[column], place.column, labelCells)}`;
  return `of ${name}, dim ${place.column}`;
}

/** The way from the first number to the explained one, each with its token where that changes: `weight 9 . → 5 toward › q·k › q of 9 ., dim 12`.
 *  Leaves out numbers in the middle if it is too long. */
export function trailText(
  path: readonly CellPlace[],
  titles: readonly string[],
  tokens: StageTokens,
  widthCells: number,
): string {
  const name = (index: number, isAlone: boolean) => {
    const place = path[index]!;
    const before = isAlone ? undefined : path[index - 1];
    const where = whereText(place, tokens);
    const layer = before === undefined || before.layer === place.layer ? '' : ` L${place.layer}`;
    const isOtherHead = place.head !== null && before !== undefined && before.head !== place.head;
    const part = before === undefined || before.part === place.part ? '' : ` of the ${place.part}`;
    const isSame = before !== undefined && whereText(before, tokens) === where;
    return `${titles[index]}${part}${layer}${isOtherHead ? ` H${place.head}` : ''}${isSame ? '' : ` ${where}`}`;
  };
  const all = path.map((_, index) => name(index, index === 0));
  const whole = all.join(' › ');
  if (widthOf(whole) <= widthCells) return whole;
  const last = path.length - 1;
  // The first number and as many of the last ones as fit.
  for (let start = 2; start <= last; start++) {
    const end = [name(start, true), ...all.slice(start + 1)];
    const text = [all[0], '…', ...end].join(' › ');
    if (widthOf(text) <= widthCells) return text;
  }
  return last === 0 ? whole : `… › ${name(last, true)}`;
}

/** What an operand is, and where it comes from. */
export function operandText({ name, value, place, stored }: Operand, tokens: StageTokens): string {
  const number = `${name} = ${derivedNumber(value)}`;
  if (place !== null) return `${number}   ${whereText(place, tokens)}`;
  if (stored !== null) {
    const source = `${stored.tensor}[${stored.index.join(', ')}]`;
    return `${number}   a parameter: ${stored.plus === 0 ? '' : `${stored.plus} + `}${source}`;
  }
  return `${number}   ${constantText(name)}`;
}

/** What a number is that no cell and no file has. */
export function constantText(name: string): string {
  if (name.startsWith('typed')) return 'you typed it';
  return /^(−?sin|cos|key|P\[)/.test(name)
    ? 'it follows from the position alone'
    : 'a constant of the model or the run';
}
