import type { Tokenizer } from '../tokenizer/token.ts';

/** The whole words of a vocabulary, in its order. */
export interface VocabularyWords {
  readonly ids: readonly number[];
  /** Ids by lower-case word. */
  readonly idsOf: ReadonlyMap<string, readonly number[]>;
}

/** Shorter tokens are mostly parts of words. */
const fewestLetters = 3;

const known = new WeakMap<Tokenizer, VocabularyWords>();

/** Tokens that are words of at least three letters. The vocabulary's own marks decide: a word's beginning (▁ or Ġ), its end (</w>), or no
 *  mark of a part (##). Empty if the tokenizer does not give the texts of its tokens. */
export function vocabularyWords(tokenizer: Tokenizer): VocabularyWords {
  const found = known.get(tokenizer) ?? wordsOfVocabulary(tokenizer);
  known.set(tokenizer, found);
  return found;
}

function wordsOfVocabulary(tokenizer: Tokenizer): VocabularyWords {
  const count = tokenizer.tokenText === undefined ? 0 : tokenizer.vocabSize;
  const texts = Array.from({ length: count }, (_, id) => tokenizer.tokenText?.(id) ?? '');
  const pattern = patternOf(texts);
  const ids: number[] = [];
  const idsOf = new Map<string, number[]>();
  for (const [id, text] of texts.entries()) {
    const word = pattern.exec(text)?.[1]?.toLowerCase();
    if (word === undefined || word.length < fewestLetters) continue;
    ids.push(id);
    idsOf.set(word, [...(idsOf.get(word) ?? []), id]);
  }
  return { ids, idsOf };
}

/** Matches a whole word of this vocabulary; its first group is the word without marks. */
function patternOf(texts: readonly string[]): RegExp {
  if (texts.some((text) => text.startsWith('▁') && text.length > 1)) return /^▁(\p{L}+)$/u;
  // Letters beyond ASCII stand for single bytes here.
  if (texts.some((text) => text.startsWith('Ġ') && text.length > 1)) return /^Ġ([A-Za-z]+)$/;
  if (texts.some((text) => text.endsWith('</w>'))) return /^(\p{L}+)<\/w>$/u;
  return /^(\p{L}+)$/u;
}
