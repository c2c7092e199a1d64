// The part of the WebAssembly interface that we use: TypeScript has these types only in its `dom` library.
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer;
    /** Adds pages of 64 KB and detaches the old buffer.  @throws RangeError when memory runs out. */
    grow(pages: number): number;
  }

  const Module: new (bytes: Uint8Array<ArrayBuffer>) => Module;

  class Instance {
    constructor(module: Module, imports: { attnscope: { memory: Memory } });
    readonly exports: Readonly<Record<string, unknown>>;
  }

  function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}
