import { isInsidePair } from './aligned-text.ts';
import { countAt, type Fields, named, stringAt, TokenizerFormatError } from './json-fields.ts';
import type { TokenModel, Vocabulary } from './model.ts';
import { vocabularyAt } from './token-vocabulary.ts';

/** Looks up the whole piece.  @throws TokenizerFormatError when vocab or unk_token is invalid. */
export function createWordLevel(fields: Fields): TokenModel {
  const vocabulary = vocabularyAt(fields.vocab, 'model.vocab');
  const unknownId = unknownIdOf(vocabulary, stringAt(fields, 'unk_token', 'model', '<unk>'));
  return { vocabulary, encode: (piece, emit) => emit(vocabulary.idOf(piece) ?? unknownId, 0, piece.length) };
}

/** WordPiece: takes the longest matching token, from left to right. If no token matches, the whole word is one unknown token.
 *  @see Wu et al. 2016; Devlin et al. 2018
 *  @throws TokenizerFormatError when vocab or unk_token is invalid. */
export function createWordPiece(fields: Fields): TokenModel {
  const vocabulary = vocabularyAt(fields.vocab, 'model.vocab');
  const unknownId = unknownIdOf(vocabulary, stringAt(fields, 'unk_token', 'model', '[UNK]'));
  const prefix = stringAt(fields, 'continuing_subword_prefix', 'model', '##');
  const longestWord = countAt(fields, 'max_input_chars_per_word', 'model', 100);
  let longestToken = 0;
  for (let id = 0; id < vocabulary.size; id += 1) {
    longestToken = Math.max(longestToken, vocabulary.tokenOf(id)?.length ?? 0);
  }

  const longestAt = (word: string, from: number): { id: number; to: number } | null => {
    for (let to = Math.min(word.length, from + longestToken); to > from; to -= 1) {
      if (isInsidePair(word, to)) continue;
      const part = word.slice(from, to);
      const id = vocabulary.idOf(from > 0 ? prefix + part : part);
      if (id !== undefined) return { id, to };
    }
    return null;
  };
  return {
    vocabulary,
    encode(piece, emit) {
      const found: { id: number; to: number }[] = [];
      const tooLong = piece.length > longestWord && [...piece].length > longestWord;
      for (let from = 0; from < piece.length; from = found.at(-1)!.to) {
        const next = tooLong ? null : longestAt(piece, from);
        if (next === null) return emit(unknownId, 0, piece.length);
        found.push(next);
      }
      let from = 0;
      for (const { id, to } of found) {
        emit(id, from, to);
        from = to;
      }
    },
  };
}

function unknownIdOf(vocabulary: Vocabulary, token: string): number {
  const id = vocabulary.idOf(token);
  if (id === undefined)
    throw new TokenizerFormatError(`model.unk_token must be in model.vocab; ${named(token)} is not`);
  return id;
}
