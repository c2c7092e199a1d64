import { cleanText } from './clean-text.ts';

/** Sentences from the oldest to the newest, and where among them the editor is. */
export interface SentenceHistory {
  readonly sentences: readonly string[];
  /** Index of the sentence that is shown; the number of sentences while the draft is. */
  readonly cursor: number;
  /** What was being written when the walk back began. */
  readonly draft: string;
}

export const MAX_SENTENCES = 200;

/** A history of these sentences, oldest first, without blank ones, neighbours that repeat, and all but the
 *  last 200. */
export function createHistory(sentences: readonly string[] = []): SentenceHistory {
  const kept: string[] = [];
  for (const line of sentences) {
    const sentence = cleanText(line);
    if (sentence.trim() !== '' && sentence !== kept.at(-1)) kept.push(sentence);
  }
  const recent = kept.slice(-MAX_SENTENCES);
  return { sentences: recent, cursor: recent.length, draft: '' };
}

/** The history with `text` as its newest sentence and the draft in front. */
export function addSentence(history: SentenceHistory, text: string): SentenceHistory {
  return createHistory([...history.sentences, text]);
}

/** One step towards older sentences, past those that are the same as `text`, which is kept as the draft
 *  where the walk begins; null where there is none. */
export function olderSentence(history: SentenceHistory, text: string): SentenceHistory | null {
  const { sentences, cursor } = history;
  const draft = cursor === sentences.length ? text : history.draft;
  for (let index = cursor - 1; index >= 0; index--) {
    if (sentences[index] !== text) return { sentences, cursor: index, draft };
  }
  return null;
}

/** One step towards newer sentences and at last the draft; null where the draft is shown. */
export function newerSentence(history: SentenceHistory): SentenceHistory | null {
  const { sentences, cursor, draft } = history;
  return cursor >= sentences.length ? null : { sentences, cursor: cursor + 1, draft };
}

/** What the history shows: a sentence, or the draft. */
export function shownSentence(history: SentenceHistory): string {
  return history.sentences[history.cursor] ?? history.draft;
}
