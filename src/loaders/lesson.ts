import { join } from 'node:path';
import type { Lesson } from '../core/model.ts';
import { FormatError } from './errors.ts';
import { readJsonObject } from './json-file.ts';

/** The printed example in lesson.json: tokens, a square of weights, and their number of decimals.
 *  @throws FormatError when it is missing or the square does not fit the tokens. */
export function readLesson(directory: string): Lesson {
  const path = join(directory, 'lesson.json');
  const fields = readJsonObject(path);
  const tokens = fields.get('tokens');
  const printedWeights = fields.get('printedWeights');
  const decimals = fields.get('decimals');
  if (!isArrayOf(tokens, (token) => typeof token === 'string')) {
    throw new FormatError(`${path}: tokens must be an array of strings`);
  }
  const isRow = (row: unknown): row is number[] => isArrayOf(row, Number.isFinite) && row.length === tokens.length;
  if (!isArrayOf(printedWeights, isRow) || printedWeights.length !== tokens.length) {
    throw new FormatError(`${path}: printedWeights must be ${tokens.length} rows of ${tokens.length} numbers`);
  }
  if (!Number.isSafeInteger(decimals) || (decimals as number) < 0) {
    throw new FormatError(`${path}: decimals must be a whole number from 0`);
  }
  return { tokens: tokens as string[], printedWeights: printedWeights as number[][], decimals: decimals as number };
}

function isArrayOf(value: unknown, isItem: (item: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(isItem);
}
