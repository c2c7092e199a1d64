/** A word and its values, as tests write them to a file. */
export type Entry = readonly [word: string | Uint8Array, ...values: number[]];

/** Lines of words and values in decimal; word2vec.c has a space at their ends. */
export function textOf(entries: readonly Entry[], { lineEnd = '\n', header = false } = {}): string {
  const dimension = (entries[0]?.length ?? 1) - 1;
  const lines = entries.map(([word, ...values]) => [word, ...values].join(' ') + lineEnd);
  return (header ? `${entries.length} ${dimension}${lineEnd}` : '') + lines.join('');
}

/** word2vec's binary form; `separator` is what comes after a vector: an end of line from word2vec.c, nothing from gensim. */
export function binaryOf(entries: readonly Entry[], { separator = '\n', count = entries.length } = {}): Buffer {
  const dimension = (entries[0]?.length ?? 1) - 1;
  const records = entries.flatMap(([word, ...values]) => [
    Buffer.from(word),
    Buffer.from(' '),
    Buffer.from(Float32Array.from(values).buffer),
    Buffer.from(separator),
  ]);
  return Buffer.concat([Buffer.from(`${count} ${dimension}\n`), ...records]);
}
