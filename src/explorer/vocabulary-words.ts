import type { Tokenizer } from '../tokenizer/token.ts';

/** The whole words of a vocabulary, in its order. */
export interface VocabularyWords {
  readonly ids: readonly number[];
  /** Ids of a word in small letters. */
  readonly idsOf: ReadonlyMap<string, readonly number[]>;
}

/** Shorter ones are mostly parts of words. */
const fewestLetters = 3;

const known = new WeakMap<Tokenizer, VocabularyWords>();

/** Tokens that are words of at least three letters: with the mark of a word's beginning where the vocabulary has one (▁ or Ġ), without the
 *  mark of a part (##) or with that of an end (</w>) where it has these. None of a tokenizer that does not tell its tokens' texts. */
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

/** How the vocabulary writes a whole word, the word itself being the first group. */
function patternOf(texts: readonly string[]): RegExp {
  if (texts.some((text) => text.startsWith('▁') && text.length > 1)) return /^▁(\p{L}+)$/u;
  // Other letters stand for single bytes.
  if (texts.some((text) => text.startsWith('Ġ') && text.length > 1)) return /^Ġ([A-Za-z]+)$/;
  if (texts.some((text) => text.endsWith('</w>'))) return /^(\p{L}+)<\/w>$/u;
  return /^(\p{L}+)$/u;
}
