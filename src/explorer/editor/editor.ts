import { nextBoundary, previousBoundary } from './boundaries.ts';
import { cleanText } from './clean-text.ts';
import { type EditorState, withCaret, withInserted, withoutRange, withText, withUndone } from './editor-state.ts';
import { addSentence, newerSentence, olderSentence, type SentenceHistory, shownSentence } from './history.ts';
import { blankWordStartBefore, wordEndAfter, wordStartBefore } from './words.ts';

/** `insert` types, `paste` pastes, `replace` sets a whole new sentence; the others are readline's commands. */
export type EditorAction =
  | { readonly type: 'insert' | 'paste' | 'replace'; readonly text: string }
  | { readonly type: EditorCommand };

export type EditorCommand = keyof typeof commands;

/** Typing makes one undo step per word, with the spaces after it. */
function typed(state: EditorState, text: string): EditorState {
  if (text === '') return state;
  const beginsWord = state.text[state.caret - 1] === ' ' && text !== ' ';
  const next = withInserted(state, text);
  if (next.overflow) return next;
  return { ...next, run: 'typing', undo: state.run === 'typing' && !beginsWord ? state.undo : next.undo };
}

/** Moves a range with the caret at one end to the kill buffer; consecutive kills join. */
function killed(state: EditorState, start: number, end: number): EditorState {
  if (start === end) return state;
  const taken = state.text.slice(start, end);
  const earlier = state.run === 'kill' ? state.killed : '';
  const joined = start < state.caret ? taken + earlier : earlier + taken;
  return { ...withoutRange(state, start, end), killed: joined, run: 'kill' };
}

/** Swaps the graphemes around the caret, or the last two at the end, and moves past them. */
function transposed(state: EditorState): EditorState {
  const { text, caret } = state;
  const middle = caret === text.length ? previousBoundary(text, caret) : caret;
  const start = previousBoundary(text, middle);
  const end = nextBoundary(text, middle);
  if (start === middle || middle === end) return state;
  const swapped = text.slice(middle, end) + text.slice(start, middle);
  return withText(state, text.slice(0, start) + swapped + text.slice(end), end);
}

function recalled(state: EditorState, history: SentenceHistory | null): EditorState {
  if (history === null) return state;
  const text = shownSentence(history);
  return { ...withText(state, text, text.length), history };
}

function replaced(state: EditorState, text: string): EditorState {
  if (text === state.text) return withCaret(state, text.length);
  const emptied = { ...state, text: '', caret: 0 };
  const { undo } = withText(state, text, 0);
  return { ...withInserted(emptied, text), undo };
}

const commands = {
  moveLeft: (state, text, caret) => withCaret(state, previousBoundary(text, caret)),
  moveRight: (state, text, caret) => withCaret(state, nextBoundary(text, caret)),
  moveWordLeft: (state, text, caret) => withCaret(state, wordStartBefore(text, caret)),
  moveWordRight: (state, text, caret) => withCaret(state, wordEndAfter(text, caret)),
  moveHome: (state) => withCaret(state, 0),
  moveEnd: (state, text) => withCaret(state, text.length),
  deleteBackward: (state, text, caret) => withoutRange(state, previousBoundary(text, caret), caret),
  deleteForward: (state, text, caret) => withoutRange(state, caret, nextBoundary(text, caret)),
  killToStart: (state, _, caret) => killed(state, 0, caret),
  killToEnd: (state, text, caret) => killed(state, caret, text.length),
  killBlankWordBackward: (state, text, caret) => killed(state, blankWordStartBefore(text, caret), caret),
  killWordBackward: (state, text, caret) => killed(state, wordStartBefore(text, caret), caret),
  killWordForward: (state, text, caret) => killed(state, caret, wordEndAfter(text, caret)),
  yank: (state) => withInserted(state, state.killed),
  transpose: transposed,
  undo: withUndone,
  historyPrevious: (state, text) => recalled(state, olderSentence(state.history, text)),
  historyNext: (state) => recalled(state, newerSentence(state.history)),
  submit: (state, text) => ({ ...state, run: null, history: addSentence(state.history, text) }),
} satisfies Readonly<Record<string, (state: EditorState, text: string, caret: number) => EditorState>>;

/** The editor after an action; the same object if nothing changes. */
export function editorReducer(state: EditorState, action: EditorAction): EditorState {
  switch (action.type) {
    case 'insert':
      return typed(state, cleanText(action.text));
    case 'paste':
      return withInserted(state, cleanText(action.text));
    case 'replace':
      return replaced(state, cleanText(action.text));
    default:
      return commands[action.type](state, state.text, state.caret);
  }
}
