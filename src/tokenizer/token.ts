/** One token of a text. */
export interface Token {
  /** Row of the embedding matrix; null for a word that the vocabulary does not have and has no stand-in for. */
  readonly id: number | null;
  /** The vocabulary's own string of the id; of an unknown word the word itself. */
  readonly text: string;
  /** First code point of the token in the text, and the one after its last; null for tokens that were added. */
  readonly start: number | null;
  readonly end: number | null;
  /** True where `id` is null. */
  readonly unknown?: true;
}

/** Splits a text into all its tokens, however many. */
export interface Tokenizer {
  readonly vocabSize: number;
  tokenize(text: string): Token[];
}
