import { previousBoundary, snapToBoundary } from './boundaries.ts';
import { cleanText } from './clean-text.ts';
import { createHistory, type SentenceHistory } from './history.ts';

interface Snapshot {
  readonly text: string;
  readonly caret: number;
}

/** The sentence being edited. */
export interface EditorState {
  readonly text: string;
  /** UTF-16 index into `text`, always at a grapheme boundary. */
  readonly caret: number;
  /** The text of the last kills, for yank. */
  readonly killed: string;
  /** Earlier states, oldest first. */
  readonly undo: readonly Snapshot[];
  /** Kind of the last action, if the next one of its kind joins it. */
  readonly run: 'typing' | 'kill' | null;
  readonly history: SentenceHistory;
  /** True when the last insertion did not fit and was cut. */
  readonly overflow: boolean;
}

/** In UTF-16 code units: about sixty times what the default model reads. */
export const MAX_TEXT_LENGTH = 16_384;
const MAX_UNDO_STEPS = 200;

/** An editor with the caret at the end of `text`. */
export function createEditor(text = '', history: SentenceHistory = createHistory()): EditorState {
  const line = cleanText(text);
  const kept = cutToLength(line, MAX_TEXT_LENGTH);
  return { text: kept, caret: kept.length, killed: '', undo: [], run: null, history, overflow: kept !== line };
}

function cutToLength(text: string, length: number): string {
  if (text.length <= length) return text;
  return text.slice(0, snapToBoundary(text, length) === length ? length : previousBoundary(text, length));
}

/** The state with another text, and the present state to undo to. */
export function withText(state: EditorState, text: string, caret: number): EditorState {
  if (text === state.text) return withCaret(state, caret);
  const undo = [...state.undo, { text: state.text, caret: state.caret }].slice(-MAX_UNDO_STEPS);
  return { ...state, text, caret: snapToBoundary(text, caret), undo, run: null, overflow: false };
}

export function withCaret(state: EditorState, caret: number): EditorState {
  if (caret === state.caret && state.run === null && !state.overflow) return state;
  return { ...state, caret: snapToBoundary(state.text, caret), run: null, overflow: false };
}

/** Inserts as much at the caret as fits and moves the caret past it. */
export function withInserted(state: EditorState, inserted: string): EditorState {
  const { text, caret } = state;
  const fitting = cutToLength(inserted, Math.max(0, MAX_TEXT_LENGTH - text.length));
  const next = withText(state, text.slice(0, caret) + fitting + text.slice(caret), caret + fitting.length);
  return fitting === inserted ? next : { ...next, overflow: true };
}

/** Removes the text from `start` to `end` and puts the caret at `start`. */
export function withoutRange(state: EditorState, start: number, end: number): EditorState {
  return start === end ? state : withText(state, state.text.slice(0, start) + state.text.slice(end), start);
}

export function withUndone(state: EditorState): EditorState {
  const snapshot = state.undo.at(-1);
  if (snapshot === undefined) return state;
  return { ...state, ...snapshot, undo: state.undo.slice(0, -1), run: null, overflow: false };
}
