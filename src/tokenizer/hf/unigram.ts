import { PieceTrie } from '../piece-trie.ts';
import { byteIdsOf, spellings } from './bpe.ts';
import { type Fields, flagAt, isId, listAt, named, TokenizerFormatError } from './json-fields.ts';
import type { Emit, TokenModel, Vocabulary } from './model.ts';

/** An unknown character scores this much below the vocabulary's lowest score. */
const unknownPenalty = 10;

/** The last token of the best path to each unit, and the start of that token. */
interface Lattice {
  readonly ids: Int32Array;
  readonly origins: Int32Array;
}

/** Unigram language model: finds the split with the highest sum of scores (log probabilities), by Viterbi. Neighbouring
 *  characters that are no tokens form one unknown token, or become bytes (byte_fallback).
 *  @see Kudo 2018  @throws TokenizerFormatError when vocab or unk_id is invalid. */
export function createUnigram(fields: Fields): TokenModel {
  const entries = listAt(fields.vocab, 'model.vocab').map(scoredPiece);
  const pieces = entries.map(([piece]) => piece);
  const scores = Float64Array.from(entries, ([, score]) => score);
  const unknownId = fields.unk_id;
  if (!isId(unknownId) || unknownId >= pieces.length) {
    throw new TokenizerFormatError(`model.unk_id must be an id of model.vocab; it is ${named(unknownId)}`);
  }
  const unknownScore =
    scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY) - unknownPenalty;
  const trie = new PieceTrie(pieces, 0);
  const vocabulary: Vocabulary = {
    size: pieces.length,
    idOf: (token) => idIn(trie, token),
    tokenOf: (id) => pieces[id],
  };
  const byteIds = flagAt(fields, 'byte_fallback', 'model', false) ? byteIdsOf(vocabulary) : null;
  const emitUnknown = (text: string, from: number, to: number, emit: Emit) => {
    const id = vocabulary.idOf(text);
    const bytes = id === undefined && byteIds !== null ? spellings(text, byteIds) : null;
    if (bytes === null) emit(id ?? unknownId, from, to);
    else for (const byte of bytes) emit(byte, from, to);
  };
  return {
    vocabulary,
    encode(piece, emit) {
      const { ids, origins } = bestPath(piece, trie, scores, unknownId, unknownScore);
      const ends: number[] = [];
      for (let end = piece.length; end > 0; end = origins[end]!) ends.push(end);
      let unknownFrom = -1;
      for (const end of ends.reverse()) {
        const from = origins[end]!;
        if (ids[end] === unknownId) {
          if (unknownFrom < 0) unknownFrom = from;
          continue;
        }
        if (unknownFrom >= 0) emitUnknown(piece.slice(unknownFrom, from), unknownFrom, from, emit);
        unknownFrom = -1;
        emit(ids[end]!, from, end);
      }
      if (unknownFrom >= 0) emitUnknown(piece.slice(unknownFrom), unknownFrom, piece.length, emit);
    },
  };
}

/** best(end) = max over tokens [start, end) of best(start) + score(token); of equal sums the first found wins. */
function bestPath(
  text: string,
  trie: PieceTrie,
  scores: Float64Array,
  unknownId: number,
  unknownScore: number,
): Lattice {
  const best = new Float64Array(text.length + 1);
  const ids = new Int32Array(text.length + 1);
  const origins = new Int32Array(text.length + 1).fill(-1);
  const offer = (start: number, end: number, id: number, score: number) => {
    const sum = best[start]! + score;
    if (origins[end]! >= 0 && sum <= best[end]!) return;
    best[end] = sum;
    ids[end] = id;
    origins[end] = start;
  };
  for (let start = 0, following = 0; start < text.length; start = following) {
    let symbol = text.codePointAt(start)!;
    following = start + (symbol > 0xffff ? 2 : 1);
    let hasSingle = false;
    let node = trie.child(0, symbol);
    for (let end = following; node !== 0; ) {
      const id = trie.pieceId(node);
      if (id >= 0) {
        offer(start, end, id, scores[id]!);
        if (end === following) hasSingle = true;
      }
      if (end >= text.length) break;
      symbol = text.codePointAt(end)!;
      node = trie.child(node, symbol);
      end += symbol > 0xffff ? 2 : 1;
    }
    if (!hasSingle) offer(start, following, unknownId, unknownScore);
  }
  return { ids, origins };
}

function idIn(trie: PieceTrie, token: string): number | undefined {
  let node = 0;
  for (const symbol of token) {
    node = trie.child(node, symbol.codePointAt(0)!);
    if (node === 0) return undefined;
  }
  const id = trie.pieceId(node);
  return node === 0 || id < 0 ? undefined : id;
}

function scoredPiece(entry: unknown, id: number): readonly [string, number] {
  if (Array.isArray(entry) && entry.length === 2) {
    const [piece, score] = entry;
    if (typeof piece === 'string' && Number.isFinite(score)) return [piece, score];
  }
  throw new TokenizerFormatError(`model.vocab[${id}] must be a piece and its score`);
}
