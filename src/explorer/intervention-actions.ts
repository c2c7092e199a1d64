import {
  type CellEdit,
  type EditableStage,
  type Interventions,
  isAblated,
  noInterventions,
} from '../core/interventions.ts';
import type { Explorer } from './explorer.ts';
import { isByKey } from './intervention-places.ts';

/** What a reader can change in the computation, and take back. */
export interface InterventionActions {
  toggleMask(): void;
  /** Whatever the model scales its scores by, √d_k in most. */
  toggleScaling(): void;
  setScaleFactor(factor: number): void;
  /** The selected head. */
  toggleHead(): void;
  allHeadsOn(): void;
  /** Zeros or the mean replace heads that are off. */
  toggleAblation(): void;
  /** The selected key, hidden from all queries. */
  toggleKey(): void;
  showAllKeys(): void;
  /** Exchanges the value vectors of the selected query and key in the selected layer, or puts exchanged ones back.
   *  @returns why nothing can be exchanged; null: it was done */
  toggleSwap(): string | null;
  /** Why nothing can be exchanged; null: it can. */
  swapProblem(): string | null;
  /** The selected cell of a stage. */
  editedPlace(stage: EditableStage): Omit<CellEdit, 'value'>;
  /** Types a number into it; null restores the computed one. */
  editCell(stage: EditableStage, value: number | null): void;
  takeEditsBack(): void;
  toggleRenormalising(): void;
  resetInterventions(): void;
}

export function interventionActions({ inputs, selection, shown, tokens }: Explorer): InterventionActions {
  const { interventions } = inputs;
  const change = (changes: Partial<Interventions>) => {
    interventions.value = { ...interventions.peek(), ...changes };
  };
  // The changed token stays selected, even if another weight is the largest now.
  const pin = () => {
    const { query, key } = selection.peek();
    inputs.query.value = query;
    inputs.key.value = key;
  };
  const hasTokens = () => tokens.peek().queries.length > 0 && tokens.peek().keys.length > 0;
  const editedPlace = (stage: EditableStage): Omit<CellEdit, 'value'> => {
    const { layer, head, query, key, dimension } = selection.peek();
    if (isByKey({ stage })) return { stage, layer, head, row: query, column: key };
    const { headDim = 0, valueDim = 0 } = shown.peek().parameters[layer] ?? {};
    const column = Math.min(dimension, (stage === 'v' ? valueDim : headDim) - 1);
    return { stage, layer, head, row: stage === 'q' ? query : key, column };
  };
  const swapProblem = () => {
    if (interventions.peek().swappedValues !== null) return null;
    if (!hasTokens()) return 'there is no text yet, so there are no values to exchange';
    const { query, key } = selection.peek();
    return query === key ? 'query and key are the same token: select two tokens to exchange their values' : null;
  };
  return {
    toggleMask: () => change({ mask: interventions.peek().mask === 'none' ? 'causal' : 'none' }),
    toggleScaling: () => change({ isUnscaled: !interventions.peek().isUnscaled }),
    setScaleFactor: (scaleFactor) => change({ scaleFactor }),
    toggleHead: () => {
      const { layer, head } = selection.peek();
      const off = interventions.peek().ablatedHeads;
      change({
        ablatedHeads: isAblated(off, layer, head)
          ? off.filter((one) => one.layer !== layer || one.head !== head)
          : [...off, { layer, head }],
      });
    },
    allHeadsOn: () => change({ ablatedHeads: [] }),
    toggleAblation: () => change({ ablation: interventions.peek().ablation === 'zero' ? 'mean' : 'zero' }),
    toggleKey: () => {
      if (!hasTokens()) return;
      pin();
      const { key } = selection.peek();
      const hidden = interventions.peek().hiddenKeys;
      change({
        hiddenKeys: hidden.includes(key) ? hidden.filter((one) => one !== key) : [...hidden, key].sort((a, b) => a - b),
      });
    },
    showAllKeys: () => change({ hiddenKeys: [] }),
    swapProblem,
    toggleSwap: () => {
      const problem = swapProblem();
      if (problem !== null) return problem;
      const { layer, query, key } = selection.peek();
      const isSwapped = interventions.peek().swappedValues !== null;
      if (!isSwapped) pin();
      change({ swappedValues: isSwapped ? null : { layer, tokens: [query, key] } });
      return null;
    },
    editedPlace,
    editCell: (stage, value) => {
      if (!hasTokens()) return;
      pin();
      const place = editedPlace(stage);
      const others = interventions.peek().edits.filter((one) => !isSamePlace(one, place));
      change({ edits: value === null ? others : [...others, { ...place, value }] });
    },
    takeEditsBack: () => change({ edits: [] }),
    toggleRenormalising: () => change({ isRenormalised: !interventions.peek().isRenormalised }),
    resetInterventions: () => {
      interventions.value = noInterventions;
    },
  };
}

function isSamePlace(a: Omit<CellEdit, 'value'>, b: Omit<CellEdit, 'value'>): boolean {
  return a.stage === b.stage && a.layer === b.layer && a.head === b.head && a.row === b.row && a.column === b.column;
}
