import { limitOf } from './config-limits.ts';
import { FormatError, quoted, shown, UnsupportedModelError } from './errors.ts';
import { fieldsOf, type JsonFields, readJsonObject, statOf } from './json-file.ts';
import { missingConfig } from './missing-files.ts';
import { folderFile } from './model-folder.ts';

/** A model folder's config.json, or an object in it (then `path` names that too). */
export interface Config {
  readonly path: string;
  readonly fields: JsonFields;
}

/** More items than any configuration's list has. */
const longestList = 100_000;

/** The greatest value of a number that sizes no array. */
const mostAnyNumber = 2 ** 31 - 1;

/** Reads config.json of a model folder.
 *  @throws FormatError when it is missing or not a JSON object, UnsupportedModelError for an adapter without its model. */
export function readConfig(directory: string): Config {
  const path = folderFile(directory, 'config.json');
  if (statOf(path) === undefined) throw missingConfig(directory);
  return { path, fields: readJsonObject(path) };
}

/** Which key says that the weights are quantized, and its method if named; undefined for plain weights. null counts as absent. */
export function quantizationOf(fields: JsonFields): { key: string; method: string | null } | undefined {
  const keys = ['quantization_config', 'compression_config', 'quantization'];
  const key = keys.find((name) => (fields.get(name) ?? null) !== null);
  if (key === undefined) return undefined;
  const method = fieldsOf(fields.get(key))?.get('quant_method');
  return { key, method: typeof method === 'string' ? method : null };
}

/** @throws UnsupportedModelError for quantized weights; names the method. */
export function refuseQuantized({ path, fields }: Config): void {
  const found = quantizationOf(fields);
  if (found === undefined) return;
  const method = found.method === null ? 'method not named' : quoted(found.method);
  throw new UnsupportedModelError(
    `${path}: ${found.key} says that the weights are quantized (${method}); expected plain F32, F16 or BF16 weights`,
  );
}

/** A string field.  @throws FormatError when it is absent, empty or not a string. */
export function configString(config: Config, key: string): string {
  const value = config.fields.get(key);
  if (typeof value !== 'string' || value === '') throw wrong(config, key, 'a string');
  return value;
}

/** A whole number from 1 to the limit of its key.  @throws FormatError for anything else. */
export function configCount(config: Config, key: string): number {
  const value = config.fields.get(key);
  if (!Number.isSafeInteger(value) || (value as number) < 1) throw wrong(config, key, 'a whole number of at least 1');
  return withinLimit(config, key, value as number);
}

/** The count under the first of the names that is given and not null.
 *  @throws FormatError when none is given, or configCount refuses the first. */
export function configCountOf(config: Config, keys: readonly [string, ...string[]]): number {
  const key = keys.find((name) => isGiven(config, name));
  if (key !== undefined) return configCount(config, key);
  throw new FormatError(`${config.path}: ${keys.join(' or ')} must be a whole number of at least 1; it is absent`);
}

/** As configCount; `otherwise` where the key is absent or null. */
export function configCountOr<T>(config: Config, key: string, otherwise: T): number | T {
  return isGiven(config, key) ? configCount(config, key) : otherwise;
}

/** @throws FormatError for any count but the architecture's. */
export function requireCount(config: Config, key: string, expected: number): void {
  if (configCount(config, key) !== expected) throw wrong(config, key, `${expected} for this model_type`);
}

/** A finite number above 0.  @throws FormatError for anything else. */
export function configPositive(config: Config, key: string): number {
  const value = config.fields.get(key);
  if (!isPositive(value)) throw wrong(config, key, 'a number above 0');
  return value;
}

/** A list of `length` finite numbers above 0.  @throws FormatError for anything else. */
export function configPositives(config: Config, key: string, length: number): number[] {
  const value = config.fields.get(key);
  if (!Array.isArray(value) || value.length !== length || !value.every(isPositive)) {
    throw wrong(config, key, `${length} numbers above 0`);
  }
  return value;
}

