import { commonEnds } from '../core/measures/alignment.ts';
import type { Token, Tokenizer } from '../tokenizer/token.ts';

/** A text that was grown token by token. Its tokens stay, even if the tokenizer would split the same letters otherwise. */
export interface GrownText {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** How many tokens come before the first appended one. */
  readonly typedCount: number;
}

/** The beginning of an edited text that a grown text still covers. */
export interface KeptText {
  readonly tokens: readonly Token[];
  /** Its length in code points. */
  readonly length: number;
}

/** The tokens of a grown text that `text` leaves unchanged; null if no appended token is among them. */
export function keptTokens(grown: GrownText | null, text: string): KeptText | null {
  if (grown === null) return null;
  const [before, after] = [Array.from(grown.text), Array.from(text)];
  const common = commonEnds(before, after).start;
  const changed = common === before.length ? -1 : grown.tokens.findIndex(({ end }) => end !== null && end > common);
  if (changed < 0) return common < before.length ? null : { tokens: grown.tokens, length: before.length };
  if (changed <= grown.typedCount) return null;
  return { tokens: grown.tokens.slice(0, changed), length: grown.tokens[changed]?.start ?? 0 };
}

/** Appends a token to a text with these tokens. A character of several bytes may take several tokens: the whole character then
 *  replaces the placeholder for its first bytes. The text stays one line: line breaks and tabs become blanks.
 *  typedCount: how many tokens come before the first appended one */
export function grow(
  tokenizer: Tokenizer,
  text: string,
  tokens: readonly Token[],
  id: number,
  typedCount = tokens.length,
): GrownText {
  const ids = tokens.flatMap((token) => token.id ?? []);
  const decode = (all: readonly number[]) =>
    Array.from(tokenizer.decode?.(all, { skipSpecialTokens: true }) ?? tokenizer.tokenText?.(id) ?? '');
  const [before, after] = [decode(ids), decode([...ids, id])];
  const common = commonEnds(before, after).start;
  const symbols = Array.from(text);
  const start = symbols.length - (before.length - common);
  const gone = before.slice(common).join('');
  // If the decoder alters what was typed, keep the typed text.
  const stem = symbols.slice(start).join('') === gone ? symbols.slice(0, start) : symbols;
  const whole = [
    ...stem,
    ...after
      .slice(common)
      .map(inOneLine)
      .filter((symbol) => symbol !== ''),
  ];
  const end = whole.length;
  const token = { id, text: tokenizer.tokenText?.(id) ?? '', start: stem.length, end };
  const stretched = tokens.map((one) =>
    one.start === null || one.end === null || one.end <= stem.length
      ? one
      : { ...one, start: Math.min(one.start, stem.length), end },
  );
  return { text: whole.join(''), tokens: [...stretched, token], typedCount };
}

function inOneLine(symbol: string): string {
  return symbol.replace(/[\t\n\v\f\r\u0085\u2028\u2029]/, ' ').replace(/\p{Cc}/u, '');
}
