/** Offsets of the words of a file. It keeps hashes, 16 to 32 bytes a word of any length; the file itself tells words with equal
 *  hashes apart. */
export interface WordIndex {
  /** Number of different words. */
  readonly count: number;
  /** Adds a word and its offset; the first of equal words counts. */
  add(word: Uint8Array, offset: number): void;
  /** The offset of the word; null for an unknown word. */
  find(word: Uint8Array): number | null;
}

/** An index in open addressing. For equal hashes, `isWordAt` says whether the file has the word at the offset. */
export function createWordIndex(isWordAt: (word: Uint8Array, offset: number) => boolean): WordIndex {
  let hashes = new Uint32Array(1024);
  // Offset plus 1; 0 in a free slot.
  let ends = new Float64Array(hashes.length);
  let count = 0;

  /** The slot of the word, or the free one where it belongs. */
  function slotOf(word: Uint8Array, hash: number): number {
    let slot = hash & (hashes.length - 1);
    while (ends[slot] !== 0 && !(hashes[slot] === hash && isWordAt(word, ends[slot]! - 1))) {
      slot = (slot + 1) & (hashes.length - 1);
    }
    return slot;
  }

  function grow(): void {
    const [oldHashes, oldEnds] = [hashes, ends];
    hashes = new Uint32Array(2 * oldHashes.length);
    ends = new Float64Array(hashes.length);
    for (const [old, end] of oldEnds.entries()) {
      if (end === 0) continue;
      let slot = oldHashes[old]! & (hashes.length - 1);
      while (ends[slot] !== 0) slot = (slot + 1) & (hashes.length - 1);
      hashes[slot] = oldHashes[old]!;
      ends[slot] = end;
    }
  }

  return {
    get count() {
      return count;
    },
    add(word, offset) {
      if (4 * (count + 1) > 3 * hashes.length) grow();
      const hash = hashOf(word);
      const slot = slotOf(word, hash);
      if (ends[slot] !== 0) return;
      hashes[slot] = hash;
      ends[slot] = offset + 1;
      count += 1;
    },
    find(word) {
      const end = ends[slotOf(word, hashOf(word))]!;
      return end === 0 ? null : end - 1;
    },
  };
}

/** FNV-1a over the bytes, mixed once more so that the low bits depend on every byte (MurmurHash3's finalizer). */
function hashOf(word: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
