/** Prefix tree over code points. Nodes are numbers; 0 is the root. */
export class PieceTrie {
  readonly #parents: Int32Array;
  readonly #symbols: Int32Array;
  readonly #pieceIds: Int32Array;
  /** Open-addressed table from (parent, symbol) to child; 0, the root, marks a free slot. */
  readonly #slots: Int32Array;

  /** Adds the pieces from `firstId` on. A piece's id is its index; of two equal pieces the later wins. */
  constructor(pieces: readonly string[], firstId: number) {
    // One loop over plain arrays: it runs once, at start, before the compiler optimizes small calls.
    let capacity = 1;
    for (const piece of pieces) capacity += piece.length;
    const slotCount = 2 ** Math.ceil(Math.log2(capacity * 1.3 + 1));
    const parents = new Int32Array(capacity);
    const symbols = new Int32Array(capacity);
    const pieceIds = new Int32Array(capacity);
    const slots = new Int32Array(slotCount);
    let nodeCount = 1;
    for (let id = firstId; id < pieces.length; id += 1) {
      const piece = pieces[id]!;
      let node = 0;
      for (let i = 0; i < piece.length; i += 1) {
        const symbol = piece.codePointAt(i)!;
        if (symbol > 0xffff) i += 1;
        let slot = slotHash(node, symbol) & (slotCount - 1);
        let child = slots[slot]!;
        while (child !== 0 && (parents[child] !== node || symbols[child] !== symbol)) {
          slot = (slot + 1) & (slotCount - 1);
          child = slots[slot]!;
        }
        if (child === 0) {
          child = nodeCount;
          nodeCount += 1;
          parents[child] = node;
          symbols[child] = symbol;
          slots[slot] = child;
        }
        node = child;
      }
      // Stores id + 1, so that 0 means "no piece". An empty piece matches nothing.
      if (node !== 0) pieceIds[node] = id + 1;
    }
    this.#parents = parents;
    this.#symbols = symbols;
    this.#pieceIds = pieceIds;
    this.#slots = slots;
  }

  /** The child of `node` for a symbol, or 0 when no piece continues that way. */
  child(node: number, symbol: number): number {
    const mask = this.#slots.length - 1;
    let slot = slotHash(node, symbol) & mask;
    let child = this.#slots[slot]!;
    while (child !== 0 && (this.#parents[child] !== node || this.#symbols[child] !== symbol)) {
      slot = (slot + 1) & mask;
      child = this.#slots[slot]!;
    }
    return child;
  }

  /** Id of the piece that ends at the node, or −1. */
  pieceId(node: number): number {
    return this.#pieceIds[node]! - 1;
  }
}

function slotHash(node: number, symbol: number): number {
  return (Math.imul(node, 0x9e3779b1) ^ Math.imul(symbol, 0x85ebca6b)) >>> 7;
}
