import type { CellPlace, Derivation } from '../core/derivation.ts';
import type { HeadContributions } from '../core/head-contributions.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What is asked of a run beyond its trace: it needs the model's matrices, so it is computed where these are. */
export interface StudyQuestion {
  /** The layer that the rest is of. */
  readonly layer: number;
  /** Whether ‖α·f(x)‖ of that layer is wanted. */
  readonly norms: boolean;
  /** The token whose attention output is taken apart; null: none. */
  readonly contributionsAt: number | null;
  /** The number that is explained; null: none. */
  readonly place: CellPlace | null;
  /** Whether what the layer hands on is wanted, from concat on: of the last layer nothing else needs it. */
  readonly end: boolean;
}

/** Nothing is asked; the same for every layer. */
export const noQuestion: StudyQuestion = { layer: 0, norms: false, contributionsAt: null, place: null, end: false };

/** null: not asked for. */
export interface Study {
  readonly norms: Tensor | null;
  readonly contributions: HeadContributions | null;
  readonly derivation: Derivation | null;
}
