/** A file of a model folder is missing, damaged, or does not agree with the others. */
export class FormatError extends Error {
  override readonly name = 'FormatError';

  constructor(message: string) {
    super(oneLine(message));
  }
}

/** A sound model that attnscope has no way to compute. */
export class UnsupportedModelError extends Error {
  override readonly name = 'UnsupportedModelError';

  constructor(message: string) {
    super(oneLine(message));
  }
}

/** A name that is neither a built-in model nor a folder. */
export class UnknownModelError extends Error {
  override readonly name = 'UnknownModelError';

  constructor(message: string) {
    super(oneLine(message));
  }
}

/** A string from a file or the user in quotes, cut where it would fill the screen. */
export function quoted(text: string): string {
  return text.length > 100 ? `'${text.slice(0, 100)}…'` : `'${text}'`;
}

/** A value from a file as a message shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return 'an array';
  return value !== null && typeof value === 'object' ? 'an object' : String(value);
}

/** Names in files are anyone's: what would break the line or steer the terminal is written as \u{…}. */
function oneLine(message: string): string {
  return message.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (symbol) => {
    return `\\u{${symbol.codePointAt(0)!.toString(16)}}`;
  });
}
