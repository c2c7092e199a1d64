import { cutMiddle, visibleText } from '../text/fitted-text.ts';

/** A token as views show it. */
export interface TokenView {
  readonly id: number | null;
  readonly text: string;
  readonly start: number | null;
  readonly end: number | null;
  /** What to show if the vocabulary's string is unreadable, such as bytes written as letters. */
  readonly label?: string;
}

/** The label of a token: the vocabulary's string without its leading word mark ▁.
 *  A bare ▁ (a blank of the text) keeps it; control characters become visible. */
export function tokenLabel(token: Pick<TokenView, 'text' | 'label'>): string {
  if (token.label !== undefined) return visibleText(token.label);
  const text = token.text.length > 1 && /^[▁Ġ]/.test(token.text) ? token.text.slice(1) : token.text;
  return visibleText(text);
}

/** The label of the token at a position; '' if there is none. */
export function labelAt(tokens: readonly TokenView[], position: number): string {
  const token = tokens[position];
  return token === undefined ? '' : tokenLabel(token);
}

/** The label, after its position if another token has the same label. */
export function distinctLabel(tokens: readonly TokenView[], position: number): string {
  const label = labelAt(tokens, position);
  const isRepeated = tokens.some((token, at) => at !== position && tokenLabel(token) === label);
  return isRepeated ? `${position} ${label}` : label;
}

/** Position and label within `widthCells`: `7 bank`. */
export function positionedLabel(tokens: readonly TokenView[], position: number, widthCells: number): string {
  const number = String(position);
  return `${number} ${cutMiddle(labelAt(tokens, position), Math.max(1, widthCells - number.length - 1))}`;
}
