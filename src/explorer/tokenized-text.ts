import type { TokenInput } from '../core/chain/embedding.ts';
import type { Encoding, Token, Tokenizer } from '../tokenizer/token.ts';
import { type GrownText, keptTokens } from './grown-text.ts';
import type { TokenView } from './token-view.ts';

/** A text as the model reads it. */
export interface TokenizedText {
  /** The tokens that the model takes. */
  readonly tokens: readonly Token[];
  /** Segment id of each token. */
  readonly typeIds: readonly number[];
  /** How many tokens the whole text has. */
  readonly tokenCount: number;
  readonly truncated: boolean;
}

export const noTokens: TokenizedText = { tokens: [], typeIds: [], tokenCount: 0, truncated: false };

/** All tokens of a text or a pair, with the special tokens that the tokenizer adds. A grown text keeps its own tokens, followed by
 *  those of the rest. */
export function encode(
  tokenizer: Tokenizer,
  text: string,
  pair: string | null,
  grown: GrownText | null = null,
): Encoding {
  const kept = pair === null ? keptTokens(grown, text) : null;
  if (kept !== null) {
    const rest = Array.from(text).slice(kept.length).join('');
    const more = (tokenizer.encodePlain?.(rest) ?? []).map((token) => moved(token, kept.length));
    const tokens = [...kept.tokens, ...more];
    return { tokens, typeIds: tokens.map(() => 0), closing: 0 };
  }
  if (tokenizer.encode !== undefined) return tokenizer.encode(text, pair);
  const tokens = tokenizer.tokenize(text);
  return { tokens, typeIds: tokens.map(() => 0), closing: 0 };
}

function moved(token: Token, offset: number): Token {
  const { start, end } = token;
  return { ...token, start: start === null ? null : start + offset, end: end === null ? null : end + offset };
}

/** The first tokens that fit, followed by the closing special tokens. */
export function cut({ tokens, typeIds, closing }: Encoding, maxPositions: number | null): TokenizedText {
  const tokenCount = tokens.length;
  if (maxPositions === null || tokenCount <= maxPositions) return { tokens, typeIds, tokenCount, truncated: false };
  const kept = Math.max(0, maxPositions - closing);
  const both = <T>(all: readonly T[]) => [...all.slice(0, kept), ...all.slice(tokenCount - (maxPositions - kept))];
  return { tokens: both(tokens), typeIds: both(typeIds), tokenCount, truncated: true };
}

/** What a decoder reads: its start token, then all tokens of the target except the last.  @see Vaswani et al. 2017, 3.1 */
export function shiftRight(
  { tokens, typeIds }: Encoding,
  startTokenId: number,
  tokenizer: Tokenizer,
  target: string | null,
  isGrown: boolean,
): Encoding {
  const start: Token = { id: startTokenId, text: tokenizer.tokenText?.(startTokenId) ?? '', start: null, end: null };
  if (target === null) return { tokens: [start], typeIds: [0], closing: 0 };
  // A grown text does not end with a closing token.
  const end = isGrown ? undefined : -1;
  return { tokens: [start, ...tokens.slice(0, end)], typeIds: [0, ...typeIds.slice(0, end)], closing: 0 };
}

export function tokenInput({ tokens, typeIds }: TokenizedText): TokenInput {
  return { ids: tokens.map((token) => token.id), typeIds };
}

/** Letters that stand for bytes in byte-level vocabularies. */
const byteLetter = /[\u0100-\u0143]/;

/** Tokens as views show them: where a byte-level vocabulary writes letters for bytes, the label is the text itself. */
export function tokenViews(tokens: readonly Token[], text: string): readonly TokenView[] {
  if (!tokens.some((token) => byteLetter.test(token.text))) return tokens;
  const symbols = Array.from(text);
  return tokens.map((token) => {
    if (token.start === null || token.end === null) return token;
    const source = symbols.slice(token.start, token.end).join('').trim();
    return source === '' || !/[\u00a1-\u0143]/.test(token.text) ? token : { ...token, label: source };
  });
}
