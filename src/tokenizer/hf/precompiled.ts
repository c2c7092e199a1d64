import { type AlignedText, type Change, transformText } from './aligned-text.ts';
import { utf8Bytes } from './byte-symbols.ts';
import { TokenizerFormatError } from './json-fields.ts';

/** SentencePiece's character map: a Darts double array of UTF-8 strings; its values are offsets into the replacements. */
interface CharacterMap {
  readonly units: Uint32Array;
  readonly replacements: Uint8Array;
}

/** From this many bytes on, a cluster is looked up character by character. */
const longClusterBytes = 6;
/** Made on first use: it takes 10 ms. */
let segmenter: Intl.Segmenter | undefined;

/** Normalises by a compiled character map. Looks up whole graphemes of under 6 bytes, else each character. The shortest
 *  entry that starts the text wins, and the rest of the grapheme is dropped ("ﬁ" with U+0301 gives "fi"). Hugging Face's
 *  `Precompiled` does the same; SentencePiece takes the longest entry.
 *  base64: `precompiled_charsmap`.  @throws TokenizerFormatError when the map is damaged. */
export function createPrecompiled(base64: string, where: string): (source: AlignedText) => AlignedText {
  const map = parseCharacterMap(base64, where);
  return (source) => {
    const changes: Change[] = [];
    let changed = false;
    const offer = (part: string): boolean => {
      const found = lookUp(map, part);
      if (found === null) return false;
      changed = true;
      pushReplacement(changes, part, found);
      return true;
    };
    for (const cluster of clustersOf(source.text)) {
      if (Buffer.byteLength(cluster) < longClusterBytes && offer(cluster)) continue;
      for (const symbol of cluster) if (!offer(symbol)) changes.push([symbol, 0]);
    }
    return changed ? transformText(source, changes) : source;
  };
}

function clustersOf(text: string): Iterable<string> {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Inserts extra characters at the end. If characters are missing, the last one replaces the rest; if none is left, the
 *  character before does. */
function pushReplacement(changes: Change[], before: string, after: string): void {
  const symbols = [...after];
  const removed = [...before].length;
  symbols.forEach((symbol, index) => {
    changes.push([symbol, index < removed ? 0 : 1]);
  });
  const last = changes.at(-1);
  if (symbols.length < removed && last !== undefined) {
    changes[changes.length - 1] = [last[0], last[1] + symbols.length - removed];
  }
}

function parseCharacterMap(base64: string, where: string): CharacterMap {
  const bytes = Buffer.from(base64, 'base64');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const trieBytes = bytes.length < 4 ? 0 : view.getUint32(0, true);
  if (trieBytes === 0 || trieBytes % 4 !== 0 || trieBytes > bytes.length - 4) {
    throw new TokenizerFormatError(`${where} must be a SentencePiece character map in base64`);
  }
  const units = Uint32Array.from({ length: trieBytes / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
  return { units, replacements: bytes.subarray(4 + trieBytes) };
}

/** Replacement of the shortest entry that is a prefix of the key, or null. */
function lookUp({ units, replacements }: CharacterMap, key: string): string | null {
  let node = offsetOf(units[0]!);
  for (const symbol of key) {
    for (const byte of utf8Bytes(symbol.codePointAt(0)!)) {
      if (byte === 0) return null;
      node ^= byte;
      const unit = units[node];
      if (unit === undefined || (unit & 0x800000ff) !== byte) return null;
      node ^= offsetOf(unit);
      if ((unit >>> 8) & 1) return replacementAt(replacements, (units[node] ?? 0) & 0x7fffffff);
    }
  }
  return null;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

function replacementAt(replacements: Uint8Array, from: number): string {
  const end = replacements.indexOf(0, from);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(replacements.subarray(from, end < 0 ? undefined : end));
}
