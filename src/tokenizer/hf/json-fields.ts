/** A tokenizer.json says something that no tokenizer can be made of.
 *  The message names the part of the file, not the file: whoever read it knows that. */
export class TokenizerFormatError extends Error {
  override readonly name = 'TokenizerFormatError';
}

export type Fields = Readonly<Record<string, unknown>>;

/** @throws TokenizerFormatError when the value is no JSON object. */
export function fieldsAt(value: unknown, where: string): Fields {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new TokenizerFormatError(`${where} must be an object`);
  }
  return value as Fields;
}

/** @throws TokenizerFormatError when the value is no JSON array. */
export function listAt(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TokenizerFormatError(`${where} must be an array`);
  return value;
}

/** @throws TokenizerFormatError when the field is no string, or is absent and has no fallback. */
export function stringAt(fields: Fields, key: string, where: string, fallback?: string): string {
  const value = fields[key] ?? fallback;
  if (typeof value !== 'string') throw new TokenizerFormatError(`${where}.${key} must be a string`);
  return value;
}

/** @throws TokenizerFormatError when the field is neither absent nor a boolean. */
export function flagAt(fields: Fields, key: string, where: string, fallback: boolean): boolean {
  const value = fields[key] ?? fallback;
  if (typeof value !== 'boolean') throw new TokenizerFormatError(`${where}.${key} must be true or false`);
  return value;
}

/** A count or an id.  @throws TokenizerFormatError when the field is no integer from 0 on, or is absent and has no fallback. */
export function countAt(fields: Fields, key: string, where: string, fallback?: number): number {
  const value = fields[key] ?? fallback;
  if (!isId(value)) throw new TokenizerFormatError(`${where}.${key} must be an integer from 0 on`);
  return value;
}

/** True for what can be a row of an embedding matrix. */
export function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Something that is not understood, in quotes where it is a string, cut where it is long. */
export function named(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? `'${value.slice(0, 60)}…'` : `'${value}'`;
  return value !== null && typeof value === 'object' ? 'an object' : String(value);
}

/** @throws TokenizerFormatError always: the step is none that attnscope knows. */
export function refuseType(where: string, type: unknown, known: readonly string[]): never {
  throw new TokenizerFormatError(
    `${where} is of type ${named(type)}, which attnscope does not know (it knows ${known.join(', ')})`,
  );
}

/** How deep steps may hold steps; the published ones hold two levels. */
const deepest = 16;

/** The steps of a Sequence, each with the place where it stands.  @throws TokenizerFormatError when they nest without end. */
export function stepsOf(fields: Fields, key: string, where: string): { fields: Fields; where: string }[] {
  if (where.split('[').length > deepest) throw new TokenizerFormatError(`${where} is nested too deep`);
  return listAt(fields[key], `${where}.${key}`).map((step, index) => {
    const place = `${where}.${key}[${index}]`;
    return { fields: fieldsAt(step, place), where: place };
  });
}
