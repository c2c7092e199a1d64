import { BPEDecoder, FuseDecoder, StripDecoder, WordPieceDecoder } from '@huggingface/tokenizers';
import { symbolBytes, utf8Bytes } from './byte-symbols.ts';
import { countAt, type Fields, fieldsAt, flagAt, refuseType, stepsOf, stringAt } from './json-fields.ts';
import { patternAt } from './patterns.ts';
import { prependScheme } from './pre-tokenizers.ts';

/** Turns tokens into the pieces of text that, joined, they stand for. */
export type Decoder = (tokens: readonly string[]) => string[];

const known = [
  'Sequence',
  'ByteLevel',
  'WordPiece',
  'Metaspace',
  'BPEDecoder',
  'ByteFallback',
  'Fuse',
  'Strip',
  'Replace',
];

/** The decoder of a tokenizer.json; null joins with spaces. Of @huggingface/tokenizers' decoders those are used that agree
 *  with the Rust library; ByteLevel, ByteFallback and Metaspace differ on bytes that are not UTF-8 and on leading marks.
 *  @throws TokenizerFormatError when a step is unknown or lacks what it needs. */
export function createDecoder(value: unknown): (tokens: readonly string[]) => string {
  if (value === null || value === undefined) return (tokens) => tokens.join(' ');
  const decoder = decoderOf(fieldsAt(value, 'decoder'), 'decoder');
  return (tokens) => decoder(tokens).join('');
}

function decoderOf(fields: Fields, where: string): Decoder {
  switch (fields.type) {
    case 'Sequence': {
      const steps = stepsOf(fields, 'decoders', where).map((step) => decoderOf(step.fields, step.where));
      return (tokens) => steps.reduce<string[]>((pieces, step) => step(pieces), [...tokens]);
    }
    case 'ByteLevel':
      return (tokens) => [textOfBytes(tokens.flatMap(bytesOfToken))];
    case 'ByteFallback':
      return joinBytes;
    case 'Metaspace':
      return metaspace(stringAt(fields, 'replacement', where, '▁'), prependScheme(fields, where) !== 'never');
    case 'WordPiece': {
      const prefix = stringAt(fields, 'prefix', where, '##');
      const decoder = new WordPieceDecoder({
        type: 'WordPiece',
        prefix,
        cleanup: flagAt(fields, 'cleanup', where, true),
      });
      return (tokens) => decoder.decode_chain([...tokens]);
    }
    case 'BPEDecoder': {
      const decoder = new BPEDecoder({ type: 'BPEDecoder', suffix: stringAt(fields, 'suffix', where, '</w>') });
      return (tokens) => decoder.decode_chain([...tokens]);
    }
    case 'Fuse':
      return (tokens) => new FuseDecoder({ type: 'Fuse' }).decode_chain([...tokens]);
    case 'Strip': {
      const content = stringAt(fields, 'content', where, ' ');
      const [start, stop] = [countAt(fields, 'start', where, 0), countAt(fields, 'stop', where, 0)];
      const decoder = new StripDecoder({ type: 'Strip', content, start, stop });
      return (tokens) => decoder.decode_chain([...tokens]);
    }
    case 'Replace': {
      const pattern = patternAt(fields.pattern, `${where}.pattern`);
      const content = stringAt(fields, 'content', where);
      return (tokens) => tokens.map((token) => token.replace(pattern, () => content));
    }
    default:
      return refuseType(where, fields.type, known);
  }
}

/** Spaces for marks; the first token's marks are those that were put in front. */
function metaspace(mark: string, wasPrefixed: boolean): Decoder {
  return (tokens) => tokens.map((token, index) => token.replaceAll(mark, wasPrefixed && index === 0 ? '' : ' '));
}

/** A token that is not spelt in byte symbols, such as an added one, stands for its own bytes. */
function bytesOfToken(token: string): number[] {
  const bytes = [...token].map((symbol) => symbolBytes.get(symbol));
  if (bytes.every((byte) => byte !== undefined)) return bytes;
  return [...token].flatMap((symbol) => utf8Bytes(symbol.codePointAt(0)!));
}

function textOfBytes(bytes: readonly number[]): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

/** Neighbouring <0x..> as the text of their bytes; where that is no UTF-8, U+FFFD for each of them. */
function joinBytes(tokens: readonly string[]): string[] {
  const pieces: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) pieces.push(strictText(bytes) ?? '\uFFFD'.repeat(bytes.length));
    bytes = [];
  };
  for (const token of tokens) {
    if (/^<0x[0-9A-Fa-f]{2}>$/.test(token)) bytes.push(Number.parseInt(token.slice(3, 5), 16));
    else {
      flush();
      pieces.push(token);
    }
  }
  flush();
  return pieces;
}

function strictText(bytes: readonly number[]): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}
