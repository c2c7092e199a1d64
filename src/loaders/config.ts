import { join } from 'node:path';
import { FormatError, shown } from './errors.ts';
import { type JsonFields, readJsonObject } from './json-file.ts';

/** A model folder's config.json. */
export interface Config {
  readonly path: string;
  readonly fields: JsonFields;
}

/** More layers than any model has; stops a damaged count from becoming a loop. */
const mostLayers = 1000;

/** Reads config.json of a model folder.  @throws FormatError when there is none or it is no JSON object. */
export function readConfig(directory: string): Config {
  const path = join(directory, 'config.json');
  return { path, fields: readJsonObject(path) };
}

/** A string field.  @throws FormatError when it is absent, empty or no string. */
export function configString(config: Config, key: string): string {
  const value = config.fields.get(key);
  if (typeof value !== 'string' || value === '') throw wrong(config, key, 'a string');
  return value;
}

/** A whole number of at least 1.  @throws FormatError when it is absent or something else. */
export function configCount(config: Config, key: string): number {
  const value = config.fields.get(key);
  if (!Number.isSafeInteger(value) || (value as number) < 1) throw wrong(config, key, 'a whole number of at least 1');
  return value as number;
}

/** Refuses any other value than the one that the architecture has.  @throws FormatError */
export function requireCount(config: Config, key: string, expected: number): void {
  if (configCount(config, key) !== expected) throw wrong(config, key, `${expected} for this model_type`);
}

/** num_hidden_layers.  @throws FormatError when it is absent or beyond reason. */
export function configLayerCount(config: Config): number {
  const layers = configCount(config, 'num_hidden_layers');
  if (layers > mostLayers) throw wrong(config, 'num_hidden_layers', `at most ${mostLayers}`);
  return layers;
}

/** A finite number above 0.  @throws FormatError when it is absent or something else. */
export function configPositive(config: Config, key: string): number {
  const value = config.fields.get(key);
  if (!isPositive(value)) throw wrong(config, key, 'a number above 0');
  return value;
}

/** A list of `length` finite numbers above 0.  @throws FormatError when it is absent or something else. */
export function configPositives(config: Config, key: string, length: number): number[] {
  const value = config.fields.get(key);
  if (!Array.isArray(value) || value.length !== length || !value.every(isPositive)) {
    throw wrong(config, key, `${length} numbers above 0`);
  }
  return value;
}

/** Width of one of `heads` equal parts of `width`.  @throws FormatError when the heads do not divide it. */
export function widthPerHead(config: Config, width: number, heads: number): number {
  if (width % heads !== 0) {
    throw new FormatError(`${config.path}: num_attention_heads ${heads} must divide the width ${width}`);
  }
  return width / heads;
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function wrong(config: Config, key: string, expected: string): FormatError {
  const value = config.fields.get(key);
  const actual = value === undefined ? 'it is absent' : `it is ${shown(value)}`;
  return new FormatError(`${config.path}: ${key} must be ${expected}; ${actual}`);
}
