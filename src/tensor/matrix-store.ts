import { KernelMemory } from './kernel-memory.ts';
import { PanelMatrix, panelNumbers } from './panel-matrix.ts';
import type { ProductTeam } from './product-team.ts';
import { ShapeError } from './tensor.ts';

/** A memory of WebAssembly ends at 4 GB; above its matrices it needs room for products. */
const mostBytes = 3.5e9;
/** Matrices without a store of their own share memories of about this size, so that none is kept for long by a few others. */
const sharedBytes = 16e6;

/** The matrices of one model: as many memories as their size needs. The memories are freed, by the garbage collector, when neither
 *  the store nor a matrix of it is in use any more: a model with a store of its own leaves nothing behind. */
export interface MatrixStore {
  /** A matrix of zeros.  @throws ShapeError when it is larger than a memory can be.  @throws RangeError when memory runs out. */
  createMatrix(inWidth: number, outWidth: number): PanelMatrix;
  /** Bytes of all its matrices. */
  readonly sizeBytes: number;
}

export function createMatrixStore(team: ProductTeam | null = null): MatrixStore {
  const memories: KernelMemory[] = [];
  return {
    createMatrix(inWidth, outWidth) {
      const sizeBytes = 4 * panelNumbers(inWidth, outWidth);
      if (sizeBytes > mostBytes) {
        throw new ShapeError(`a matrix of ${inWidth} × ${outWidth} is larger than ${mostBytes / 1e9} GB`);
      }
      let memory = memories.at(-1);
      if (memory === undefined || memory.usedBytes + sizeBytes > mostBytes) {
        memory = new KernelMemory(team);
        memories.push(memory);
      }
      return new PanelMatrix(inWidth, outWidth, memory);
    },
    get sizeBytes() {
      return memories.reduce((sum, { usedBytes }) => sum + usedBytes, 0);
    },
  };
}

let shared: MatrixStore | undefined;

/** The store of matrices that belong to no model. */
export function sharedStore(): MatrixStore {
  if (shared === undefined || shared.sizeBytes > sharedBytes) shared = createMatrixStore();
  return shared;
}
