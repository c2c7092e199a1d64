/** One token of a text. */
export interface Token {
  /** Row of the embedding matrix; null for an unknown word, if there is no unknown token. */
  readonly id: number | null;
  /** The vocabulary's string for the id; for an unknown word the word itself. */
  readonly text: string;
  /** Code points [start, end) of the text; null for a token that the tokenizer added. */
  readonly start: number | null;
  readonly end: number | null;
  /** True when `id` is null. */
  readonly unknown?: true;
}

/** A text, or a pair of texts, as the model reads it. */
export interface Encoding {
  readonly tokens: readonly Token[];
  /** Token type of each token: 0, or 1 in the second text of a pair. */
  readonly typeIds: readonly number[];
  /** Number of special tokens at the end; truncation keeps them. */
  readonly closing: number;
}

/** Splits a text into all its tokens, without a limit. */
export interface Tokenizer {
  readonly vocabSize: number;
  tokenize(text: string): Token[];
  /** Adds the model's special tokens; absent if the tokenizer has none. */
  encode?(text: string, pair?: string | null): Encoding;
  /** Without the special tokens that `encode` adds. */
  encodePlain?(text: string): Token[];
  /** The text of the ids; can skip special tokens. */
  decode?(ids: readonly number[], options?: { readonly skipSpecialTokens?: boolean }): string;
  /** The vocabulary's string for an id. */
  tokenText?(id: number): string;
  /** Id of the token that marks a word to predict; null or absent: there is none. */
  readonly maskTokenId?: number | null;
}
