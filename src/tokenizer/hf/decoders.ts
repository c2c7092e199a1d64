import { BPEDecoder, FuseDecoder, StripDecoder, WordPieceDecoder } from '@huggingface/tokenizers';
import { symbolBytes, utf8Bytes } from './byte-symbols.ts';
import { countAt, fieldsAt, flagAt, makeStep, makeSteps, type StepMakers, stringAt } from './json-fields.ts';
import { patternAt } from './patterns.ts';
import { prependScheme } from './pre-tokenizers.ts';

/** Turns tokens into pieces of text; joined, the pieces are the decoded text. */
export type Decoder = (tokens: readonly string[]) => string[];

/** The decoder of a tokenizer.json; null joins with spaces. Uses the decoders of @huggingface/tokenizers that agree with
 *  the Rust library. Its ByteLevel, ByteFallback and Metaspace differ for invalid UTF-8 and for leading marks.
 *  @throws TokenizerFormatError when a step is unknown or lacks a field. */
export function createDecoder(value: unknown): (tokens: readonly string[]) => string {
  if (value === null || value === undefined) return (tokens) => tokens.join(' ');
  const decoder = makeStep(makers, fieldsAt(value, 'decoder'), 'decoder');
  return (tokens) => decoder(tokens).join('');
}

const makers: StepMakers<Decoder> = {
  Sequence: (fields, where) => {
    const steps = makeSteps(makers, fields, 'decoders', where);
    return (tokens) => steps.reduce<string[]>((pieces, step) => step(pieces), [...tokens]);
  },
  ByteLevel: () => {
    const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
    return (tokens) => [utf8.decode(Uint8Array.from(tokens.flatMap(bytesOfToken)))];
  },
  WordPiece: (fields, where) => {
    const prefix = stringAt(fields, 'prefix', where, '##');
    const cleanup = flagAt(fields, 'cleanup', where, true);
    return fromLibrary(new WordPieceDecoder({ type: 'WordPiece', prefix, cleanup }));
  },
  Metaspace: (fields, where) =>
    metaspace(stringAt(fields, 'replacement', where, '▁'), prependScheme(fields, where) !== 'never'),
  BPEDecoder: (fields, where) =>
    fromLibrary(new BPEDecoder({ type: 'BPEDecoder', suffix: stringAt(fields, 'suffix', where, '</w>') })),
  ByteFallback: () => joinBytes,
  Fuse: () => fromLibrary(new FuseDecoder({ type: 'Fuse' })),
  Strip: (fields, where) => {
    const content = stringAt(fields, 'content', where, ' ');
    const [start, stop] = [countAt(fields, 'start', where, 0), countAt(fields, 'stop', where, 0)];
    return fromLibrary(new StripDecoder({ type: 'Strip', content, start, stop }));
  },
  Replace: (fields, where) => {
    const pattern = patternAt(fields.pattern, `${where}.pattern`);
    const content = stringAt(fields, 'content', where);
    return (tokens) => tokens.map((token) => token.replace(pattern, () => content));
  },
};

function fromLibrary(decoder: { decode_chain(tokens: string[]): string[] }): Decoder {
  return (tokens) => decoder.decode_chain([...tokens]);
}

/** Replaces marks by spaces, and drops the first token's marks if the encoder added them. */
function metaspace(mark: string, wasPrefixed: boolean): Decoder {
  return (tokens) => tokens.map((token, index) => token.replaceAll(mark, wasPrefixed && index === 0 ? '' : ' '));
}

/** A token that is not spelt in byte symbols, such as an added token, gives its own UTF-8 bytes. */
function bytesOfToken(token: string): number[] {
  const bytes = [...token].map((symbol) => symbolBytes.get(symbol));
  if (bytes.every((byte) => byte !== undefined)) return bytes;
  return [...token].flatMap((symbol) => utf8Bytes(symbol.codePointAt(0)!));
}

/** Joins neighbouring <0x..> tokens to the text of their bytes. Invalid UTF-8 gives one U+FFFD per byte. */
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
