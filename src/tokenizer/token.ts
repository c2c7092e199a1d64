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

/** A text, or a pair of texts, as a model reads it. */
export interface Encoding {
  readonly tokens: readonly Token[];
  /** Segment of each token: 0, or 1 in the second text of a pair. */
  readonly typeIds: readonly number[];
  /** How many special tokens end it, which stay when it is cut. */
  readonly closing: number;
}

/** Splits a text into all its tokens, however many. */
export interface Tokenizer {
  readonly vocabSize: number;
  tokenize(text: string): Token[];
  /** With the special tokens that a model wants; tokenizers without any do not have it. */
  encode?(text: string, pair?: string | null): Encoding;
  /** Without the special tokens that `encode` adds. */
  encodePlain?(text: string): Token[];
  /** The text of ids, without the special tokens where it is asked for. */
  decode?(ids: readonly number[], options?: { readonly skipSpecialTokens?: boolean }): string;
  /** The vocabulary's string of an id. */
  tokenText?(id: number): string;
}
