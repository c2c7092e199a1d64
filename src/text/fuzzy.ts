import * as fuzzysort from 'fuzzysort';

/** A text that a query finds. */
export interface Found {
  /** Its place in the list that was searched. */
  readonly index: number;
  /** Code units of the text that the query matched. */
  readonly matched: ReadonlySet<number>;
}

/** Letters that are scattered over a text match nearly everything: below this score a match is chance. */
const leastScore = 0.3;
const nothing: ReadonlySet<number> = new Set();

/** The texts that a query finds, best first, whatever the case of its letters; all of them, in order, if it is blank. */
export function fuzzyFind(query: string, texts: readonly string[]): readonly Found[] {
  if (query.trim() === '') return texts.map((_, index) => ({ index, matched: nothing }));
  const items = texts.map((text, index) => ({ text, index }));
  return fuzzysort
    .go(query.trim(), items, { key: 'text', limit: 0, threshold: leastScore })
    .map(({ obj: { index }, indexes }) => ({ index, matched: new Set(indexes) }));
}
