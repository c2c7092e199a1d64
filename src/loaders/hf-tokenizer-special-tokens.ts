import { join } from 'node:path';
import { fieldsOf, type JsonFields, readJsonObject, statOf } from './json-file.ts';

/** A special token as tokenizer_config.json or special_tokens_map.json describes it. */
export interface NamedToken {
  readonly content: string;
  /** Includes the white space on its left. */
  readonly lstrip: boolean;
}

const roles = ['unk_token', 'bos_token', 'eos_token', 'cls_token', 'sep_token', 'pad_token', 'mask_token'] as const;

/** The role of a special token. */
export type TokenRole = (typeof roles)[number];

/** The special tokens of a folder; tokenizer_config.json overrides special_tokens_map.json.
 *  @throws FormatError when one of the files holds no JSON object. */
export function readSpecialTokens(directory: string): ReadonlyMap<TokenRole, NamedToken> {
  const tokens = new Map<TokenRole, NamedToken>();
  for (const name of ['special_tokens_map.json', 'tokenizer_config.json']) {
    const fields = readOptional(directory, name);
    for (const role of roles) {
      const token = namedToken(fields.get(role));
      if (token !== null) tokens.set(role, token);
    }
  }
  return tokens;
}

/** The fields of a JSON file in a folder; none if it is missing. */
export function readOptional(directory: string, name: string): JsonFields {
  const path = join(directory, name);
  return statOf(path) === undefined ? new Map() : readJsonObject(path);
}

/** A string, or an object with the string as its content. */
function namedToken(value: unknown): NamedToken | null {
  if (typeof value === 'string') return { content: value, lstrip: false };
  const fields = fieldsOf(value);
  const content = fields?.get('content');
  return typeof content === 'string' ? { content, lstrip: fields?.get('lstrip') === true } : null;
}
