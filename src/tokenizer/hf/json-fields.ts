/** A tokenizer.json does not describe a tokenizer.
 *  The message names the part of the file; the reader of the file adds its name. */
export class TokenizerFormatError extends Error {
  override readonly name = 'TokenizerFormatError';
}

export type Fields = Readonly<Record<string, unknown>>;

/** @throws TokenizerFormatError when the value is not a JSON object. */
export function fieldsAt(value: unknown, where: string): Fields {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new TokenizerFormatError(`${where} must be an object`);
  }
  return value as Fields;
}

/** @throws TokenizerFormatError when the value is not a JSON array. */
export function listAt(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TokenizerFormatError(`${where} must be an array`);
  return value;
}

/** @throws TokenizerFormatError when the field is not a string, or is absent without a fallback. */
export function stringAt(fields: Fields, key: string, where: string, fallback?: string): string {
  const value = fields[key] ?? fallback;
  if (typeof value !== 'string') throw new TokenizerFormatError(`${where}.${key} must be a string`);
  return value;
}

/** @throws TokenizerFormatError when the field is present and not a boolean. */
export function flagAt(fields: Fields, key: string, where: string, fallback: boolean): boolean {
  const value = fields[key] ?? fallback;
  if (typeof value !== 'boolean') throw new TokenizerFormatError(`${where}.${key} must be true or false`);
  return value;
}

/** A count or an id.
 *  @throws TokenizerFormatError when the field is not an integer from 0, or is absent without a fallback. */
export function countAt(fields: Fields, key: string, where: string, fallback?: number): number {
  const value = fields[key] ?? fallback;
  if (!isId(value)) throw new TokenizerFormatError(`${where}.${key} must be an integer of at least 0`);
  return value;
}

/** True when the value can be a row of an embedding matrix. */
export function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A value in an error message: strings in quotes, long ones cut. */
export function named(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? `'${value.slice(0, 60)}…'` : `'${value}'`;
  return value !== null && typeof value === 'object' ? 'an object' : String(value);
}

/** By type, the function that makes a step from its fields; `where` is its place in the file. */
export type StepMakers<T> = Readonly<Record<string, (fields: Fields, where: string) => T>>;

/** Makes a step of type `type`.
 *  @throws TokenizerFormatError when the type is unknown. */
export function makeStep<T>(makers: StepMakers<T>, fields: Fields, where: string, type = fields.type): T {
  const make = typeof type === 'string' && Object.hasOwn(makers, type) ? makers[type] : undefined;
  if (make !== undefined) return make(fields, where);
  const known = Object.keys(makers).join(', ');
  throw new TokenizerFormatError(
    `${where} is of type ${named(type)}, which attnscope does not know (it knows ${known})`,
  );
}

/** Limit of nesting; published files nest two levels. */
const deepest = 16;

/** Makes the steps of a Sequence.  @throws TokenizerFormatError when they nest too deep or a type is unknown. */
export function makeSteps<T>(makers: StepMakers<T>, fields: Fields, key: string, where: string): T[] {
  if (where.split('[').length > deepest) throw new TokenizerFormatError(`${where} is nested too deep`);
  return listAt(fields[key], `${where}.${key}`).map((step, index) => {
    const place = `${where}.${key}[${index}]`;
    return makeStep(makers, fieldsAt(step, place), place);
  });
}
