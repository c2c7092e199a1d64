import type { CellPlace } from '../../core/derivation/derivation.ts';
import type { Explanation } from '../../core/derivation/explain.ts';
import { tokensOf } from '../../core/derivation/places.ts';
import { cutMiddle } from '../../text/fitted-text.ts';
import { type Cell, cell, type Row, type Size, wrappedRows } from '../kit/cells.ts';
import { tokenName } from '../kit/names.ts';
import { arithmeticText, derivedNumber } from './arithmetic.ts';
import { termTable } from './table.ts';
import type { TermLine } from './terms.ts';
import { type StageTokens, trailText } from './words.ts';

export interface DerivationInput {
  /** null: not computed yet. */
  readonly explanation: Explanation | null;
  readonly lines: readonly TermLine[];
  readonly tokens: StageTokens;
  /** The chosen operand, in the order of `lines`. */
  readonly chosen: number;
  /** Whether an edit took away a step of the way. */
  readonly isCut: boolean;
  readonly size: Size;
}

/** Shows how a number was made: the way to it, the formula in symbols and numbers, the operands, and the result. */
export function derivationView(input: DerivationInput): Row[] {
  const { explanation, lines, tokens, chosen, isCut, size } = input;
  if (explanation === null) return [[cell('this model has no such number, or it is not computed yet', 'dim')]];
  const { derivation, path, titles } = explanation;
  const { widthCells, heightCells } = size;
  const write = (text: string, tone: Cell['tone']) => wrappedRows(text, widthCells, tone);
  const trail: Row[] = [
    ...(isCut ? write('The way here is gone; this is its start.', 'warning') : []),
    [cell(cutMiddle(trailText(path, titles, tokens, widthCells), widthCells), 'accent')],
  ];
  if (derivation.kind === 'missing') return [...trail, ...write(missingText(derivation.place, tokens), 'plain')];
  const head: Row[] = [
    ...trail,
    ...write(`= ${derivation.symbols}`, 'strong').slice(0, 3),
    ...write(arithmeticText(derivation), 'plain').slice(0, 4),
  ];
  const note = derivation.note === null ? [] : write(derivation.note, 'dim');
  const room = Math.max(2, heightCells - head.length - note.length - 1);
  const table = termTable({ derivation, lines, tokens, chosen, widthCells, heightCells: room });
  const sign = table.isExact ? '=' : '≈';
  const tail: Row[] = [
    [cell(`${sign} ${derivedNumber(derivation.value)}`, 'strong'), cell('  the number in its cell', 'dim')],
  ];
  return [...head, ...table.rows, ...tail, ...note].slice(0, heightCells);
}

/** Which word has no vector. */
function missingText(place: CellPlace, tokens: StageTokens): string {
  const { row, column } = tokensOf(place);
  const at = [row && { of: tokens[row], at: place.row }, column && { of: tokens[column], at: place.column }];
  const unknown = at.flatMap((one) => (one && one.of[one.at]?.id === null ? tokenName(one.of, one.at) : []));
  const names = [...new Set(unknown)];
  const who = names.length === 0 ? 'A word before this step' : names.join(' and ');
  return `${who} ${names.length > 1 ? 'are' : 'is'} not in the vocabulary. Without a vector there is no number here.`;
}
