import { fieldsAt, isId, named, TokenizerFormatError } from './json-fields.ts';
import type { Vocabulary } from './model.ts';

/** Ids above this are no vocabulary but a mistake: the largest published ones have some 300,000. */
const highestId = 2 ** 24;

/** `model.vocab` of WordPiece, BPE and WordLevel, an object of ids by token; a token may have any name, `__proto__` too.
 *  The parsed object itself is looked up in, for a copy of 256,000 tokens takes longer than all else; what objects inherit is
 *  never a number.
 *  @throws TokenizerFormatError when it is no such object, or empty. */
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
