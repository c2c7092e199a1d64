import { FormatError } from './errors.ts';
import { fieldsOf, type JsonFields, readJsonObject } from './json-file.ts';

/** Sentences with one word in several senses. */
export interface SenseSet {
  readonly word: string;
  readonly senses: readonly Sense[];
}

export interface Sense {
  readonly name: string;
  /** Each has the word once. */
  readonly sentences: readonly string[];
}

/** A word in a text, from `start` to `end` in code points. */
export interface Span {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Reads a set from a JSON file.  @throws FormatError when it is missing or no set. */
export function readSenseSet(path: string): SenseSet {
  return senseSetOf(readJsonObject(path), path);
}

/** A set from a JSON value; `where` is its name in messages.
 *  @throws FormatError when a field is missing, when there are fewer than two senses, or two sentences of a sense, or when a sentence
 *  does not have the word exactly once. */
export function senseSetOf(value: unknown, where: string): SenseSet {
  const fields = value instanceof Map ? (value as JsonFields) : fieldsOf(value);
  if (fields === null) throw new FormatError(`${where} must hold a JSON object`);
  const word = fields.get('word');
  if (typeof word !== 'string' || !oneWord.test(word)) {
    throw new FormatError(`${where}: word must be one word of letters and digits, as in "word": "bank"`);
  }
  const senses = severalAt(fields, 'senses', where, 'senses');
  const checked = senses.map((sense, index) => senseOf(sense, word, `${where}: senses[${index}]`));
  const names = checked.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new FormatError(`${where}: two senses have the name ${JSON.stringify(twice)}`);
  return { word, senses: checked };
}

function senseOf(value: unknown, word: string, where: string): Sense {
  const fields = fieldsOf(value);
  if (fields === null) throw new FormatError(`${where} must be an object of name and sentences`);
  const name = fields.get('name');
  if (typeof name !== 'string' || name.trim() === '') throw new FormatError(`${where}: name must be a text`);
  const sentences = severalAt(fields, 'sentences', where, 'texts');
  const checked = sentences.map((sentence, index) => {
    const place = `${where}.sentences[${index}]`;
    if (typeof sentence !== 'string') throw new FormatError(`${place} must be a text`);
    const count = spansOfWord(sentence, word).length;
    if (count !== 1) {
      const problem = count === 0 ? `does not have the word "${word}"` : `has the word "${word}" ${count} times`;
      throw new FormatError(`${place} ${problem}; once is expected: ${JSON.stringify(sentence.slice(0, 80))}`);
    }
    return sentence;
  });
  return { name, sentences: checked };
}

function severalAt(fields: JsonFields, key: string, where: string, items: string): readonly unknown[] {
  const value = fields.get(key);
  if (Array.isArray(value) && value.length >= 2) return value;
  const given = Array.isArray(value) ? `, not ${value.length}` : '';
  throw new FormatError(`${where}: ${key} must be an array of at least two ${items}${given}`);
}

const oneWord = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’-][\p{L}\p{M}\p{N}]+)*$/u;

/** Finds a whole word in a text, ignoring case; "can" is not in "can't" or "canal", but "known" is in "well-known". */
export function spansOfWord(text: string, word: string): Span[] {
  const letter = '[\\p{L}\\p{M}\\p{N}_]';
  // A word's only special sign is '-', which has a meaning only in brackets.
  const pattern = new RegExp(`(?<!${letter}['’]?)${word}(?!['’]?${letter})`, 'giu');
  return [...text.matchAll(pattern)].map(({ index, 0: found }) => {
    const start = Array.from(text.slice(0, index)).length;
    return { text: found, start, end: start + Array.from(found).length };
  });
}
