// What is used of the WebAssembly JavaScript interface: TypeScript has its types only with those of a browser's documents.
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer;
    /** Adds pages of 64 KB; views of the old buffer become empty.  @throws RangeError when there is not so much memory. */
    grow(pages: number): number;
  }

  const Module: new (bytes: Uint8Array<ArrayBuffer>) => Module;

  class Instance {
    constructor(module: Module, imports: { attnscope: { memory: Memory } });
    readonly exports: Readonly<Record<string, unknown>>;
  }

  function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}
