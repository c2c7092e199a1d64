import { batch, effect, type Signal } from '@preact/signals-core';
import type { ExplorerActions } from '../explorer/actions.ts';
import { cleanText } from '../explorer/editor/clean-text.ts';
import { type EditorAction, editorReducer } from '../explorer/editor/editor.ts';
import type { EditorState } from '../explorer/editor/editor-state.ts';
import type { Line } from '../explorer/editor/line.ts';
import { counterpartOf } from './example-sentences.ts';
import type { Focus } from './frame.ts';
import { keyOf } from './keys/bindings.ts';

export interface SecondSentenceParts {
  readonly actions: ExplorerActions;
  /** Changes inputs and updates the numbers. */
  change(change: () => void): void;
  readonly lines: { readonly input: Line; readonly other: Line };
  readonly focus: Signal<Focus>;
  readonly message: Signal<string | null>;
}

/** The line of the second sentence, B. */
export interface SecondSentence {
  /** Opens it with the counterpart of the first sentence, or with a copy. */
  open(): void;
  close(): void;
  /** The state that a key acts on. The first typed letter replaces the offered sentence; any other key keeps it. */
  begin(action: EditorAction): EditorState;
}

export function createSecondSentence(parts: SecondSentenceParts): SecondSentence {
  const { actions, change, lines, focus, message } = parts;
  let isOffered = false;
  // Leaving the line accepts the offered sentence.
  effect(() => {
    if (focus.value !== 'other') isOffered = false;
  });
  return {
    open() {
      change(() =>
        batch(() => {
          actions.setOther(counterpartOf(lines.input.state.peek().text));
          focus.value = 'other';
        }),
      );
      isOffered = true;
      message.value = `B, the second sentence: type to replace it, use arrows or delete to edit it; press ${keyOf('panes')} for the panes`;
    },
    close: () =>
      change(() =>
        batch(() => {
          actions.setOther(null);
          actions.showPane('attention');
          if (focus.peek() === 'other') focus.value = 'panes';
        }),
      ),
    begin(action) {
      const offered = lines.other.state.peek();
      const isTyped = action.type === 'insert' || action.type === 'paste';
      if (isTyped && cleanText(action.text) === '') return offered;
      const begun = isOffered && isTyped ? editorReducer(offered, { type: 'replace', text: '' }) : offered;
      isOffered = false;
      return begun;
    },
  };
}
