const byBeginning: readonly (readonly [beginning: string, remark: string])[] = [
  ['version http', "is a Git LFS pointer, not the file itself: fetch it with 'git lfs pull'"],
  ['PK\x03\x04', 'is a zip archive, as PyTorch pickles are, not safetensors'],
  ['GGUF', 'is a GGUF file, not safetensors'],
  ['\x89HDF', 'is an HDF5 file, not safetensors'],
];

/** What a file of the wrong kind is, told by its beginning; undefined where unknown.
 *  `start` is its first bytes as Latin-1, or its text. */
export function foreignContent(start: string): string | undefined {
  if (/^(?:\ufeff|\xef\xbb\xbf)?\s*<[!a-z?]/i.test(start))
    return 'is a web page, not the file itself: download it again';
  if (isPickle(start)) return 'is a pickle, which is never opened, not safetensors';
  return byBeginning.find(([beginning]) => start.startsWith(beginning))?.[1];
}

/** A pickle begins with the opcode PROTO, 0x80, and a protocol number of 2 to 5. */
function isPickle(start: string): boolean {
  return start.startsWith('\x80') && start.charCodeAt(1) >= 2 && start.charCodeAt(1) <= 5;
}

/** Remark on data that begins with text, such as a server's message; undefined for other data. */
export function textInPlaceOfData(start: string): string | undefined {
  if (!/^[\x20-\x7e\r\n\t]{8}/.test(start)) return undefined;
  return `begins with the text '${start.slice(0, 40)}', so it is not safetensors: download it again`;
}
