import { PieceTrie } from '../piece-trie.ts';
import { type AlignedText, alignText, sliceText } from './aligned-text.ts';
import { countAt, type Fields, fieldsAt, flagAt, listAt, stringAt } from './json-fields.ts';
import type { Vocabulary } from './model.ts';
import type { Normalizer } from './normalizers.ts';
import { spaceEnd, spaceStart } from './patterns.ts';

/** A token that is matched in the text before the model runs. */
export interface AddedToken {
  readonly content: string;
  readonly id: number;
  /** Does not match inside words. */
  readonly singleWord: boolean;
  /** Includes the white space on its left or right. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  /** Matches the normalised text, otherwise the text as typed. */
  readonly normalized: boolean;
  /** A control token such as [SEP], which decoding can skip. */
  readonly special: boolean;
}

/** A stretch of the text and its added token; null if the model splits it. */
export interface Segment {
  readonly source: AlignedText;
  readonly token: AddedToken | null;
}

/** `added_tokens` of a tokenizer.json, in order, without empty ones.
 *  @throws TokenizerFormatError when an entry lacks a field. */
export function addedTokensAt(value: unknown): AddedToken[] {
  if (value === null || value === undefined) return [];
  const tokens = listAt(value, 'added_tokens').map((entry, index) => {
    const where = `added_tokens[${index}]`;
    return addedTokenOf(fieldsAt(entry, where), where);
  });
  return tokens.filter(({ content }) => content !== '');
}

function addedTokenOf(fields: Fields, where: string): AddedToken {
  const special = flagAt(fields, 'special', where, false);
  return {
    content: stringAt(fields, 'content', where).toWellFormed(),
    id: countAt(fields, 'id', where),
    singleWord: flagAt(fields, 'single_word', where, false),
    lstrip: flagAt(fields, 'lstrip', where, false),
    rstrip: flagAt(fields, 'rstrip', where, false),
    normalized: flagAt(fields, 'normalized', where, !special),
    special,
  };
}

/** Gives each token the model's id if the model has the token. Of two entries with the same content, the later wins. */
export function withModelIds(tokens: readonly AddedToken[], vocabulary: Vocabulary): AddedToken[] {
  const byContent = new Map<string, AddedToken>();
  for (const token of tokens) {
    byContent.set(token.content, { ...token, id: vocabulary.idOf(token.content) ?? token.id });
  }
  return [...byContent.values()];
}

/** Cuts a text at the added tokens: first the typed text, then each normalised piece between. */
export function createSegmenter(tokens: readonly AddedToken[], normalize: Normalizer): (text: string) => Segment[] {
  const typed = createFinder(tokens.filter(({ normalized }) => !normalized).map((token) => [token.content, token]));
  const normalized = createFinder(
    tokens.filter((token) => token.normalized).map((token) => [normalize(alignText(token.content)).text, token]),
  );
  return (text) =>
    typed(alignText(text)).flatMap((segment) => {
      return segment.token === null ? normalized(normalize(segment.source)) : [segment];
    });
}

/** Finds the longest token, from left to right. Of two with the same text, the special one wins, else the earlier. */
function createFinder(entries: readonly (readonly [string, AddedToken])[]): (source: AlignedText) => Segment[] {
  const byText = new Map<string, AddedToken>();
  for (const [text, token] of entries.toSorted((a, b) => Number(b[1].special) - Number(a[1].special))) {
    if (text !== '' && !byText.has(text)) byText.set(text, token);
  }
  const texts = [...byText.keys()];
  const tokens = [...byText.values()];
  const trie = new PieceTrie(texts, 0);
  return (source) => {
    const segments: Segment[] = [];
    const { text } = source;
    let done = 0;
    const pushText = (to: number) => {
      if (done < to) segments.push({ source: sliceText(source, done, to), token: null });
    };
    for (let at = 0; at < text.length; ) {
      const found = longestAt(trie, text, at);
      if (found < 0) {
        at += 1;
        continue;
      }
      const token = tokens[found]!;
      const from = at;
      const to = at + texts[found]!.length;
      at = to;
      if (token.singleWord && isInsideWord(text, from, to)) continue;
      const start = token.lstrip ? Math.max(spaceStart(text, from), done) : from;
      const end = token.rstrip ? spaceEnd(text, to) : to;
      pushText(start);
      // Empty when the previous token took the white space that is this token.
      if (start < end) segments.push({ source: sliceText(source, start, end), token });
      done = end;
    }
    pushText(text.length);
    return segments;
  };
}

function longestAt(trie: PieceTrie, text: string, at: number): number {
  let longest = -1;
  let node = 0;
  for (let end = at; end < text.length; ) {
    const symbol = text.codePointAt(end)!;
    node = trie.child(node, symbol);
    if (node === 0) break;
    const piece = trie.pieceId(node);
    if (piece >= 0) longest = piece;
    end += symbol > 0xffff ? 2 : 1;
  }
  return longest;
}

const wordCharacter = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;

function isInsideWord(text: string, from: number, to: number): boolean {
  const before = [...text.slice(Math.max(0, from - 2), from)].at(-1) ?? '';
  const after = to < text.length ? String.fromCodePoint(text.codePointAt(to)!) : '';
  return wordCharacter.test(before) || wordCharacter.test(after);
}
