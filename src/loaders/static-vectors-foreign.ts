const asText = "write it as text with gensim's save_word2vec_format";
const compressed = 'is compressed: unpack it first';

/** The beginnings of other kinds of files, one character a byte. */
const beginnings: readonly (readonly [beginning: string, remark: string])[] = [
  ['\x1f\x8b', 'is compressed (gzip): unpack it first, as with gunzip'],
  ['BZh', compressed],
  ['\xfd7zXZ', compressed],
  ['\x28\xb5\x2f\xfd', compressed],
  ['7z\xbc\xaf', compressed],
  ['PK\x03\x04', `is a zip archive: unpack it first; if PyTorch or NumPy wrote it, ${asText}`],
  ['\x93NUMPY', `is a NumPy array, which has no words: ${asText}`],
  ['\xba\x16\x4f\x2f', 'is a model of fastText: take the .vec file beside it'],
  ['\xff\xfe', 'is in UTF-16: UTF-8 is expected'],
  ['\xfe\xff', 'is in UTF-16: UTF-8 is expected'],
  ['version https://git-lfs', "is a Git LFS pointer, not the file itself: fetch it with 'git lfs pull'"],
];

/** What a file without word vectors is, told by its beginning; undefined where unknown. A GloVe word may look like a tag, such as
 *  <unk>. `start` is its first bytes as Latin-1. */
export function notVectors(start: string): string | undefined {
  if (/^(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml)/i.test(start))
    return 'is a web page, not the file itself: download it again';
  // The opcode PROTO and a protocol number of 2 to 5.
  if (start.startsWith('\x80') && start.charCodeAt(1) >= 2 && start.charCodeAt(1) <= 5)
    return `is a pickle, as gensim's own save() writes, which is never opened: ${asText}`;
  return beginnings.find(([beginning]) => start.startsWith(beginning))?.[1];
}
