import type { EditableStage, Interventions } from '../interventions.ts';
import { editCells, swapTokens } from './cell-edits.ts';
import { replaceHeads } from './context.ts';
import type { AttentionOfLayer, Change } from './stage.ts';

/** The factor on q·k. */
export function factorOf({ isUnscaled, scaleFactor }: Interventions, { attention }: AttentionOfLayer): number {
  return (isUnscaled ? 1 : attention.scoreScale) * scaleFactor;
}

/** The mask of an attention, and the keys that the reader hides. */
export function maskOf({ mask, hiddenKeys }: Interventions, { attention }: AttentionOfLayer) {
  const { isCausal, window } = attention;
  return { isCausal: isCausal || mask === 'causal', window, hiddenKeys };
}

/** Replaces computed numbers by typed ones. */
export function typedCells(stage: EditableStage) {
  return {
    setting: ({ edits, isRenormalised }) => {
      const typed = edits.filter((edit) => edit.stage === stage);
      return { typed, isRenormalised: stage === 'attentionWeights' && typed.length > 0 && isRenormalised };
    },
    apply: (x, { typed, isRenormalised }) => (typed.length === 0 ? x : editCells(x, typed, isRenormalised)),
    countedAs: null,
  } satisfies Change<{ typed: Interventions['edits']; isRenormalised: boolean }>;
}

const typedValues = typedCells('v');

/** Exchanges two value vectors, then replaces typed numbers. */
export const changedValues = {
  setting: (changes) => ({ swap: changes.swappedValues?.tokens ?? null, cells: typedValues.setting(changes) }),
  apply: (v, { swap, cells }) => typedValues.apply(swap === null ? v : swapTokens(v, swap), cells),
  countedAs: null,
} satisfies Change<{ swap: readonly [number, number] | null; cells: ReturnType<typeof typedValues.setting> }>;

/** Replaces the context of the heads that are off. */
export const headsOff = {
  setting: ({ ablatedHeads, ablation }) => ({
    heads: ablatedHeads.map(({ head }) => head).sort((a, b) => a - b),
    by: ablatedHeads.length === 0 ? 'zero' : ablation,
  }),
  apply: (context, { heads, by }) => replaceHeads(context, new Set(heads), by),
  countedAs: 'ablation',
} satisfies Change<{ heads: readonly number[]; by: Interventions['ablation'] }>;
