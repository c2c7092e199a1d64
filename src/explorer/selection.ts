/** What the reader points at; all indices from 0. */
export interface Selection {
  readonly layer: number;
  readonly head: number;
  readonly query: number;
  readonly key: number;
  /** The matrix and the column that the Q, K, V pane points at. */
  readonly matrix: 'q' | 'k' | 'v';
  readonly dimension: number;
}

/** How the attention of the selected head is looked at: the softmax weights, or what follows from them. */
export const lenses = ['weights', 'norms', 'no sink', 'rollout'] as const;
export type Lens = (typeof lenses)[number];
