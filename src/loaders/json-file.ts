import { readFileSync, type Stats, statSync } from 'node:fs';
import { errorMessage } from '../text/error-message.ts';
import { FormatError } from './errors.ts';
import { foreignContent } from './foreign-content.ts';

/** Fields of a JSON object; a map, so that a key like `__proto__` is only a key. */
export type JsonFields = ReadonlyMap<string, unknown>;

/** Several times the largest tokenizer.json in use, so that no file fills the memory. */
const mostJsonBytes = 200_000_000;

/** The entry at the path; undefined if it is missing or unreachable. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** The failure of a system call on a file, as a FormatError. */
export function unreadable(path: string, error: unknown): FormatError {
  if (error instanceof FormatError) return error;
  return new FormatError(`${path} cannot be read: ${errorMessage(error)}`);
}

/** Returns `read()`.  @throws FormatError in place of a failed system call. */
export function orUnreadable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Size of a regular file in bytes.  @throws FormatError if it is missing. */
export function fileSize(path: string): number {
  const stat = statOf(path);
  if (stat === undefined) throw new FormatError(`${path} is missing`);
  if (!stat.isFile()) throw new FormatError(`${path} is not a file`);
  return stat.size;
}

/** Reads a file that holds one JSON object.  @throws FormatError when it is missing or holds something else. */
export function readJsonObject(path: string): JsonFields {
  const sizeBytes = fileSize(path);
  if (sizeBytes > mostJsonBytes) {
    throw new FormatError(`${path} has ${sizeBytes} bytes; a JSON file of a model has at most ${mostJsonBytes}`);
  }
  const text = orUnreadable(path, () => readFileSync(path, 'utf8'));
  const fields = fieldsOf(parseJson(path, text));
  if (fields === null) throw new FormatError(`${path} must hold a JSON object`);
  return fields;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (text.trim() === '') throw new FormatError(`${path} is empty; it must hold a JSON object`);
    const content = foreignContent(text.slice(0, 64));
    if (content !== undefined) throw new FormatError(`${path} ${content}`);
    throw new FormatError(`${path} is not valid JSON: ${errorMessage(error)}`);
  }
}

/** The own fields of a JSON object, or null for any other value. */
export function fieldsOf(value: unknown): JsonFields | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return new Map(Object.entries(value));
}
