import { batch, effect, type Signal } from '@preact/signals-core';
import type { ExplorerActions } from '../explorer/actions.ts';
import { type EditorAction, editorReducer } from '../explorer/editor/editor.ts';
import type { EditorState } from '../explorer/editor/editor-state.ts';
import type { Line } from '../explorer/editor/line.ts';
import { counterpartOf } from './example-sentences.ts';
import type { Focus } from './frame.ts';
import { keyOf } from './keys/bindings.ts';

export interface SecondSentenceParts {
  readonly actions: ExplorerActions;
  /** Changes inputs, and sees to the numbers that follow. */
  change(change: () => void): void;
  readonly lines: { readonly input: Line; readonly other: Line };
  readonly focus: Signal<Focus>;
  readonly message: Signal<string | null>;
}

/** The line of the second sentence, B. */
export interface SecondSentence {
  /** With the sentence that the first is known for, or a copy of it to be changed. */
  open(): void;
  close(): void;
  /** The line that a key goes to: the first letters that are typed take the place of the sentence that it opened with, any other
   *  key keeps that. */
  begin(action: EditorAction): EditorState;
}

export function createSecondSentence(parts: SecondSentenceParts): SecondSentence {
  const { actions, change, lines, focus, message } = parts;
  let isOffered = false;
  // Once its line was left, what it opened with is the reader's.
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
      message.value = `B, the second sentence: typing replaces it, arrow keys and deleting edit it, ${keyOf('panes')} leads to the panes`;
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
      const isTyped = action.type === 'insert' || action.type === 'paste';
      const offered = lines.other.state.peek();
      const begun = isOffered && isTyped ? editorReducer(offered, { type: 'replace', text: '' }) : offered;
      isOffered = false;
      return begun;
    },
  };
}
