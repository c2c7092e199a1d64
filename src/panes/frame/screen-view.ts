import type { Row } from '../kit/cells.ts';
import type { Arrangement, Rect } from './layout.ts';

export interface PaneView {
  readonly name: string;
  readonly title: string;
  readonly rect: Rect;
  readonly rows: readonly Row[];
  /** Whether single keys go to this pane. */
  readonly isMain: boolean;
}

/** All that the screen shows except the sentence and the overlays. */
export interface ScreenView {
  readonly arrangement: Arrangement;
  readonly title: Row;
  readonly tokens: readonly Row[];
  readonly panes: readonly PaneView[];
  readonly status: readonly Row[];
  /** One row: the changes in the computation and the keys that undo them; null: none. */
  readonly changes: readonly Row[] | null;
  /** The sentence has no tokens: there is nothing to show yet. */
  readonly isEmpty: boolean;
  /** There is a sentence, but its numbers are not computed yet. */
  readonly isWaiting: boolean;
  /** The numbers belong to an earlier sentence; newer ones are being computed. */
  readonly isStale: boolean;
}