/** A finite number of at least 0, whole where the key gives a size; `otherwise` where it is absent or null.
 *  @throws FormatError for other values. */
export function configNumberOr<T>(config: Config, key: string, otherwise: T): number | T {
  if (!isGiven(config, key)) return otherwise;
  const value = config.fields.get(key);
  if (value !== 0 && !isPositive(value)) throw wrong(config, key, 'a number of at least 0');
  if (limitOf(key) === undefined) return value;
  if (!Number.isSafeInteger(value)) throw wrong(config, key, 'a whole number');
  return withinLimit(config, key, value);
}

/** A whole number of either sign (-1 often means "not set"); `otherwise` where the key is absent or null.
 *  @throws FormatError for other values. */
export function configIntegerOr<T>(config: Config, key: string, otherwise: T): number | T {
  if (!isGiven(config, key)) return otherwise;
  const value = config.fields.get(key);
  if (!Number.isSafeInteger(value)) throw wrong(config, key, 'a whole number');
  return withinLimit(config, key, value as number);
}

/** true or false; `otherwise` where the key is absent or null.  @throws FormatError for other values. */
export function configBooleanOr<T>(config: Config, key: string, otherwise: T): boolean | T {
  if (!isGiven(config, key)) return otherwise;
  const value = config.fields.get(key);
  if (typeof value !== 'boolean') throw wrong(config, key, 'true or false');
  return value;
}

/** A non-empty string; `otherwise` where the key is absent or null.  @throws FormatError for other values. */
export function configStringOr<T>(config: Config, key: string, otherwise: T): string | T {
  return isGiven(config, key) ? configString(config, key) : otherwise;
}

/** A list with unchecked items; `otherwise` where the key is absent or null.
 *  @throws FormatError for other values and for lists that are too long. */
export function configListOr<T>(config: Config, key: string, otherwise: T): readonly unknown[] | T {
  if (!isGiven(config, key)) return otherwise;
  const value = config.fields.get(key);
  if (!Array.isArray(value)) throw wrong(config, key, 'a list');
  if (value.length > longestList) throw wrong(config, key, `a list of at most ${longestList} items`);
  return value;
}

/** A list of strings; `otherwise` where the key is absent or null.  @throws FormatError for other values. */
export function configStringsOr<T>(config: Config, key: string, otherwise: T): readonly string[] | T {
  if (!isGiven(config, key)) return otherwise;
  const list = configListOr(config, key, []);
  if (!list.every((item) => typeof item === 'string')) throw wrong(config, key, 'a list of strings');
  return list as readonly string[];
}

/** A nested object, read in the same ways; undefined where it is absent or null.
 *  @throws FormatError for other values. */
export function configObject(config: Config, key: string): Config | undefined {
  if (!isGiven(config, key)) return undefined;
  const fields = fieldsOf(config.fields.get(key));
  if (fields === null) throw wrong(config, key, 'an object');
  return { path: `${config.path}: ${key}`, fields };
}

/** Width of one of `heads` equal parts of `width`.  @throws FormatError when the heads do not divide it. */
export function widthPerHead(config: Config, width: number, heads: number): number {
  if (width % heads !== 0) {
    throw new FormatError(`${config.path}: num_attention_heads ${heads} must divide the width ${width}`);
  }
  return width / heads;
}

function withinLimit(config: Config, key: string, value: number): number {
  const most = limitOf(key) ?? mostAnyNumber;
  if (Math.abs(value) > most) throw wrong(config, key, `at most ${most}`);
  return value;
}

function isGiven(config: Config, key: string): boolean {
  const value = config.fields.get(key);
  return value !== undefined && value !== null;
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function wrong(config: Config, key: string, expected: string): FormatError {
  const value = config.fields.get(key);
  const actual = value === undefined ? 'it is absent' : `it is ${shown(value)}`;
  return new FormatError(`${config.path}: ${key} must be ${expected}; ${actual}`);
}
