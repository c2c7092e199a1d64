import { join } from 'node:path';
import type { Tokenizer } from '../tokenizer/token.ts';
import { createUseLiteTokenizer, type ScoredPiece } from '../tokenizer/use-lite-tokenizer.ts';
import { createWordTokenizer } from '../tokenizer/word-tokenizer.ts';
import { FormatError, shown } from './errors.ts';
import { fieldsOf, type JsonFields, readJsonObject } from './json-file.ts';

/** The scored pieces of a Unigram tokenizer.json, split as Universal Sentence Encoder lite does.
 *  @throws FormatError when the file is something else or has more pieces than there are embeddings. */
export function loadUseLiteTokenizer(directory: string, vocabSize: number): Tokenizer {
  const path = join(directory, 'tokenizer.json');
  const vocab = modelOfType(path, 'Unigram').get('vocab');
  if (!Array.isArray(vocab) || vocab.length === 0 || !vocab.every(isScoredPiece)) {
    throw new FormatError(`${path}: model.vocab must be an array of [piece, score]`);
  }
  checkSize(path, vocab.length, vocabSize);
  return createUseLiteTokenizer(vocab);
}

/** The words of a WordLevel tokenizer.json, looked up in lower case.
 *  @throws FormatError when the file is something else or has an id without an embedding. */
export function loadWordTokenizer(directory: string, vocabSize: number): Tokenizer {
  const path = join(directory, 'tokenizer.json');
  const vocab = fieldsOf(modelOfType(path, 'WordLevel').get('vocab'));
  if (vocab === null || ![...vocab.values()].every(isId)) {
    throw new FormatError(`${path}: model.vocab must be an object of ids by word`);
  }
  const ids = vocab as ReadonlyMap<string, number>;
  const size = [...ids.values()].reduce((most, id) => Math.max(most, id + 1), 0);
  checkSize(path, size, vocabSize);
  return createWordTokenizer(ids);
}

function modelOfType(path: string, type: string): JsonFields {
  const model = fieldsOf(readJsonObject(path).get('model'));
  if (model === null) throw new FormatError(`${path}: model must be an object`);
  const actual = model.get('type');
  if (actual !== type)
    throw new FormatError(`${path}: model.type must be '${type}' for this model; it is ${shown(actual)}`);
  return model;
}

function checkSize(path: string, tokens: number, vocabSize: number): void {
  if (tokens > vocabSize) throw new FormatError(`${path} has ${tokens} tokens, the model only ${vocabSize} embeddings`);
}

function isScoredPiece(entry: unknown): entry is ScoredPiece {
  if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string') return false;
  return entry[1] === null || Number.isFinite(entry[1]);
}

function isId(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
