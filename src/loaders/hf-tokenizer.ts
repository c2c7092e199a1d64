import { join } from 'node:path';
import { createHfTokenizer, type HfTokenizer } from '../tokenizer/hf/hf-tokenizer.ts';
import { type Fields, TokenizerFormatError } from '../tokenizer/hf/json-fields.ts';
import { FormatError } from './errors.ts';
import { readSpecialTokens } from './hf-tokenizer-special-tokens.ts';
import { needsConversion, vocabularyFileFields } from './hf-tokenizer-vocabulary-files.ts';
import { sentencePieceModels } from './hub/needed-files.ts';
import { readJsonObject, statOf } from './json-file.ts';

/** The tokenizer of a model folder: tokenizer.json, else vocab.txt (WordPiece), else vocab.json with merges.txt (byte-level BPE).
 *  vocabSize: rows of the embedding matrix.  modelType: `model_type` of config.json, which decides the special tokens of
 *  old folders.
 *  @throws FormatError when the tokenizer is missing, damaged, unknown, or has an id without an embedding. */
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
  try {
    const tokenizer = create();
    if (tokenizer.vocabSize <= vocabSize) return tokenizer;
    throw new FormatError(`${path} has ids up to ${tokenizer.vocabSize - 1}, the model only ${vocabSize} embeddings`);
  } catch (error) {
    throw error instanceof TokenizerFormatError ? new FormatError(`${path}: ${error.message}`) : error;
  }
}

function noTokenizer(directory: string): FormatError {
  const found = sentencePieceModels.find((name) => statOf(join(directory, name)) !== undefined);
  if (found !== undefined) return needsConversion(directory, found);
  const path = join(directory, 'tokenizer.json');
  return new FormatError(`${path} is missing, and so are vocab.txt and vocab.json with merges.txt`);
}
