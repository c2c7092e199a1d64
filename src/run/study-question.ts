import type { CellPlace, Derivation } from '../core/derivation/derivation.ts';
import type { HeadContributions } from '../core/measures/head-contributions.ts';
import type { RunChanges } from '../core/measures/run-changes.ts';
import type { WordContrast } from '../core/measures/word-contrast.ts';
import type { WordQuestion } from '../explorer/word-study.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** A head and a query of the layer that is asked about, and the token whose results are compared. */
export interface ChangesPlace {
  readonly head: number;
  readonly query: number;
  readonly token: number;
}

/** How the run differs from the unaltered one there, and that one's numbers of the layer. */
export interface StudiedChanges {
  readonly changes: RunChanges;
  readonly unalteredWeights: Tensor;
}

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
  /** Where the run is compared with the unaltered one; null: nowhere. */
  readonly changes: ChangesPlace | null;
  /** One word in the two sentences; null: not asked for. */
  readonly word: WordQuestion | null;
  /** Whether what the layer hands on is wanted, from concat on: of the last layer nothing else needs it. */
  readonly end: boolean;
}

/** Nothing is asked; the same for every layer. */
export const noQuestion: StudyQuestion = {
  layer: 0,
  norms: false,
  contributionsAt: null,
  place: null,
  changes: null,
  word: null,
  end: false,
};

/** null: not asked for. */
export interface Study {
  readonly norms: Tensor | null;
  readonly contributions: HeadContributions | null;
  readonly derivation: Derivation | null;
  readonly changes: StudiedChanges | null;
  readonly word: WordContrast | null;
}
