import type { FunctionKernels, ProductKernel } from './kernel-types.ts';
import { functionKernel, type KernelBuild, kernelBuild, productKernel } from './kernels.ts';
import type { ProductTeam } from './product-team.ts';

const pageBytes = 65536;
const mostPages = 65536;
/** Blocks begin at cache lines. */
const alignBytes = 64;

/** One WebAssembly memory: permanent blocks, and above them a scratch area that all products reuse. */
export class KernelMemory {
  readonly #memory: WebAssembly.Memory;
  #floats: Float32Array;
  readonly #team: ProductTeam | null;
  #usedBytes = 0;
  /** End of the bytes that may no longer be zero. */
  #touchedBytes = 0;
  readonly #functions: { -readonly [Name in keyof FunctionKernels]?: FunctionKernels[Name] } = {};
  #kernel: { readonly build: KernelBuild; readonly product: ProductKernel } | undefined;

  /** With a team, the threads share the products that are large enough. */
  constructor(team: ProductTeam | null = null) {
    this.#team = team;
    this.#memory = new WebAssembly.Memory(
      team === null ? { initial: 1 } : { initial: 1, maximum: mostPages, shared: true },
    );
    this.#floats = new Float32Array(this.#memory.buffer);
  }

  /** Bytes of all blocks. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Takes a permanent block of zeros; returns its byte address.  @throws RangeError when memory runs out. */
  allocate(sizeBytes: number): number {
    const address = this.#usedBytes;
    const end = Math.ceil((address + sizeBytes) / alignBytes) * alignBytes;
    this.#reserve(end);
    this.#usedBytes = end;
    const touched = Math.min(end, this.#touchedBytes) - address;
    if (touched > 0) this.floats(address, touched / 4).fill(0);
    this.#touchedBytes = Math.max(end, this.#touchedBytes);
    return address;
  }

  /** Reserves `sizeBytes` of scratch; returns its byte address. The next product or block overwrites it. */
  scratch(sizeBytes: number): number {
    const end = this.#usedBytes + sizeBytes;
    this.#reserve(end);
    this.#touchedBytes = Math.max(end, this.#touchedBytes);
    return this.#usedBytes;
  }

  /** The numbers from a byte address on, as a view that is valid until the next block or scratch area. */
  floats(address: number, count: number): Float32Array {
    return this.#floats.subarray(address / 4, address / 4 + count);
  }

  get product(): ProductKernel {
    const build = kernelBuild();
    if (this.#kernel?.build !== build) {
      const own = productKernel(this.#memory);
      this.#kernel = { build, product: this.#team?.productOver(this.#memory, own) ?? own };
    }
    return this.#kernel.product;
  }

  /** An activation or the softmax, for numbers in the scratch area. */
  functionKernel<Name extends keyof FunctionKernels>(name: Name): FunctionKernels[Name] {
    const known = this.#functions[name];
    if (known !== undefined) return known;
    const kernel = functionKernel(this.#memory, name);
    this.#functions[name] = kernel;
    return kernel;
  }

  #reserve(endBytes: number): void {
    const missing = Math.ceil((endBytes - this.#memory.buffer.byteLength) / pageBytes);
    if (missing <= 0) return;
    try {
      this.#memory.grow(missing);
    } catch {
      throw new RangeError(`not enough memory: needs ${Math.ceil(endBytes / 1e6)} MB in one piece`);
    }
    this.#floats = new Float32Array(this.#memory.buffer);
  }
}

let work: KernelMemory | undefined;

/** The memory for computations that keep no matrix: all of it is scratch. */
export function workMemory(): KernelMemory {
  work ??= new KernelMemory();
  return work;
}
