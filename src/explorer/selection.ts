/** What is selected; all indices from 0. */
export interface Selection {
  readonly layer: number;
  readonly head: number;
  readonly query: number;
  readonly key: number;
  /** The matrix and the column selected in the Q K V pane. */
  readonly matrix: 'q' | 'k' | 'v';
  readonly dimension: number;
}

/** How the attention is seen: the softmax weights, or a measure of them. */
export const lenses = ['weights', 'norms', 'no sink', 'rollout'] as const;
export type Lens = (typeof lenses)[number];
