import { type NormalizedText, normalizeWithOffsets } from './nfkc-offsets.ts';
import { PieceTrie } from './piece-trie.ts';
import type { Token, Tokenizer } from './token.ts';

/** A piece and its log probability. The published vocabulary lacks some scores; they count as 0. */
export type ScoredPiece = readonly [piece: string, score: number | null];

const unknownId = 0;
const unknownText = '\uFFFD';
/** Control symbols at the start of the vocabulary, which match no text. */
const reservedPieces = 6;
const wordMark = 0x2581;
const space = 0x20;

/** Splits NFKC text, with ▁ in front and for each space, into the pieces whose scores have the highest sum.
 *  Like the tokenizer published with Universal Sentence Encoder lite, it departs from a Unigram model: a best score of
 *  exactly 0 counts as "none yet"; a position where no piece starts is one unknown symbol of score 0; the shorter last piece
 *  wins between equal sums; neighbouring unknown symbols form one token. */
export function createUseLiteTokenizer(vocab: readonly ScoredPiece[]): Tokenizer {
  const scores = new Float64Array(vocab.length);
  for (let id = 0; id < vocab.length; id += 1) scores[id] = vocab[id]![1] ?? 0;
  const pieces = vocab.map((entry) => entry[0]);
  const trie = new PieceTrie(pieces, reservedPieces);
  return {
    vocabSize: vocab.length,
    tokenText: (id) => pieces[id] ?? '',
    tokenize(text) {
      const normalized = normalizeWithOffsets(text);
      if (normalized.codePoints.length === 0) return [];
      const symbols = markedSymbols(normalized.codePoints);
      const spans = mergeUnknown(backtrack(bestPieces(symbols, trie, scores)));
      return spans.map((span) => toToken(span, pieces, normalized));
    },
  };
}

interface Span {
  readonly id: number;
  /** Range of symbols; the leading ▁ is symbol 0. */
  readonly from: number;
  readonly to: number;
}

/** The last piece of the best path to each position, and the start of that piece. */
interface Lattice {
  readonly pieceIds: Int32Array;
  readonly origins: Int32Array;
}

function markedSymbols(codePoints: Uint32Array): Uint32Array {
  const symbols = new Uint32Array(codePoints.length + 1);
  symbols[0] = wordMark;
  for (let i = 0; i < codePoints.length; i += 1) {
    const codePoint = codePoints[i]!;
    symbols[i + 1] = codePoint === space ? wordMark : codePoint;
  }
  return symbols;
}

/** Viterbi forward pass: best(end) = max over pieces [start, end) of best(start) + score(piece). */
function bestPieces(symbols: Uint32Array, trie: PieceTrie, scores: Float64Array): Lattice {
  const count = symbols.length;
  const best = new Float64Array(count + 1);
  const pieceIds = new Int32Array(count + 1).fill(unknownId);
  // Like the original, gives an unreachable position score 0, after one unknown symbol.
  const origins = Int32Array.from(best, (_, position) => position - 1);
  const offer = (start: number, end: number, id: number, score: number) => {
    const sum = score + best[start]!;
    if (best[end] !== 0 && sum < best[end]!) return;
    best[end] = sum;
    pieceIds[end] = id;
    origins[end] = start;
  };
  for (let start = 0; start < count; start += 1) {
    let matched = false;
    let node = trie.child(0, symbols[start]!);
    for (let end = start + 1; node !== 0; end += 1) {
      const id = trie.pieceId(node);
      if (id >= 0) {
        matched = true;
        offer(start, end, id, scores[id]!);
      }
      node = end < count ? trie.child(node, symbols[end]!) : 0;
    }
    if (!matched) offer(start, start + 1, unknownId, 0);
  }
  return { pieceIds, origins };
}

function backtrack({ pieceIds, origins }: Lattice): Span[] {
  const spans: Span[] = [];
  let to = pieceIds.length - 1;
  while (to > 0) {
    const from = origins[to]!;
    spans.push({ id: pieceIds[to]!, from, to });
    to = from;
  }
  return spans.reverse();
}

function mergeUnknown(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans) {
    const previous = merged.at(-1);
    if (span.id === unknownId && previous?.id === unknownId) merged[merged.length - 1] = { ...previous, to: span.to };
    else merged.push(span);
  }
  return merged;
}

function toToken(span: Span, pieces: readonly string[], { starts, ends }: NormalizedText): Token {
  // Symbol i is normalised code point i − 1; the added ▁ has no width in the text.
  const start = starts[Math.max(span.from - 1, 0)]!;
  const end = span.to === 1 ? 0 : ends[span.to - 2]!;
  const text = span.id === unknownId ? unknownText : pieces[span.id]!;
  return { id: span.id, text, start, end };
}
