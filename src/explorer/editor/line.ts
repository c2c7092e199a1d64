import { computed, effect, type ReadonlySignal, signal } from '@preact/signals-core';
import { editorReducer } from './editor.ts';
import { createEditor, type EditorState } from './editor-state.ts';
import type { SentenceHistory } from './history.ts';

/** The line that a text is edited in. The inputs own the text; the line adds caret, undo and earlier sentences. */
export interface Line {
  readonly state: ReadonlySignal<EditorState>;
  /** Goes on from an edited state, and gives its text to the inputs where it is another one. */
  continueFrom(next: EditorState): void;
}

/** A line for the text that `read` gives and `write` sets. */
export function createLine(read: () => string, write: (text: string) => void, history?: SentenceHistory): Line {
  const given = read();
  const opened = createEditor(given, history);
  // A line cannot hold every text, such as one with a line end: `of` is the text that it stands for.
  const edited = signal({ state: opened, of: given });
  const followed = computed(() => {
    const { state, of } = edited.value;
    const text = read();
    return of === text ? edited.value : { state: editorReducer(state, { type: 'replace', text }), of: text };
  });
  // Each change from elsewhere, such as an appended token, can be undone.
  effect(() => {
    edited.value = followed.value;
  });
  return {
    state: computed(() => followed.value.state),
    continueFrom(next) {
      const { state, of } = followed.peek();
      if (next === state) return;
      const isChanged = next.text !== state.text;
      edited.value = { state: next, of: isChanged ? next.text : of };
      if (isChanged) write(next.text);
    },
  };
}
