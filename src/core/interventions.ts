import type { LayerStage } from './trace.ts';

/** A head, by layer and by its place in the layer; both from 0. */
export interface HeadIndex {
  readonly layer: number;
  readonly head: number;
}

/** Stages whose single numbers can be replaced. */
export const editableStages = ['q', 'k', 'v', 'scores', 'attentionWeights'] as const satisfies readonly LayerStage[];
export type EditableStage = (typeof editableStages)[number];

/** A number in the place of the computed one. */
export interface CellEdit extends HeadIndex {
  readonly stage: EditableStage;
  /** Query of a score or weight, else token. */
  readonly row: number;
  /** Key of a score or weight, else dimension. */
  readonly column: number;
  readonly value: number;
}

/** Two tokens that have each other's value vectors in all heads of a layer. */
export interface ValueSwap {
  readonly layer: number;
  readonly tokens: readonly [number, number];
}

/** What the reader changed in the computation; inputs of the core, never patches on its output.
 *  All but `isUnscaled` and `scaleFactor` act on the stack that reads the text: of an encoder–decoder on the encoder. */
export interface Interventions {
  /** 'causal' lets a query see itself and the keys before it; 'none' leaves the model's own mask. */
  readonly mask: 'none' | 'causal';
  /** q·k is not multiplied by the model's own scale, 1/√d_k in most. */
  readonly isUnscaled: boolean;
  /** Multiplies the scaled scores: 1 unchanged, 0 uniform weights; 1 / temperature. */
  readonly scaleFactor: number;
  /** Heads whose context is replaced; their weights stay. */
  readonly ablatedHeads: readonly HeadIndex[];
  /** What it is replaced by: zeros, or the head's mean over the tokens of the text. */
  readonly ablation: 'zero' | 'mean';
  /** Tokens that no query sees as keys; a query that would see nothing keeps what it sees. */
  readonly hiddenKeys: readonly number[];
  /** null: none are exchanged. */
  readonly swappedValues: ValueSwap | null;
  /** At most one for each cell. */
  readonly edits: readonly CellEdit[];
  /** Whether rows of weights with an edited cell are divided by their sum. */
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

/** What the context of a head is replaced by; null: it is the head's own. */
export function replacementOf(
  { ablatedHeads, ablation }: Interventions,
  layer: number,
  head: number,
): Interventions['ablation'] | null {
  return isAblated(ablatedHeads, layer, head) ? ablation : null;
}

/** The stages of a head that have a typed number. */
export function typedStages({ edits }: Interventions, layer: number, head: number): readonly EditableStage[] {
  return editableStages.filter((stage) =>
    edits.some((edit) => edit.stage === stage && edit.layer === layer && edit.head === head),
  );
}

/** Those of them that act on the decoder of an encoder–decoder and on its attention to the encoder. */
export function scalingAlone({ isUnscaled, scaleFactor }: Interventions): Interventions {
  return { ...noInterventions, isUnscaled, scaleFactor };
}

/** Those of them that are not about a token of one text: they can be made in the run of another one, too. */
export function aboutModel(interventions: Interventions): Interventions {
  return { ...interventions, hiddenKeys: [], swappedValues: null, edits: [], isRenormalised: false };
}

/** Whether nothing is changed at all. */
export function isUnaltered(interventions: Interventions): boolean {
  const { mask, isUnscaled, scaleFactor, ablatedHeads, hiddenKeys, swappedValues, edits } = interventions;
  const isSame = mask === 'none' && !isUnscaled && scaleFactor === 1 && swappedValues === null;
  return isSame && ablatedHeads.length + hiddenKeys.length + edits.length === 0;
}
