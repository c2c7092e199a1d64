/** Begins every terminal sequence; by itself, the Escape key. */
export const ESC = '\u001b';
export const BEL = '\u0007';
export const CTRL_C = '\u0003';
/** String terminator as one C1 character; ESC backslash is more common. */
export const ST = '\u009c';

export const PASTE_START = `${ESC}[200~`;
export const PASTE_END = `${ESC}[201~`;

/** Escape in a form that nothing after it can continue (Kitty's CSI 27 u). */
export const ESCAPE_KEY = `${ESC}[27u`;

/** F1 as one private character, since Ink does not report function keys (macOS's NSF1FunctionKey). */
export const F1_KEY = '\uf704';

/** Alt with a character; `[` and `O` have Kitty's form, because they begin a sequence after ESC. */
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
