const root = 0;
const none = -1;

/** Prefix tree over code points whose nodes are numbers, so that building it for thousands of pieces is cheap. */
export class PieceTrie {
  readonly #parents: Int32Array;
  readonly #symbols: Int32Array;
  readonly #pieceIds: Int32Array;
  /** Open-addressed table from (parent, symbol) to node; 0, which is the root and no one's child, marks a free slot. */
  readonly #slots: Int32Array;
  readonly #slotMask: number;
  #nodeCount = 1;

  /** Makes room for pieces of `totalLength` UTF-16 units together. */
  constructor(totalLength: number) {
    const capacity = totalLength + 1;
    this.#parents = new Int32Array(capacity);
    this.#symbols = new Int32Array(capacity);
    this.#pieceIds = new Int32Array(capacity).fill(none);
    const slotCount = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.#slots = new Int32Array(slotCount);
    this.#slotMask = slotCount - 1;
  }

  get root(): number {
    return root;
  }

  /** Adds a piece; of two equal pieces the later one stays. */
  insert(piece: string, id: number): void {
    let node = root;
    for (let i = 0; i < piece.length; i += 1) {
      const symbol = piece.codePointAt(i)!;
      if (symbol > 0xffff) i += 1;
      node = this.#childOrNew(node, symbol);
    }
    if (node !== root) this.#pieceIds[node] = id;
  }

  /** The node one symbol further, or -1. */
  child(node: number, symbol: number): number {
    const found = this.#slots[this.#slotOf(node, symbol)]!;
    return found === 0 ? none : found;
  }

  /** Id of the piece that ends at the node, or -1. */
  pieceId(node: number): number {
    return this.#pieceIds[node]!;
  }

  #childOrNew(node: number, symbol: number): number {
    const slot = this.#slotOf(node, symbol);
    const found = this.#slots[slot]!;
    if (found !== 0) return found;
    const created = this.#nodeCount;
    this.#nodeCount += 1;
    this.#parents[created] = node;
    this.#symbols[created] = symbol;
    this.#slots[slot] = created;
    return created;
  }

  #slotOf(node: number, symbol: number): number {
    let slot = (Math.imul(node, 0x9e3779b1) ^ Math.imul(symbol, 0x85ebca6b)) >>> 7;
    for (;;) {
      slot &= this.#slotMask;
      const found = this.#slots[slot]!;
      if (found === 0 || (this.#parents[found] === node && this.#symbols[found] === symbol)) return slot;
      slot += 1;
    }
  }
}
