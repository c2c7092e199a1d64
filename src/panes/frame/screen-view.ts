import type { Row } from '../kit/cells.ts';
import type { Arrangement, Rect } from './layout.ts';

export interface PaneView {
  readonly name: string;
  readonly title: string;
  readonly rect: Rect;
  readonly rows: readonly Row[];
  /** The pane that single keys go to. */
  readonly isMain: boolean;
}

/** All that the screen shows apart from the sentence itself and what lies over it. */
export interface ScreenView {
  readonly arrangement: Arrangement;
  readonly title: Row;
  readonly tokens: readonly Row[];
  readonly panes: readonly PaneView[];
  readonly status: readonly Row[];
  /** One row: what is changed in the computation, and the keys that take it back; null: nothing is. */
  readonly changes: readonly Row[] | null;
  /** The sentence has no tokens: there is nothing to show yet. */
  readonly isEmpty: boolean;
  /** There is a sentence, but its first numbers are still to come. */
  readonly isWaiting: boolean;
  /** The numbers are those of an earlier sentence: newer ones are being computed. */
  readonly isStale: boolean;
}
