import type { SavedState } from '../../src/app/state-fields.ts';
import type { editableStages } from '../../src/core/interventions.ts';

/** What form 1 leaves out, written down: it may not follow defaults that change. */
const earliest = {
  ...{ model: 'use-lite', text: '', other: null, pair: null, target: null },
  ...{ part: 'encoder', layer: 0, head: 0, query: null, key: null, matrix: 'q', dimension: 0 },
  ...{ pane: 'attention', lens: 'weights', step: 0, sortBy: 'place', traceFrom: 'attentionWeights' },
  ...{ mask: 'none', isUnscaled: false, scaleFactor: 1, ablatedHeads: [], ablation: 'zero' },
  ...{ hiddenKeys: [], swappedValues: null, edits: [], isRenormalised: false },
} satisfies Partial<SavedState>;

/** The fields of a state in which one number is edited; cell is [layer, head, row, column], 0 where left out. */
export const editOf = (stage: (typeof editableStages)[number], cell: readonly number[], value = 1) => {
  const [layer = 0, head = 0, row = 0, column = 0] = cell;
  return { edits: [{ stage, layer, head, row, column, value }] };
};

/** Fields that lines from before them leave out. */
export const addedLater = {
  ...{ appended: [], appendedTarget: [], isDifferenceInFront: false, sweepMeasure: null },
  ...{ tracePath: [], traceOperand: 0 },
} satisfies Partial<SavedState>;
export const initial: SavedState = { ...earliest, ...addedLater };
export const stateOf = (changes: Partial<SavedState>): SavedState => ({ ...initial, ...changes });
