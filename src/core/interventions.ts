import type { LayerStage } from './trace.ts';

/** A head by layer and index in the layer, both from 0. */
export interface HeadIndex {
  readonly layer: number;
  readonly head: number;
}

/** Stages in which single numbers can be replaced. */
export const editableStages = ['q', 'k', 'v', 'scores', 'attentionWeights'] as const satisfies readonly LayerStage[];
export type EditableStage = (typeof editableStages)[number];

/** A number that replaces the computed one. */
export interface CellEdit extends HeadIndex {
  readonly stage: EditableStage;
  /** Query of a score or weight, else token. */
  readonly row: number;
  /** Key of a score or weight, else dimension. */
  readonly column: number;
  readonly value: number;
}

/** Two tokens that exchange their value vectors in all heads of a layer. */
export interface ValueSwap {
  readonly layer: number;
  readonly tokens: readonly [number, number];
}

/** The reader's changes to the computation.
 *  In an encoder–decoder model, all act on the encoder; only `isUnscaled` and `scaleFactor` also act on the decoder. */
export interface Interventions {
  /** 'causal': a query sees only itself and the keys before it; 'none': the model's own mask. */
  readonly mask: 'none' | 'causal';
  /** Whether to leave out the model's own factor on q·k, mostly 1/√d_k. */
  readonly isUnscaled: boolean;
  /** A further factor on q·k, 1 / temperature: 1 changes nothing. */
  readonly scaleFactor: number;
  /** Heads that are switched off: their context is replaced, their weights stay. */
  readonly ablatedHeads: readonly HeadIndex[];
  /** The replacement: zeros, or the head's mean over the tokens of the text. */
  readonly ablation: 'zero' | 'mean';
  /** Tokens hidden as keys, except from a query that would then see nothing. */
  readonly hiddenKeys: readonly number[];
  /** null if nothing is exchanged. */
  readonly swappedValues: ValueSwap | null;
  /** At most one per cell. */
  readonly edits: readonly CellEdit[];
  /** Whether to divide a row of weights with a typed number by its sum. */
  readonly isRenormalised: boolean;
}

export const noInterventions: Interventions = {
  mask: 'none',
  isUnscaled: false,
  scaleFactor: 1,
  ablatedHeads: [],
  ablation: 'zero',
  hiddenKeys: [],
  swappedValues: null,
  edits: [],
  isRenormalised: false,
};

export function isAblated(ablatedHeads: readonly HeadIndex[], layer: number, head: number): boolean {
  return ablatedHeads.some((one) => one.layer === layer && one.head === head);
}

/** What replaces the context of a head; null if the head is on. */
export function replacementOf(
  { ablatedHeads, ablation }: Interventions,
  layer: number,
  head: number,
): Interventions['ablation'] | null {
  return isAblated(ablatedHeads, layer, head) ? ablation : null;
}

/** The stages of a head that have typed numbers. */
export function typedStages({ edits }: Interventions, layer: number, head: number): readonly EditableStage[] {
  return editableStages.filter((stage) =>
    edits.some((edit) => edit.stage === stage && edit.layer === layer && edit.head === head),
  );
}

/** The interventions that act on the decoder and its cross-attention. */
export function scalingOnly({ isUnscaled, scaleFactor }: Interventions): Interventions {
  return { ...noInterventions, isUnscaled, scaleFactor };
}

/** The interventions that name no token, so that they also fit another text. */
export function aboutModel(interventions: Interventions): Interventions {
  return { ...interventions, hiddenKeys: [], swappedValues: null, edits: [], isRenormalised: false };
}

/** The interventions without the heads, numbers and exchanges of other layers. */
export function changesOfLayer(interventions: Interventions, index: number): Interventions {
  const { ablatedHeads, edits, swappedValues } = interventions;
  const isHere = ({ layer }: { readonly layer: number }) => layer === index;
  return {
    ...interventions,
    ablatedHeads: ablatedHeads.filter(isHere),
    edits: edits.filter(isHere),
    swappedValues: swappedValues !== null && isHere(swappedValues) ? swappedValues : null,
  };
}

/** Whether two pieces of plain data are equal. */
export function hasSameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether nothing is changed. */
export function isUnaltered(interventions: Interventions): boolean {
  const { mask, isUnscaled, scaleFactor, ablatedHeads, hiddenKeys, swappedValues, edits } = interventions;
  const isSame = mask === 'none' && !isUnscaled && scaleFactor === 1 && swappedValues === null;
  return isSame && ablatedHeads.length + hiddenKeys.length + edits.length === 0;
}
