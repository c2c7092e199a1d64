/** An error with a message of one line. */
class OneLineError extends Error {
  constructor(message: string) {
    super(oneLine(message));
  }
}

/** A file of a model folder is missing, damaged, or contradicts another. */
export class FormatError extends OneLineError {
  override readonly name = 'FormatError';
}

/** A sound model that attnscope cannot compute. */
export class UnsupportedModelError extends OneLineError {
  override readonly name = 'UnsupportedModelError';
}

/** A name that is neither a built-in model nor a folder. */
export class UnknownModelError extends OneLineError {
  override readonly name = 'UnknownModelError';
}

/** A string from a file or the user, in quotes and at most 100 characters long. */
export function quoted(text: string): string {
  return text.length > 100 ? `'${text.slice(0, 100)}…'` : `'${text}'`;
}

/** A value from a file as a message shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return 'an array';
  return value !== null && typeof value === 'object' ? 'an object' : String(value);
}

/** Anyone can write names into files: characters that break the line or control the terminal become \u{…}. */
function oneLine(message: string): string {
  return message.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (symbol) => {
    return `\\u{${symbol.codePointAt(0)!.toString(16)}}`;
  });
}
