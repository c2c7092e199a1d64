import { setFlagsFromString } from 'node:v8';
import { kernelModules } from './kernel-modules.ts';
import { isFaster, type KernelMaker, runThroughTiles } from './kernel-trial.ts';
import type { FunctionKernels, ProductKernel } from './kernel-types.ts';

/** What the kernels may use. They skip what the machine or the runtime lacks. */
export interface KernelOptions {
  /** Relaxed SIMD's multiply-add, which rounds once if the processor can. */
  readonly relaxed: boolean;
  /** V8's experimental revectorizer, which joins two 128-bit instructions into one of 256 bits.
   *  Used only if a test at start shows identical results in less time. */
  readonly revectorize: boolean;
}

/** The builds of the product. All read the same panels. */
export type KernelBuild = 'rounded' | 'relaxed' | 'rounded, 256 bits' | 'relaxed, 256 bits';

interface Compiled {
  readonly build: KernelBuild;
  readonly make: KernelMaker;
}

/** The module of each build over a memory that threads share. */
const sharedTwins = {
  rounded: 'roundedShared',
  relaxed: 'relaxedShared',
  'rounded, 256 bits': 'roundedWideShared',
  'relaxed, 256 bits': 'relaxedWideShared',
} as const satisfies Record<KernelBuild, keyof typeof kernelModules>;

let options: KernelOptions = { relaxed: true, revectorize: true };
let chosen: Compiled | undefined;
let shared: { readonly build: KernelBuild; readonly module: WebAssembly.Module } | undefined;
let functions: WebAssembly.Module | undefined;
const compiledFunctions = new Set<keyof FunctionKernels>();

/** Sets what the kernels may use from now on, also for existing matrices. */
export function configureKernels(changed: Partial<KernelOptions>): void {
  options = { ...options, ...changed };
  chosen = undefined;
}

/** The build in use. The first call compiles it and tests the 256-bit one: about 10 ms. */
export function kernelBuild(): KernelBuild {
  chosen ??= choose();
  return chosen.build;
}

/** The product over a memory, valid until `kernelBuild()` changes. */
export function productKernel(memory: WebAssembly.Memory): ProductKernel {
  chosen ??= choose();
  return isShared(memory) ? instantiateProduct(sharedModule(), memory) : chosen.make(memory);
}

/** The product's module over a shared memory, from which another thread instantiates its own kernel. */
export function sharedModule(): WebAssembly.Module {
  const build = kernelBuild();
  if (shared?.build !== build) shared = { build, module: compileShared(build) };
  return shared.module;
}

export function instantiateProduct(module: WebAssembly.Module, memory: WebAssembly.Memory): ProductKernel {
  return instantiate(module, memory).product as ProductKernel;
}

function compileShared(build: KernelBuild): WebAssembly.Module {
  const compileNow = () => {
    const module = new WebAssembly.Module(decode(sharedTwins[build]));
    withOptimizingCompiler(() => runThroughTiles((memory) => instantiateProduct(module, memory), 'shared'));
    return module;
  };
  return build.endsWith('256 bits') ? withRevectorizer(compileNow) : compileNow();
}

function isShared({ buffer }: WebAssembly.Memory): boolean {
  return buffer instanceof SharedArrayBuffer;
}

/** An activation or the softmax over a memory. */
export function functionKernel<Name extends keyof FunctionKernels>(
  memory: WebAssembly.Memory,
  name: Name,
): FunctionKernels[Name] {
  functions ??= new WebAssembly.Module(decode('functions'));
  if (!compiledFunctions.has(name)) {
    const numbers = new WebAssembly.Memory({ initial: 1 });
    const kernel = instantiate(functions, numbers)[name] as FunctionKernels[Name];
    withOptimizingCompiler(() => kernel(0, 16));
    compiledFunctions.add(name);
  }
  return instantiate(functions, memory)[name] as FunctionKernels[Name];
}

function choose(): Compiled {
  const relaxed = options.relaxed && WebAssembly.validate(decode('relaxed'));
  const narrow = relaxed ? compile('relaxed', 'relaxed') : compile('rounded', 'rounded');
  if (options.revectorize && canRevectorize()) {
    const wide = withRevectorizer(() => {
      const compiled = relaxed
        ? compile('relaxed, 256 bits', 'relaxedWide')
        : compile('rounded, 256 bits', 'roundedWide');
      return isBetter(narrow.make, compiled.make) ? compiled : null;
    });
    if (wide !== null) return wide;
  }
  withOptimizingCompiler(() => runThroughTiles(narrow.make));
  return narrow;
}

/** True when the second kernel is faster and gives bit-identical results. */
function isBetter(narrow: KernelMaker, wide: KernelMaker): boolean {
  const bits = withOptimizingCompiler(() => runThroughTiles(wide));
  if (!withOptimizingCompiler(() => isFaster(narrow, wide))) return false;
  // The baseline compiler handles the tiles that were not timed: for so few numbers that is quicker.
  return Buffer.compare(bits, runThroughTiles(narrow)) === 0;
}

function compile(build: KernelBuild, name: keyof typeof kernelModules): Compiled {
  const module = new WebAssembly.Module(decode(name));
  return { build, make: (memory) => instantiateProduct(module, memory) };
}

/** True if V8 has the flag: on x86-64, from Node 24 on. */
function canRevectorize(): boolean {
  return process.arch === 'x64' && Number.parseInt(process.versions.node, 10) >= 24;
}

function withRevectorizer<T>(work: () => T): T {
  return withFlag('experimental-wasm-revectorize', true, work);
}

/** Runs `work` with V8's optimizing compiler only (1–5 ms per module). The baseline compiler's code is many times slower,
 *  and V8 replaces it only after some use. */
function withOptimizingCompiler<T>(work: () => T): T {
  return withFlag('liftoff', false, work);
}

/** Flips a V8 flag from its default while `work` runs. */
function withFlag<T>(name: string, on: boolean, work: () => T): T {
  setFlagsFromString(on ? `--${name}` : `--no-${name}`);
  try {
    return work();
  } finally {
    setFlagsFromString(on ? `--no-${name}` : `--${name}`);
  }
}

function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): WebAssembly.Instance['exports'] {
  return new WebAssembly.Instance(module, { attnscope: { memory } }).exports;
}

function decode(name: keyof typeof kernelModules): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(kernelModules[name], 'base64'));
}
