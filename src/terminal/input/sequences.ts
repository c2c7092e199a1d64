/** The bytes that begin every terminal sequence and, alone, the Escape key. */
export const ESC = '\u001b';
export const BEL = '\u0007';
export const CTRL_C = '\u0003';
/** String terminator as one C1 character; the usual spelling is ESC backslash. */
export const ST = '\u009c';

export const PASTE_START = `${ESC}[200~`;
export const PASTE_END = `${ESC}[201~`;

/** Escape spelled so that nothing which follows can be read together with it (Kitty's CSI 27 u). */
export const ESCAPE_KEY = `${ESC}[27u`;

/** Alt with a character; `[` and `O` are spelled in Kitty's form, for after ESC they begin a sequence. */
export function altKey(character: string): string {
  if (character === '[') return `${ESC}[91;3u`;
  if (character === 'O') return `${ESC}[79;4u`;
  return ESC + character;
}

/** True for C0, DEL and C1 code units. */
export function isControl(codeUnit: number): boolean {
  return codeUnit < 0x20 || (codeUnit >= 0x7f && codeUnit <= 0x9f);
}

export function isHighSurrogate(codeUnit: number): boolean {
  return codeUnit >= 0xd800 && codeUnit <= 0xdbff;
}
