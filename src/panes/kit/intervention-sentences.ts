import type { CellEdit, HeadIndex, Interventions } from '../../core/interventions.ts';
import { positionedLabel, type TokenView } from '../../explorer/token-view.ts';
import { compact } from './format.ts';
import { headName } from './names.ts';

/** A sentence per change; [] without changes.
 *  headDim: d_k if the model divides by its root; null: it has another scale, or an unknown one. */
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
    sentences.push(`${isOne ? 'key' : 'keys'} ${names} hidden, except from queries that see no other key`);
  }
  if (swappedValues !== null) {
    const [one, other] = swappedValues.tokens;
    sentences.push(`values of ${name(one)} and ${name(other)} swapped in all heads of L${swappedValues.layer}`);
  }
  return [...sentences, ...edits.map((edit) => editSentence(edit, interventions.isRenormalised))];
}

function unscaledSentence(headDim: number | null): string {
  return headDim === null
    ? `the model's scale, √d_k in most models, is not applied to q·k`
    : `√d_k is off: q·k is not divided by √${headDim}`;
}

function factorSentence(factor: number): string {
  const temperature = factor === 0 ? '' : ` (temperature ${compact(1 / factor)})`;
  return `q·k multiplied by ${typedNumber(factor)}${temperature}`;
}

function editSentence({ stage, layer, head, row, column, value }: CellEdit, isRenormalised: boolean) {
  const name = stage === 'attentionWeights' ? 'weights' : stage;
  const then =
    stage !== 'attentionWeights'
      ? ''
      : isRenormalised
        ? ', its row divided by its sum unless that is 0'
        : ', its row as typed';
  return `${name}[${row}, ${column}] of L${layer} H${head} set to ${typedNumber(value)}${then}`;
}

export function headNames(heads: readonly HeadIndex[]): string {
  return heads.map(headName).join(', ');
}

/** A typed number, to six digits. */
export function typedNumber(value: number): string {
  return String(Number(value.toPrecision(6))).replaceAll('-', '−');
}
