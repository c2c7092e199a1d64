/** Receives a token and the UTF-16 units [from, to) of the piece that it covers. */
export type Emit = (id: number, from: number, to: number) => void;

/** Splits one pre-token into tokens of its vocabulary. */
export interface TokenModel {
  readonly vocabulary: Vocabulary;
  encode(piece: string, emit: Emit): void;
}

/** Ids by token and tokens by id. */
export interface Vocabulary {
  /** One more than the highest id. */
  readonly size: number;
  idOf(token: string): number | undefined;
  tokenOf(id: number): string | undefined;
}
