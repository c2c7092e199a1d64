import type { LayerStage } from './trace.ts';

/** A head, by layer and by its place in the layer; both from 0. */
export interface HeadIndex {
  readonly layer: number;
  readonly head: number;
}

/** Stages whose single numbers can be replaced. */
export const editableStages = ['q', 'k', 'v', 'scores', 'attentionWeights'] as const satisfies readonly LayerStage[];
export type EditableStage = (typeof editableStages)[number];

/** A number that replaces the computed one. */
export interface CellEdit extends HeadIndex {
  readonly stage: EditableStage;
  /** Query of a score or weight, otherwise token. */
  readonly row: number;
  /** Key of a score or weight, otherwise dimension. */
  readonly column: number;
  readonly value: number;
}

/** Two tokens that exchange their value vectors in all heads of a layer. */
export interface ValueSwap {
  readonly layer: number;
  readonly tokens: readonly [number, number];
}

/** What the reader changed in the computation: inputs of the core, never patches on its output.
 *  In an encoder–decoder all act on the encoder; `isUnscaled` and `scaleFactor` act on the decoder, too. */
export interface Interventions {
  /** 'causal' lets a query see itself and the keys before it; 'none' leaves the model's own mask. */
  readonly mask: 'none' | 'causal';
  /** Whether q·k keeps its size: the model's own factor, mostly 1/√d_k, is left out. */
  readonly isUnscaled: boolean;
  /** Multiplies the scaled scores: 1 unchanged, 0 uniform weights; 1 / temperature. */
  readonly scaleFactor: number;
  /** Heads whose context is replaced; their weights stay. */
  readonly ablatedHeads: readonly HeadIndex[];
  /** What replaces it: zeros, or the head's mean over the tokens of the text. */
  readonly ablation: 'zero' | 'mean';
  /** Tokens that no query sees as keys; a query that would see nothing else keeps what it sees. */
  readonly hiddenKeys: readonly number[];
  /** null: nothing is exchanged. */
  readonly swappedValues: ValueSwap | null;
  /** At most one for each cell. */
  readonly edits: readonly CellEdit[];
  /** Whether a row of weights with a typed number is divided by its sum. */
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

/** Whether head `head` of layer `layer` is among the ablated ones. */
export function isAblated(ablatedHeads: readonly HeadIndex[], layer: number, head: number): boolean {
  return ablatedHeads.some((one) => one.layer === layer && one.head === head);
}

/** What replaces the context of a head; null: it is the head's own. */
export function replacementOf(
  { ablatedHeads, ablation }: Interventions,
  layer: number,
  head: number,
): Interventions['ablation'] | null {
  return isAblated(ablatedHeads, layer, head) ? ablation : null;
}

/** The stages of a head with a typed number. */
export function typedStages({ edits }: Interventions, layer: number, head: number): readonly EditableStage[] {
  return editableStages.filter((stage) =>
    edits.some((edit) => edit.stage === stage && edit.layer === layer && edit.head === head),
  );
}

/** The interventions that act on an encoder–decoder's decoder and on its attention to the encoder. */
export function scalingAlone({ isUnscaled, scaleFactor }: Interventions): Interventions {
  return { ...noInterventions, isUnscaled, scaleFactor };
}

/** The interventions that concern no token of one text: they can be made in the run of another one, too. */
export function aboutModel(interventions: Interventions): Interventions {
  return { ...interventions, hiddenKeys: [], swappedValues: null, edits: [], isRenormalised: false };
}

/** The interventions as one layer takes them: without the heads, numbers and exchanges of other layers. */
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
