import { cleanText } from './clean-text.ts';

/** The submitted sentences, oldest first, and which one the editor shows. */
export interface SentenceHistory {
  readonly sentences: readonly string[];
  /** Index of the shown sentence; the number of sentences while the draft is shown. */
  readonly cursor: number;
  /** The text that was being written before the user went back. */
  readonly draft: string;
}

export const MAX_SENTENCES = 200;

/** Keeps the last 200 of `sentences` (oldest first), without blank ones and without repeated neighbours. */
export function createHistory(sentences: readonly string[] = []): SentenceHistory {
  const kept: string[] = [];
  for (const line of sentences) {
    const sentence = cleanText(line);
    if (sentence.trim() !== '' && sentence !== kept.at(-1)) kept.push(sentence);
  }
  const recent = kept.slice(-MAX_SENTENCES);
  return { sentences: recent, cursor: recent.length, draft: '' };
}

/** Adds `text` as the newest sentence and shows the draft. */
export function addSentence(history: SentenceHistory, text: string): SentenceHistory {
  return createHistory([...history.sentences, text]);
}

/** Goes to the next older sentence that differs from `text`; null if there is none. Keeps `text` if it is the draft. */
export function olderSentence(history: SentenceHistory, text: string): SentenceHistory | null {
  const { sentences, cursor } = history;
  const draft = cursor === sentences.length ? text : history.draft;
  for (let index = cursor - 1; index >= 0; index--) {
    if (sentences[index] !== text) return { sentences, cursor: index, draft };
  }
  return null;
}

/** Goes to the next newer sentence, or to the draft after the newest; null if the draft is shown. */
export function newerSentence(history: SentenceHistory): SentenceHistory | null {
  const { sentences, cursor, draft } = history;
  return cursor >= sentences.length ? null : { sentences, cursor: cursor + 1, draft };
}

export function shownSentence(history: SentenceHistory): string {
  return history.sentences[history.cursor] ?? history.draft;
}
