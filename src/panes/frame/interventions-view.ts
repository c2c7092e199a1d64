import type { CellEdit, HeadIndex, Interventions } from '../../core/interventions.ts';
import type { interventionKeys } from '../../explorer/selection.ts';
import { positionedLabel, type TokenView } from '../../explorer/token-view.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row } from '../kit/cells.ts';
import { compact } from '../kit/format.ts';
import { cutEnd, takeCells } from '../kit/text.ts';

/** The key that takes back each kind of change. */
export type InterventionKeys = Readonly<Record<keyof typeof interventionKeys, string>>;

export interface InterventionRowInput {
  readonly interventions: Interventions;
  readonly tokens: readonly TokenView[];
  readonly keys: InterventionKeys;
  /** Whether there is a second sentence, which what is changed at tokens does not act on. */
  readonly isPair: boolean;
  readonly widthCells: number;
}

/** A change as it is written where there is room, and shorter and shorter. */
type Forms = readonly string[];

/** Everything that is changed on one line, each with the key that takes it back; [] where nothing is. Where it is too long each is
 *  written shorter, and the last are counted: none goes unsaid. */
export function interventionRow(input: InterventionRowInput): Row {
  const { keys, widthCells } = input;
  const items = interventionItems(input);
  if (items.length === 0) return [];
  const tail = `all [${keys.all}]`;
  const between = ' · ';
  const roomAfter = (start: string) => widthCells - widthOf(start);
  const textsAfter = (start: string) => shortened(items, between, roomAfter(start + between + tail));
  const fits = (start: string) => widthOf([...textsAfter(start), tail].join(between)) <= roomAfter(start);
  // What is changed matters more than what its keys do.
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

/** How the line begins, and shorter. */
const starts = [' changed, [key] undoes: ', ' [key] undoes: ', ' '];

/** The longest of what can be shortened is, again and again, until all fit or nothing can be. */
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

function interventionItems({ interventions, tokens, keys, isPair }: InterventionRowInput): Forms[] {
  const { mask, isUnscaled, scaleFactor, ablatedHeads, hiddenKeys, swappedValues, edits } = interventions;
  const items: Forms[] = [];
  const inA = isPair ? ' in A' : '';
  const add = (key: string, ...forms: string[]) => items.push(forms.map((form) => `${form} [${key}]`));
  if (mask === 'causal') add(keys.mask, 'causal mask', 'causal');
  if (isUnscaled) add(keys.scale, '√d_k off');
  if (scaleFactor !== 1) add(keys.factor, `× ${number(scaleFactor)}`);
  if (ablatedHeads.length > 0) items.push(headForms(interventions, keys));
  if (hiddenKeys.length > 0) {
    const names = hiddenKeys.map((token) => positionedLabel(tokens, token, 14)).join(', ');
    add(
      keys.hiddenKeys,
      `${names} hidden${inA}`,
      `${hiddenKeys.join(', ')} hidden${inA}`,
      `${counted(hiddenKeys, 'key')} hidden${inA}`,
    );
  }
  if (swappedValues !== null) {
    const [one, other] = swappedValues.tokens;
    add(keys.swap, `values ${one} ↔ ${other} in L${swappedValues.layer}${inA}`, `values swapped${inA}`);
  }
  if (edits.length > 0) {
    const rows = `rows ${interventions.isRenormalised ? 'sum to 1' : 'as typed'} [${keys.renormalise}]`;
    const hasWeights = edits.some(({ stage }) => stage === 'attentionWeights');
    const cells = `${counted(edits, 'number')} typed${inA}`;
    const short = `${edits.length} typed${inA} [${keys.edits}]`;
    items.push([...(hasWeights ? [`${cells} [${keys.edits}], ${rows}`] : []), `${cells} [${keys.edits}]`, short]);
  }
  return items;
}

function headForms({ ablatedHeads, ablation }: Interventions, keys: InterventionKeys): Forms {
  const names = `${ablatedHeads.length === 1 ? 'head' : 'heads'} ${headNames(ablatedHeads)} off`;
  const count = `${counted(ablatedHeads, 'head')} off`;
  const by = `${ablation === 'zero' ? 'zeros' : 'means'} [${keys.ablation}]`;
  return [`${names} [${keys.heads}], ${by}`, `${count} [${keys.heads}], ${by}`, `${count} [${keys.heads}]`];
}

/** What is changed, a full sentence each; [] where nothing is.
 *  headDim: d_k where the model divides by its root; null: it has another scale, or it is not known. */
export function interventionSentences(
  interventions: Interventions,
  tokens: readonly TokenView[],
  headDim: number | null = null,
): string[] {
  const { mask, isUnscaled, scaleFactor, ablatedHeads, ablation, hiddenKeys, swappedValues, edits } = interventions;
  const name = (token: number) => positionedLabel(tokens, token, 20);
  const sentences: string[] = [];
  if (mask === 'causal') sentences.push('causal mask: a query sees itself and the keys before it');
  if (isUnscaled) sentences.push(unscaledSentence(headDim));
  if (scaleFactor !== 1) sentences.push(factorSentence(scaleFactor));
  if (ablatedHeads.length > 0) {
    const by = ablation === 'zero' ? 'zeros' : 'its mean over the tokens';
    sentences.push(
      `${ablatedHeads.length === 1 ? 'head' : 'heads'} ${headNames(ablatedHeads)}: context replaced by ${by}`,
    );
  }
  if (hiddenKeys.length > 0) {
    const isOne = hiddenKeys.length === 1;
    const names = hiddenKeys.map(name).join(', ');
    sentences.push(
      `${isOne ? 'key' : 'keys'} ${names} hidden: no query sees ${isOne ? 'it' : 'them'}, but one that sees nothing else`,
    );
  }
  if (swappedValues !== null) {
    const [one, other] = swappedValues.tokens;
    sentences.push(`values of ${name(one)} and ${name(other)} exchanged in all heads of L${swappedValues.layer}`);
  }
  return [...sentences, ...edits.map((edit) => editSentence(edit, interventions.isRenormalised))];
}

function unscaledSentence(headDim: number | null): string {
  return headDim === null
    ? `the model's scale, √d_k in most, is off: scores are q·k as it is`
    : `√d_k is off: scores are not divided by √${headDim}`;
}

function factorSentence(factor: number): string {
  const temperature = factor === 0 ? '' : ` (temperature ${compact(1 / factor)})`;
  return `q·k multiplied by ${number(factor)}${temperature}`;
}

function editSentence({ stage, layer, head, row, column, value }: CellEdit, isRenormalised: boolean) {
  const name = stage === 'attentionWeights' ? 'weights' : stage;
  const then =
    stage !== 'attentionWeights' ? '' : isRenormalised ? ', its row divided by its sum' : ', its row as typed';
  return `${name}[${row}, ${column}] of L${layer} H${head} set to ${number(value)}${then}`;
}

function headNames(heads: readonly HeadIndex[]): string {
  return heads.map(({ layer, head }) => `L${layer} H${head}`).join(', ');
}

function counted(things: readonly unknown[], name: string): string {
  return `${things.length} ${name}${things.length === 1 ? '' : 's'}`;
}

/** As it was typed, to six digits. */
function number(value: number): string {
  return String(Number(value.toPrecision(6))).replaceAll('-', '−');
}
