import { createBpe } from './bpe.ts';
import { type Fields, fieldsAt, makeStep } from './json-fields.ts';
import type { TokenModel } from './model.ts';
import { createUnigram } from './unigram.ts';
import { createWordLevel, createWordPiece } from './word-models.ts';

/** The model of a tokenizer.json.  extraId: id of a token outside the model's own vocabulary.
 *  @throws TokenizerFormatError when its type is unknown or a field is invalid. */
export function createModel(value: unknown, extraId: (token: string) => number | undefined): TokenModel {
  const fields = fieldsAt(value, 'model');
  const makers = {
    WordPiece: createWordPiece,
    BPE: () => createBpe(fields, extraId),
    Unigram: createUnigram,
    WordLevel: createWordLevel,
  };
  return makeStep<TokenModel>(makers, fields, 'model', fields.type ?? typeByFields(fields));
}

/** Files from before 2020 do not name the type. */
function typeByFields(fields: Fields): unknown {
  if (Array.isArray(fields.merges)) return 'BPE';
  if (Array.isArray(fields.vocab)) return 'Unigram';
  return 'continuing_subword_prefix' in fields ? 'WordPiece' : fields.type;
}
