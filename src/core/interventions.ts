/** A head, by layer and by its place in the layer; both from 0. */
export interface HeadIndex {
  readonly layer: number;
  readonly head: number;
}

/** What the reader changed in the computation; inputs of the core, never patches on its output. */
export interface Interventions {
  /** 'causal' lets a query see itself and the keys before it; 'none' leaves the model's own mask. */
  readonly mask: 'none' | 'causal';
  /** Multiplies the model's own scaling of q·k: 1 unchanged, 0 uniform weights; 1 / temperature. */
  readonly scaleFactor: number;
  /** Heads whose context is replaced by zeros; their weights stay. */
  readonly ablatedHeads: readonly HeadIndex[];
}

export const noInterventions: Interventions = { mask: 'none', scaleFactor: 1, ablatedHeads: [] };

/** Whether head `head` of layer `layer` is among the ablated ones. */
export function isAblated(ablatedHeads: readonly HeadIndex[], layer: number, head: number): boolean {
  return ablatedHeads.some((one) => one.layer === layer && one.head === head);
}
