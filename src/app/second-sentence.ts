import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type { ExplorerActions } from '../explorer/actions.ts';
import { cleanText } from '../explorer/editor/clean-text.ts';
import { type EditorAction, editorReducer } from '../explorer/editor/editor.ts';
import type { EditorState } from '../explorer/editor/editor-state.ts';
import type { Line } from '../explorer/editor/line.ts';
import { counterpartOf } from './example-sentences.ts';
import type { Focus } from './frame.ts';

export interface SecondSentenceParts {
  readonly actions: ExplorerActions;
  readonly lines: { readonly input: Line; readonly other: Line };
  readonly focus: Signal<Focus>;
  say(message: string): void;
}

/** The line of the second sentence, B. */
export interface SecondSentence {
  /** Whether B is only offered: the first typed letter replaces it. */
  readonly isOffered: ReadonlySignal<boolean>;
  /** Opens it with the text that it had, or else with the counterpart of the first sentence, or with a copy. */
  open(): void;
  /** Closes it and keeps its text. */
  close(): void;
  /** The state that a key acts on. The first typed letter replaces the offered sentence; any other key keeps it. */
  begin(action: EditorAction): EditorState;
}

export function createSecondSentence({ actions, lines, focus, say }: SecondSentenceParts): SecondSentence {
  const isOffered = signal(false);
  let kept = '';
  let last = focus.peek();
  // Leaving the line accepts the offered sentence.
  effect(() => {
    if (last === 'other' && focus.value !== 'other') isOffered.value = false;
    last = focus.value;
  });
  return {
    isOffered,
    open() {
      isOffered.value = kept === '';
      actions.setOther(kept === '' ? counterpartOf(lines.input.state.peek().text) : kept);
      const { text } = lines.other.state.peek();
      say(
        text === ''
          ? 'line B is empty: {second-line} types in it, {sentences} closes it'
          : isOffered.peek()
            ? 'line B offers a sentence: {second-line} edits it, {sentences} closes it'
            : 'line B is back: {second-line} edits it, {sentences} closes it',
      );
    },
    close() {
      kept = isOffered.peek() ? '' : lines.other.state.peek().text;
      actions.setOther(null);
      if (focus.peek() === 'other') focus.value = 'panes';
      say('the second sentence is closed: {sentences} opens it again');
    },
    begin(action) {
      const offered = lines.other.state.peek();
      const isTyped = action.type === 'insert' || action.type === 'paste';
      if (isTyped && cleanText(action.text) === '') return offered;
      const begun = isOffered.peek() && isTyped ? editorReducer(offered, { type: 'replace', text: '' }) : offered;
      isOffered.value = false;
      return begun;
    },
  };
}
