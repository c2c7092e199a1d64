import { fieldsAt, isId, named, TokenizerFormatError } from './json-fields.ts';
import type { Vocabulary } from './model.ts';

/** Ids above this are no vocabulary but a mistake: the largest published ones have some 300,000. */
const highestId = 2 ** 24;

/** `model.vocab` of WordPiece, BPE and WordLevel, an object of ids by token; a token may have any name, `__proto__` too.
 *  @throws TokenizerFormatError when it is no such object, or empty. */
export function vocabularyAt(
  value: unknown,
  where: string,
): Vocabulary & { readonly ids: ReadonlyMap<string, number> } {
  const fields = fieldsAt(value, where);
  const ids = new Map<string, number>();
  const tokens: (string | undefined)[] = [];
  for (const token of Object.keys(fields)) {
    const id = fields[token];
    if (!isId(id) || id > highestId) {
      throw new TokenizerFormatError(`${where} must give every token an id; ${named(token)} has ${named(id)}`);
    }
    ids.set(token, id);
    tokens[id] = token;
  }
  if (ids.size === 0) throw new TokenizerFormatError(`${where} must hold tokens; it is empty`);
  return { ids, size: tokens.length, idOf: (token) => ids.get(token), tokenOf: (id) => tokens[id] };
}
