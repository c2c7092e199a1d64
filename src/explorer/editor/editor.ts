import { nextBoundary, previousBoundary } from './boundaries.ts';
import { cleanText } from './clean-text.ts';
import { type EditorState, withCaret, withInserted, withoutRange, withText, withUndone } from './editor-state.ts';
import { addSentence, newerSentence, olderSentence, type SentenceHistory, shownSentence } from './history.ts';
import { blankWordStartBefore, wordEndAfter, wordStartBefore } from './words.ts';

/** `insert` is typing, `paste` a paste, `replace` a whole new sentence; the others are readline's commands. */
export type EditorAction =
  | { readonly type: 'insert' | 'paste' | 'replace'; readonly text: string }
  | { readonly type: EditorCommand };

export type EditorCommand =
  | 'moveLeft'
  | 'moveRight'
  | 'moveWordLeft'
  | 'moveWordRight'
  | 'moveHome'
  | 'moveEnd'
  | 'deleteBackward'
  | 'deleteForward'
  | 'killToStart'
  | 'killToEnd'
  | 'killBlankWordBackward'
  | 'killWordBackward'
  | 'killWordForward'
  | 'yank'
  | 'transpose'
  | 'undo'
  | 'historyPrevious'
  | 'historyNext'
  | 'submit';

/** Typed letters are one step to undo, up to and with the space after them. */
function typed(state: EditorState, text: string): EditorState {
  if (text === '') return state;
  const beginsWord = state.text[state.caret - 1] === ' ' && text !== ' ';
  const next = withInserted(state, text);
  if (next.overflow) return next;
  return { ...next, run: 'typing', undo: state.run === 'typing' && !beginsWord ? state.undo : next.undo };
}

/** Removes a range that holds the caret at one end and keeps it for yank, joined to the kill just before. */
function killed(state: EditorState, start: number, end: number): EditorState {
  if (start === end) return state;
  const taken = state.text.slice(start, end);
  const earlier = state.run === 'kill' ? state.killed : '';
  const joined = start < state.caret ? taken + earlier : earlier + taken;
  return { ...withoutRange(state, start, end), killed: joined, run: 'kill' };
}

/** Swaps the graphemes on both sides of the caret, at the end the last two, and steps over them. */
function transposed(state: EditorState): EditorState {
  const { text, caret } = state;
  const middle = caret === text.length ? previousBoundary(text, caret) : caret;
  const start = previousBoundary(text, middle);
  const end = nextBoundary(text, middle);
  if (start === middle || middle === end) return state;
  return withText(
    state,
    text.slice(0, start) + text.slice(middle, end) + text.slice(start, middle) + text.slice(end),
    end,
  );
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

function command(state: EditorState, type: EditorCommand): EditorState {
  const { text, caret } = state;
  switch (type) {
    case 'moveLeft':
      return withCaret(state, previousBoundary(text, caret));
    case 'moveRight':
      return withCaret(state, nextBoundary(text, caret));
    case 'moveWordLeft':
      return withCaret(state, wordStartBefore(text, caret));
    case 'moveWordRight':
      return withCaret(state, wordEndAfter(text, caret));
    case 'moveHome':
      return withCaret(state, 0);
    case 'moveEnd':
      return withCaret(state, text.length);
    case 'deleteBackward':
      return withoutRange(state, previousBoundary(text, caret), caret);
    case 'deleteForward':
      return withoutRange(state, caret, nextBoundary(text, caret));
    case 'killToStart':
      return killed(state, 0, caret);
    case 'killToEnd':
      return killed(state, caret, text.length);
    case 'killBlankWordBackward':
      return killed(state, blankWordStartBefore(text, caret), caret);
    case 'killWordBackward':
      return killed(state, wordStartBefore(text, caret), caret);
    case 'killWordForward':
      return killed(state, caret, wordEndAfter(text, caret));
    case 'yank':
      return withInserted(state, state.killed);
    case 'transpose':
      return transposed(state);
    case 'undo':
      return withUndone(state);
    case 'historyPrevious':
      return recalled(state, olderSentence(state.history, text));
    case 'historyNext':
      return recalled(state, newerSentence(state.history));
    case 'submit':
      return { ...state, run: null, history: addSentence(state.history, text) };
  }
}

/** The editor after an action; the same object where the action changes nothing. */
export function editorReducer(state: EditorState, action: EditorAction): EditorState {
  switch (action.type) {
    case 'insert':
      return typed(state, cleanText(action.text));
    case 'paste':
      return withInserted(state, cleanText(action.text));
    case 'replace':
      return replaced(state, cleanText(action.text));
    default:
      return command(state, action.type);
  }
}
