import { fieldsAt, isId, named, TokenizerFormatError } from './json-fields.ts';
import type { Vocabulary } from './model.ts';

/** A higher id is a mistake: the largest published vocabularies have about 300,000 tokens. */
const highestId = 2 ** 24;

/** Reads `model.vocab` of WordPiece, BPE and WordLevel: an object of ids by token. A token may have any name, even `__proto__`.
 *  Keeps the parsed object: a copy of 256,000 tokens would take longer than all the rest. Inherited properties are never
 *  numbers, so they never count as ids.
 *  @throws TokenizerFormatError when the value is not such an object, or is empty. */
export function vocabularyAt(value: unknown, where: string): Vocabulary {
  const fields = fieldsAt(value, where);
  const tokens: (string | undefined)[] = [];
  for (const token of Object.keys(fields)) {
    const id = fields[token];
    if (!isId(id) || id > highestId) {
      throw new TokenizerFormatError(`${where} must give every token an id; ${named(token)} has ${named(id)}`);
    }
    tokens[id] = token;
  }
  if (tokens.length === 0) throw new TokenizerFormatError(`${where} must hold tokens; it is empty`);
  return {
    size: tokens.length,
    idOf(token) {
      const id = fields[token];
      return typeof id === 'number' ? id : undefined;
    },
    tokenOf: (id) => tokens[id],
  };
}
