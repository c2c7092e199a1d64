import type { Explorer } from '../../explorer/explorer.ts';
import { headName } from '../kit/names.ts';
import { derivedNumber } from './arithmetic.ts';
import { operandsIn, type TermLine } from './terms.ts';
import { operandText, stageTokens, whereText } from './words.ts';

/** The explained number, and the chosen operand. */
export function derivationStatus(explorer: Explorer, lines: readonly TermLine[]): [string, string] {
  const explanation = explorer.run.value.answers.derivation.value;
  if (explanation === null) return ['no number', 'this model has no such number, or it is not computed yet'];
  const { derivation, titles } = explanation;
  const { place, value } = derivation;
  const at = place.head === null ? `L${place.layer}` : headName({ layer: place.layer, head: place.head });
  const tokens = stageTokens(explorer);
  const operands = operandsIn(lines);
  const chosen = operands[Math.min(explorer.inputs.traceOperand.value, operands.length - 1)];
  return [
    `${at} · ${titles.at(-1)} ${whereText(place, tokens)} · ${Number.isNaN(value) ? 'no number' : derivedNumber(value)}`,
    chosen === undefined ? (derivation.note ?? 'it has no operands') : `▸ ${operandText(chosen, tokens)}`,
  ];
}
