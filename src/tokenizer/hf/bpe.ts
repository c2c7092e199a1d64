import { unitsAt } from './aligned-text.ts';
import { utf8Bytes } from './byte-symbols.ts';
import { type Fields, flagAt, named, stringAt, TokenizerFormatError } from './json-fields.ts';
import { mergeTableAt } from './merge-table.ts';
import { mergeWord, type Word } from './merge-word.ts';
import type { TokenModel, Vocabulary } from './model.ts';
import { vocabularyAt } from './token-vocabulary.ts';

/** Byte-pair encoding: splits a piece into characters, then merges the two neighbours of the lowest rank until no merge is
 *  left. A character that the vocabulary lacks becomes its bytes (byte_fallback) or an unknown token, fused with unknown
 *  neighbours (fuse_unk); without an unk_token it is dropped.
 *  extraId: id of a token outside the model's own vocabulary.  @see Sennrich et al. 2016
 *  @throws TokenizerFormatError when vocab, merges or an option is invalid. */
export function createBpe(fields: Fields, extraId: (token: string) => number | undefined): TokenModel {
  if (fields.dropout !== null && fields.dropout !== undefined && fields.dropout !== 0) {
    throw new TokenizerFormatError(
      `model.dropout must be null, so that a text always gives the same tokens; it is ${named(fields.dropout)}`,
    );
  }
  const vocabulary = vocabularyAt(fields.vocab, 'model.vocab');
  const prefix = stringAt(fields, 'continuing_subword_prefix', 'model', '');
  const suffix = stringAt(fields, 'end_of_word_suffix', 'model', '');
  const unknown = stringAt(fields, 'unk_token', 'model', '');
  const unknownId = unknown === '' ? undefined : (vocabulary.idOf(unknown) ?? extraId(unknown));
  const fusesUnknown = flagAt(fields, 'fuse_unk', 'model', false);
  const ignoresMerges = flagAt(fields, 'ignore_merges', 'model', false);
  const byteIds = flagAt(fields, 'byte_fallback', 'model', false) ? byteIdsOf(vocabulary) : null;
  const merges = mergeTableAt(fields.merges, vocabulary, prefix);

  const symbolsOf = (piece: string): Word => {
    const word: Word = { ids: [], froms: [], tos: [] };
    let unknownAt = -1;
    for (let from = 0, to = 0; from < piece.length; from = to) {
      to = from + unitsAt(piece, from);
      const symbol = (from > 0 ? prefix : '') + piece.slice(from, to) + (to === piece.length ? suffix : '');
      const id = vocabulary.idOf(symbol);
      const bytes = id === undefined && byteIds !== null ? spellings(symbol, byteIds) : null;
      if (id !== undefined) push(word, id, from, to);
      else if (bytes !== null) for (const byte of bytes) push(word, byte, from, to);
      else if (unknownId !== undefined && fusesUnknown && unknownAt === word.ids.length - 1 && unknownAt >= 0) {
        word.tos[unknownAt] = to;
      } else if (unknownId !== undefined) {
        unknownAt = word.ids.length;
        push(word, unknownId, from, to);
      }
    }
    return word;
  };
  return {
    vocabulary,
    encode(piece, emit) {
      const whole = ignoresMerges ? vocabulary.idOf(piece) : undefined;
      if (whole !== undefined) return emit(whole, 0, piece.length);
      mergeWord(symbolsOf(piece), merges, emit);
    },
  };
}

function push(word: Word, id: number, from: number, to: number): void {
  word.ids.push(id);
  word.froms.push(from);
  word.tos.push(to);
}

/** Ids of <0x00> to <0xFF>; undefined for a byte that the vocabulary lacks. */
export function byteIdsOf(vocabulary: Vocabulary): readonly (number | undefined)[] {
  return Array.from({ length: 256 }, (_, byte) => {
    return vocabulary.idOf(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  });
}

/** The ids of the text's UTF-8 bytes, or null if a byte has no id. */
export function spellings(text: string, byteIds: readonly (number | undefined)[]): number[] | null {
  const ids: number[] = [];
  for (const symbol of text) {
    for (const byte of utf8Bytes(symbol.codePointAt(0)!)) {
      const id = byteIds[byte];
      if (id === undefined) return null;
      ids.push(id);
    }
  }
  return ids;
}
