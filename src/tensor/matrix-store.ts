import { KernelMemory } from './kernel-memory.ts';
import { PanelMatrix, panelNumbers } from './panel-matrix.ts';
import type { ProductTeam } from './product-team.ts';
import { ShapeError } from './tensor.ts';

/** A WebAssembly memory holds 4 GB; products need the rest. */
const mostBytes = 3.5e9;
/** About the size of the memories for matrices without a store. Small memories are freed sooner. */
const sharedBytes = 16e6;

/** The matrices of one model, in as many memories as they need. The garbage collector frees the memories once nothing
 *  refers to the store or its matrices. */
export interface MatrixStore {
  /** Makes a matrix of zeros.  @throws ShapeError when no memory can hold it.  @throws RangeError when memory runs out. */
  createMatrix(inWidth: number, outWidth: number): PanelMatrix;
  /** Bytes of all matrices. */
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

/** The store for matrices that belong to no model. */
export function sharedStore(): MatrixStore {
  if (shared === undefined || shared.sizeBytes > sharedBytes) shared = createMatrixStore();
  return shared;
}
