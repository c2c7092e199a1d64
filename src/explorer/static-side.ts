import { createCosineBaseline } from '../core/measures/contextuality.ts';
import { cosine } from '../core/measures/vectors.ts';
import { findWord, isSameWord, type PlacedWord, wordsOf } from './word-places.ts';

/** Static vectors: one for each spelling, in any text. */
export interface WordVectors {
  /** Their name on the screen. */
  readonly label: string;
  /** null: there is no vector for the word. */
  vector(word: string): { readonly values: Float32Array } | null;
}

/** The word in a file of vectors, such as GloVe's. */
export interface StaticSide {
  readonly label: string;
  readonly cosine: number | null;
  readonly baseline: number | null;
}

/** Compares a word in two sentences by static vectors: the cosine of its spellings, beside the mean cosine of a word of A and a word of B
 *  without this word. */
export function staticSide(vectors: WordVectors, word: string, textA: string, textB: string): StaticSide {
  const [wordsA, wordsB] = [wordsOf(textA), wordsOf(textB)];
  const vectorIn = (words: readonly PlacedWord[]) => vectors.vector(findWord(words, word)?.text ?? word);
  const [a, b] = [vectorIn(wordsA), vectorIn(wordsB)];
  const baseline = createCosineBaseline();
  for (const words of [wordsA, wordsB]) {
    const others = words.filter((one) => !isSameWord(one.text, word));
    baseline.add(others.flatMap((one) => vectors.vector(one.text)?.values ?? []));
  }
  return {
    label: vectors.label,
    cosine: a === null || b === null ? null : cosine(a.values, b.values),
    baseline: baseline.mean(),
  };
}
