import type { EditableStage } from '../core/interventions.ts';
import type { EditorState } from '../explorer/editor/editor-state.ts';
import type { ScreenView } from '../panes/frame/screen-view.ts';

/** A box over the panes. */
export type Overlay =
  | { readonly kind: 'help'; readonly scroll: number }
  | { readonly kind: 'models'; readonly filter: string; readonly selected: number }
  | { readonly kind: 'scale'; readonly value: string }
  /** A number for the selected cell. */
  | { readonly kind: 'edit'; readonly stage: EditableStage; readonly value: string }
  /** The command line that opens this screen. */
  | { readonly kind: 'state'; readonly line: string };

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
