import { createCosineBaseline } from '../core/measures/contextuality.ts';
import { cosine } from '../core/measures/vectors.ts';
import type { StaticSide } from '../panes/word/view.ts';
import { isSameWord, wordsOf } from './word-places.ts';

/** Vectors that do not depend on a text: one a spelling. */
export interface WordVectors {
  /** What they are called. */
  readonly label: string;
  /** null: the word has none. */
  vector(word: string): { readonly values: Float32Array } | null;
}

/** What static vectors say of a word in two sentences: its two vectors are one; beside that the mean cosine of a word of A and one of B, the
 *  word itself left out. */
export function staticSide(vectors: WordVectors, word: string, textA: string, textB: string): StaticSide {
  const [inA, inB] = [textA, textB].map((text) => spellingOf(text, word));
  const [a, b] = [vectors.vector(inA ?? word), vectors.vector(inB ?? word)];
  const baseline = createCosineBaseline();
  for (const text of [textA, textB]) {
    const others = wordsOf(text).filter((one) => !isSameWord(one.text, word));
    baseline.add(others.flatMap((one) => vectors.vector(one.text)?.values ?? []));
  }
  return {
    label: vectors.label,
    cosine: a === null || b === null ? null : cosine(a.values, b.values),
    baseline: baseline.mean(),
  };
}

/** How a text writes a word. */
function spellingOf(text: string, word: string): string | null {
  return wordsOf(text).find((one) => isSameWord(one.text, word))?.text ?? null;
}
