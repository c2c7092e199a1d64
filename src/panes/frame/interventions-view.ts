import type { Interventions } from '../../core/interventions.ts';
import { positionedLabel, type TokenView } from '../../explorer/token-view.ts';
import { cutEnd } from '../../text/fitted-text.ts';
import { takeCells, widthOf } from '../../text/graphemes.ts';
import { cell, type Row } from '../kit/cells.ts';
import { counted } from '../kit/format.ts';
import { headNames, typedNumber } from '../kit/intervention-sentences.ts';

export interface InterventionRowInput {
  readonly interventions: Interventions;
  readonly tokens: readonly TokenView[];
  /** The key of an action, as the screen writes it. */
  keyOf(action: string): string;
  /** Whether there is a second sentence: changes at tokens do not act on it. */
  readonly isPair: boolean;
  readonly widthCells: number;
}

/** Ways to write a change, longest first. */
type Forms = readonly string[];

/** Lists all changes on one line, each with the key that undoes it; [] without changes.
 *  Shortens changes that do not fit and counts the last ones, so that none goes unmentioned. */
export function interventionRow(input: InterventionRowInput): Row {
  const { keyOf, widthCells } = input;
  const items = interventionItems(input);
  if (items.length === 0) return [];
  const tail = `all [${keyOf('all-back')}]`;
  const between = ' · ';
  const roomAfter = (start: string) => widthCells - widthOf(start);
  const textsAfter = (start: string) => shortened(items, between, roomAfter(start + between + tail));
  const fits = (start: string) => widthOf([...textsAfter(start), tail].join(between)) <= roomAfter(start);
  // The changes matter more than what their keys do.
  const whole = widthOf([...items.map(([longest]) => longest), tail].join(between));
  const start = starts.find((one) => whole <= roomAfter(one)) ?? starts.find(fits) ?? ' ';
  const texts = textsAfter(start);
  const room = roomAfter(start);
  let count = texts.length;
  const parts = () => {
    const more = count < texts.length ? [`+${texts.length - count} more`] : [];
    return [...texts.slice(0, count), ...more, tail].join(between);
  };
  while (count > 0 && widthOf(parts()) > room) count -= 1;
  return [cell(takeCells(start, widthCells), 'strong'), cell(cutEnd(parts(), room))].filter(({ text }) => text !== '');
}

/** Beginnings of the line, longest first. */
const starts = [' changed, [key] undoes: ', ' [key] undoes: ', ' '];

/** Shortens the widest item again and again, until all fit or none can be shortened. */
function shortened(items: readonly Forms[], between: string, widthCells: number): string[] {
  const level = items.map(() => 0);
  const texts = () => items.map((forms, item) => forms[level[item]!]!);
  while (widthOf(texts().join(between)) > widthCells) {
    const widths = texts().map((text, item) => (level[item]! + 1 < items[item]!.length ? widthOf(text) : 0));
    const widest = Math.max(...widths);
    if (widest === 0) break;
    level[widths.indexOf(widest)]! += 1;
  }
  return texts();
}

function interventionItems({ interventions, tokens, keyOf, isPair }: InterventionRowInput): Forms[] {
  const { mask, isUnscaled, scaleFactor, ablatedHeads, hiddenKeys, swappedValues, edits } = interventions;
  const items: Forms[] = [];
  const inA = isPair ? ' in A' : '';
  const add = (action: string, ...forms: string[]) => items.push(forms.map((form) => `${form} [${keyOf(action)}]`));
  if (mask === 'causal') add('mask', 'causal mask', 'causal');
  if (isUnscaled) add('scaling', '√d_k off');
  if (scaleFactor !== 1) add('factor-back', `× ${typedNumber(scaleFactor)}`);
  if (ablatedHeads.length > 0) items.push(headForms(interventions, keyOf));
  if (hiddenKeys.length > 0) {
    const names = hiddenKeys.map((token) => positionedLabel(tokens, token, 14)).join(', ');
    add(
      'show-keys',
      `${names} hidden${inA}`,
      `${hiddenKeys.join(', ')} hidden${inA}`,
      `${counted(hiddenKeys.length, 'key')} hidden${inA}`,
    );
  }
  if (swappedValues !== null) {
    const [one, other] = swappedValues.tokens;
    add('swap', `values ${one} ↔ ${other} in L${swappedValues.layer}${inA}`, `values swapped${inA}`);
  }
  if (edits.length > 0) {
    const rows = `rows ${interventions.isRenormalised ? 'sum to 1' : 'as typed'} [${keyOf('renormalise')}]`;
    const hasWeights = edits.some(({ stage }) => stage === 'attentionWeights');
    const cells = `${counted(edits.length, 'number')} typed${inA}`;
    const short = `${edits.length} typed${inA} [${keyOf('edits-back')}]`;
    items.push([
      ...(hasWeights ? [`${cells} [${keyOf('edits-back')}], ${rows}`] : []),
      `${cells} [${keyOf('edits-back')}]`,
      short,
    ]);
  }
  return items;
}

function headForms({ ablatedHeads, ablation }: Interventions, keyOf: (action: string) => string): Forms {
  const names = `${ablatedHeads.length === 1 ? 'head' : 'heads'} ${headNames(ablatedHeads)} off`;
  const count = `${counted(ablatedHeads.length, 'head')} off`;
  const by = `${ablation === 'zero' ? 'zeros' : 'means'} [${keyOf('ablation-mode')}]`;
  return [
    `${names} [${keyOf('heads-on')}], ${by}`,
    `${count} [${keyOf('heads-on')}], ${by}`,
    `${count} [${keyOf('heads-on')}]`,
  ];
}
