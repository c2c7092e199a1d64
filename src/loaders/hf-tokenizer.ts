import { join } from 'node:path';
import { createHfTokenizer, type HfTokenizer } from '../tokenizer/hf/hf-tokenizer.ts';
import { type Fields, TokenizerFormatError } from '../tokenizer/hf/json-fields.ts';
import { FormatError } from './errors.ts';
import { readSpecialTokens } from './hf-tokenizer-special-tokens.ts';
import { needsConversion, vocabularyFileFields } from './hf-tokenizer-vocabulary-files.ts';
import { sentencePieceModels } from './hub/needed-files.ts';
import { readJsonObject, statOf } from './json-file.ts';

/** The tokenizer of a model folder: tokenizer.json, else vocab.txt (WordPiece), else vocab.json with merges.txt (byte-level BPE).
 *  vocabSize: rows of the embedding matrix.  modelType: `model_type` of config.json; old folders do not say by themselves
 *  which special tokens are added.
 *  @throws FormatError when there is none, or it is damaged, unknown, or has an id without an embedding. */
export function loadHfTokenizer(directory: string, vocabSize: number, modelType?: string): HfTokenizer {
  const path = join(directory, 'tokenizer.json');
  const special = readSpecialTokens(directory);
  if (statOf(path) !== undefined) {
    return checked(path, vocabSize, () => {
      return createHfTokenizer(Object.fromEntries(readJsonObject(path)), special.get('mask_token')?.content ?? null);
    });
  }
  const found = vocabularyFileFields(directory, special, modelType);
  if (found === null) throw noTokenizer(directory);
  return checked(found.path, vocabSize, () => createHfTokenizer(found.fields as Fields));
}

function checked(path: string, vocabSize: number, create: () => HfTokenizer): HfTokenizer {
  const tokenizer = refusing(path, create);
  if (tokenizer.vocabSize > vocabSize) {
    throw new FormatError(`${path} has ids up to ${tokenizer.vocabSize - 1}, the model only ${vocabSize} embeddings`);
  }
  return tokenizer;
}

function refusing(path: string, create: () => HfTokenizer): HfTokenizer {
  try {
    return create();
  } catch (error) {
    if (error instanceof TokenizerFormatError) throw new FormatError(`${path}: ${error.message}`);
    throw error;
  }
}

function noTokenizer(directory: string): FormatError {
  const path = join(directory, 'tokenizer.json');
  const found = sentencePieceModels.find((name) => statOf(join(directory, name)) !== undefined);
  if (found === undefined) {
    return new FormatError(`${path} is missing, and so are vocab.txt and vocab.json with merges.txt`);
  }
  return needsConversion(directory, found);
}
