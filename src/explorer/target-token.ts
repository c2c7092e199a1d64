import type { Token, Tokenizer } from '../tokenizer/token.ts';
import { tokenLabel } from './token-view.ts';

/** A text as one token of the vocabulary, or the pieces that the tokenizer makes of it. */
export type ReadToken = { readonly id: number } | { readonly pieces: readonly Token[] };

/** Reads a text as one token: as it is typed, then with a blank before it, then without one, then as the vocabulary writes it
 *  (`##ing`, `Ġbank`). A text that the vocabulary lacks is no token. */
export function readToken(tokenizer: Tokenizer, text: string): ReadToken {
  if (text === '') return { pieces: [] };
  const typed = text.replace(/^␣/, ' ');
  for (const form of [typed, ` ${typed}`, typed.trimStart()]) {
    const [token, ...more] = piecesOf(tokenizer, form);
    if (token != null && token.id !== null && more.length === 0 && !standsForUnknown(tokenizer, token.id, form))
      return { id: token.id };
  }
  const id = vocabularyOf(tokenizer).get(text);
  return id === undefined ? { pieces: piecesOf(tokenizer, typed) } : { id };
}

const known = new WeakMap<Tokenizer, ReadonlyMap<string, number>>();

/** Ids by the vocabulary's own strings. */
function vocabularyOf(tokenizer: Tokenizer): ReadonlyMap<string, number> {
  const count = tokenizer.tokenText === undefined ? 0 : tokenizer.vocabSize;
  const found =
    known.get(tokenizer) ?? new Map(Array.from({ length: count }, (_, id) => [tokenizer.tokenText?.(id) ?? '', id]));
  known.set(tokenizer, found);
  return found;
}

/** Why a text is not one token, in one line. */
export function tokenProblem(text: string, pieces: readonly Token[], modelName: string): string {
  const names = pieces.map(tokenLabel).join(' + ');
  return pieces.length > 1
    ? `'${text}' is ${pieces.length} tokens of ${modelName}, not one: ${names}`
    : `'${text}' is no token of ${modelName}`;
}

function piecesOf(tokenizer: Tokenizer, text: string): readonly Token[] {
  return tokenizer.encodePlain?.(text) ?? tokenizer.tokenize(text);
}

/** Whether a token is a special one that the text does not name: what a tokenizer writes for what it does not know. */
function standsForUnknown(tokenizer: Tokenizer, id: number, text: string): boolean {
  const isSpecial = tokenizer.decode?.([id], { skipSpecialTokens: true }) === '';
  return isSpecial && tokenizer.tokenText?.(id) !== text.trim();
}
