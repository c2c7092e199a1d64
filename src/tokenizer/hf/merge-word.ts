import type { MergeTable } from './merge-table.ts';
import type { Emit } from './model.ts';

/** The symbols of a word and the units that each covers. */
export interface Word {
  readonly ids: number[];
  readonly froms: number[];
  readonly tos: number[];
}

/** Merges neighbours, lowest rank first, leftmost first for equal ranks; then emits the remaining symbols.
 *  O(n log n): takes candidates from a heap and skips those whose symbols have changed. */
export function mergeWord({ ids, froms, tos }: Word, merges: MergeTable, emit: Emit): void {
  const count = ids.length;
  const next = Int32Array.from(ids, (_, i) => i + 1);
  const previous = Int32Array.from(ids, (_, i) => i - 1);
  const queue = new CandidateHeap();
  const offer = (left: number) => {
    const right = left < 0 ? count : next[left]!;
    if (right >= count) return;
    const rank = merges.rankOf(ids[left]!, ids[right]!);
    if (rank >= 0) queue.push(rank, left);
  };
  for (let left = 0; left + 1 < count; left += 1) offer(left);
  for (let left = queue.pop(); left >= 0; left = queue.pop()) {
    const right = next[left]!;
    // A symbol that was merged into its neighbour has id −1.
    if (ids[left]! < 0 || right >= count || merges.rankOf(ids[left]!, ids[right]!) !== queue.poppedRank) continue;
    ids[left] = merges.resultOf(queue.poppedRank);
    tos[left] = tos[right]!;
    ids[right] = -1;
    next[left] = next[right]!;
    if (next[right]! < count) previous[next[right]!] = left;
    offer(previous[left]!);
    offer(left);
  }
  for (let i = 0; i < count; i = next[i]!) emit(ids[i]!, froms[i]!, tos[i]!);
}

/** Binary heap of (rank, position), smallest first. */
class CandidateHeap {
  readonly #ranks: number[] = [];
  readonly #positions: number[] = [];
  poppedRank = -1;

  push(rank: number, position: number): void {
    let at = this.#ranks.length;
    this.#ranks.push(rank);
    this.#positions.push(position);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Removes the first candidate and returns its position, or −1 if there is none; sets `poppedRank`. */
  pop(): number {
    const last = this.#ranks.length - 1;
    if (last < 0) return -1;
    this.#swap(0, last);
    this.poppedRank = this.#ranks.pop()!;
    const position = this.#positions.pop()!;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < last && this.#before(child, least)) least = child;
      if (least === at) return position;
      this.#swap(at, least);
      at = least;
    }
  }

  #before(a: number, b: number): boolean {
    const difference = this.#ranks[a]! - this.#ranks[b]!;
    return difference < 0 || (difference === 0 && this.#positions[a]! < this.#positions[b]!);
  }

  #swap(a: number, b: number): void {
    const rank = this.#ranks[a]!;
    const position = this.#positions[a]!;
    this.#ranks[a] = this.#ranks[b]!;
    this.#positions[a] = this.#positions[b]!;
    this.#ranks[b] = rank;
    this.#positions[b] = position;
  }
}
