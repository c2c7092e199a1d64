import type { SavedState } from '../../src/app/state-fields.ts';
import type { editableStages } from '../../src/core/interventions.ts';

/** The fields that form 1 omits, spelled out: they must not follow changing defaults. */
const earliest = {
  ...{ model: 'use-lite', text: '', other: null, pair: null, target: null },
  ...{ part: 'encoder', layer: 0, head: 0, query: null, key: null, matrix: 'q', dimension: 0 },
  ...{ pane: 'attention', lens: 'weights', step: 0, sortBy: 'place', traceFrom: 'attentionWeights' },
  ...{ mask: 'none', isUnscaled: false, scaleFactor: 1, ablatedHeads: [], ablation: 'zero' },
  ...{ hiddenKeys: [], swappedValues: null, edits: [], isRenormalised: false },
} satisfies Partial<SavedState>;

/** The fields of a state with one edited number. cell: [layer, head, row, column]; missing entries are 0. */
export const editOf = (stage: (typeof editableStages)[number], cell: readonly number[], value = 1) => {
  const [layer = 0, head = 0, row = 0, column = 0] = cell;
  return { edits: [{ stage, layer, head, row, column, value }] };
};

/** Fields that older lines lack. */
export const addedLater = {
  ...{ appended: [], appendedTarget: [], isDifferenceInFront: false, sweepMeasure: null },
  ...{ tracePath: [], traceOperand: 0 },
} satisfies Partial<SavedState>;
export const initial: SavedState = { ...earliest, ...addedLater };
export const stateOf = (changes: Partial<SavedState>): SavedState => ({ ...initial, ...changes });
