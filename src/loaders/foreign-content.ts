const asText = "write it as text with gensim's save_word2vec_format";
const compressed = 'is compressed: unpack it first';
const gitLfs = "is a Git LFS pointer, not the file itself: fetch it with 'git lfs pull'";
const webPage = 'is a web page, not the file itself: download it again';
/** The opcode PROTO and a protocol number of 2 to 5. */
const pickle = ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'];

/** Remarks, each with the beginnings of its files, one character a byte. */
type Kinds = readonly (readonly [remark: string, ...beginnings: string[]])[];

const notWeights: Kinds = [
  ['is a pickle, which is never opened, not safetensors', ...pickle],
  [gitLfs, 'version http'],
  ['is a zip archive, as PyTorch pickles are, not safetensors', 'PK\x03\x04'],
  ['is a GGUF file, not safetensors', 'GGUF'],
  ['is an HDF5 file, not safetensors', '\x89HDF'],
];

const notVectors: Kinds = [
  [`is a pickle, as gensim's own save() writes, which is never opened: ${asText}`, ...pickle],
  [gitLfs, 'version https://git-lfs'],
  ['is compressed (gzip): unpack it first, as with gunzip', '\x1f\x8b'],
  [compressed, 'BZh', '\xfd7zXZ', '\x28\xb5\x2f\xfd', '7z\xbc\xaf'],
  [`is a zip archive: unpack it first; if PyTorch or NumPy wrote it, ${asText}`, 'PK\x03\x04'],
  [`is a NumPy array, which has no words: ${asText}`, '\x93NUMPY'],
  ['is a model of fastText: take the .vec file beside it', '\xba\x16\x4f\x2f'],
  ['is in UTF-16: UTF-8 is expected', '\xff\xfe', '\xfe\xff'],
];

/** Remark on a file that should hold JSON or safetensors; undefined for an unknown beginning.
 *  start: its first bytes as Latin-1, or its text. */
export function foreignContent(start: string): string | undefined {
  return /^(?:\ufeff|\xef\xbb\xbf)?\s*<[!a-z?]/i.test(start) ? webPage : remarkOn(start, notWeights);
}

/** Remark on a file that should hold word vectors; undefined for an unknown beginning.  start: its first bytes as Latin-1. */
export function foreignToVectors(start: string): string | undefined {
  // A word of GloVe may look like a tag, such as <unk>.
  return /^(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml)/i.test(start) ? webPage : remarkOn(start, notVectors);
}

function remarkOn(start: string, kinds: Kinds): string | undefined {
  return kinds.find(([, ...beginnings]) => beginnings.some((beginning) => start.startsWith(beginning)))?.[0];
}

/** Remark on data that begins with text, such as a server's message; undefined for other data. */
export function textInPlaceOfData(start: string): string | undefined {
  if (!/^[\x20-\x7e\r\n\t]{8}/.test(start)) return undefined;
  return `begins with the text '${start.slice(0, 40)}', so it is not safetensors: download it again`;
}
