import { type AlignedText, mapSymbols } from './aligned-text.ts';

/** The printable character for each byte in byte-level vocabularies (GPT-2, `bytes_to_unicode`): printable Latin-1
 *  characters keep their code, the others count from U+0100. */
export const byteSymbols: readonly string[] = buildByteSymbols();

/** Byte by its symbol. */
export const symbolBytes: ReadonlyMap<string, number> = new Map(byteSymbols.map((symbol, byte) => [symbol, byte]));

function buildByteSymbols(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    if (printable) return String.fromCharCode(byte);
    next += 1;
    return String.fromCharCode(next - 1);
  });
}

/** UTF-8 bytes of one code point. */
export function utf8Bytes(codePoint: number): number[] {
  if (codePoint < 0x80) return [codePoint];
  const tail = (shift: number) => 0x80 | ((codePoint >> shift) & 0x3f);
  if (codePoint < 0x800) return [0xc0 | (codePoint >> 6), tail(0)];
  if (codePoint < 0x10000) return [0xe0 | (codePoint >> 12), tail(6), tail(0)];
  return [0xf0 | (codePoint >> 18), tail(12), tail(6), tail(0)];
}

/** Replaces every UTF-8 byte of the text by its symbol, with the origin of the whole character. */
export function toByteSymbols(source: AlignedText): AlignedText {
  return mapSymbols(source, (symbol) => {
    return utf8Bytes(symbol.codePointAt(0)!)
      .map((byte) => byteSymbols[byte])
      .join('');
  });
}
