import type { PaneName } from './pane-names.ts';

/** Panes about the end of the model: they open on the last layer. */
export const lastLayerPanes: ReadonlySet<PaneName> = new Set<PaneName>(['word']);

/** The matrices that the Q K V pane can select. */
export const matrices = ['q', 'k', 'v'] as const;

/** What is selected; all indices from 0. */
export interface Selection {
  readonly layer: number;
  readonly head: number;
  readonly query: number;
  readonly key: number;
  /** The matrix and the column selected in the Q K V pane. */
  readonly matrix: (typeof matrices)[number];
  readonly dimension: number;
}

/** How the attention is seen: the softmax weights, or a measure of them. */
export const lenses = ['weights', 'norms', 'no sink', 'rollout'] as const;
export type Lens = (typeof lenses)[number];

/** The index, or the nearest one in a list of `count` items; 0 for an empty list. */
export function clampIndex(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1));
}
