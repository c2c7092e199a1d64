import type { EditorState } from '../explorer/editor/editor-state.ts';
import type { ScreenView } from '../panes/frame/screen-view.ts';
import type { Row, Size } from '../panes/kit/cells.ts';
import type { KeyPress } from '../terminal/input/key-name.ts';

/** A box over the panes as it is now; a key replaces it by the next one. */
export interface Overlay {
  readonly kind: string;
  /** Its name in the badge of the mode. */
  readonly mode: string;
  /** The key that opened it, where that is no text in it. */
  readonly closedBy?: string;
  /** Its keys, for the line at the bottom. */
  readonly hints: readonly string[];
  /** The text in its field; undefined: it has none. */
  readonly value?: string;
  /** The box to go back to; null: the panes. */
  readonly below?: Overlay | null;
  title(size: Size): string;
  rows(size: Size): Row[];
  /** Handles a key; false: the key means nothing to it. */
  press(press: KeyPress, size: Size): boolean;
}

/** Where keys go: the sentence, the second sentence, the decoder's target or the panes. */
export type Focus = 'input' | 'other' | 'target' | 'panes';

/** Everything that a frame of the screen shows. */
export interface Frame {
  readonly view: ScreenView;
  readonly editor: EditorState;
  /** null: there is no second sentence. */
  readonly otherEditor: EditorState | null;
  /** null: the model has no decoder. */
  readonly targetEditor: EditorState | null;
  /** The second sentence is only offered: the first typed letter replaces it. */
  readonly isOffered: boolean;
  readonly focus: Focus;
  readonly overlay: Overlay | null;
  /** A line for the reader, which the next key removes. */
  readonly message: string | null;
}
