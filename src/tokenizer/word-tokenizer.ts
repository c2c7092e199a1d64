import type { Token, Tokenizer } from './token.ts';

/** Splits at white space and looks words up in lower case; an unknown word has no id.
 *  vocab: lower-case word -> row of the embedding matrix. */
export function createWordTokenizer(vocab: ReadonlyMap<string, number>): Tokenizer {
  return {
    vocabSize: vocab.size,
    tokenize(text) {
      const tokens: Token[] = [];
      let unitsSeen = 0;
      let codePointsSeen = 0;
      for (const match of text.matchAll(/\S+/gu)) {
        const word = match[0];
        const start = codePointsSeen + [...text.slice(unitsSeen, match.index)].length;
        const end = start + [...word].length;
        const lower = word.toLowerCase();
        const id = vocab.get(lower);
        tokens.push(
          id === undefined ? { id: null, text: word, start, end, unknown: true } : { id, text: lower, start, end },
        );
        unitsSeen = match.index + word.length;
        codePointsSeen = end;
      }
      return tokens;
    },
  };
}
