import { createBpe } from './bpe.ts';
import { type Fields, fieldsAt, refuseType } from './json-fields.ts';
import type { TokenModel } from './model.ts';
import { createUnigram } from './unigram.ts';
import { createWordLevel, createWordPiece } from './word-models.ts';

const known = ['WordPiece', 'BPE', 'Unigram', 'WordLevel'];

/** The model of a tokenizer.json.  extraId: ids of tokens that were added to the model's own.
 *  @throws TokenizerFormatError when its type is unknown or a field is not as it must be. */
export function createModel(value: unknown, extraId: (token: string) => number | undefined): TokenModel {
  const fields = fieldsAt(value, 'model');
  const type = fields.type ?? typeByFields(fields);
  if (type === 'WordPiece') return createWordPiece(fields);
  if (type === 'BPE') return createBpe(fields, extraId);
  if (type === 'Unigram') return createUnigram(fields);
  if (type === 'WordLevel') return createWordLevel(fields);
  return refuseType('model', type, known);
}

/** Files of before 2020 do not name the type. */
function typeByFields(fields: Fields): unknown {
  if (Array.isArray(fields.merges)) return 'BPE';
  if (Array.isArray(fields.vocab)) return 'Unigram';
  return 'continuing_subword_prefix' in fields ? 'WordPiece' : fields.type;
}
