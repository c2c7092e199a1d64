import type { CellEdit, Interventions } from '../core/interventions.ts';
import type { Model } from '../core/model.ts';
import type { ExplorerInputs } from './explorer-inputs.ts';

/** The new place of a token; null if it is gone. */
type Follow = (token: number) => number | null;

/** Moves interventions along with their tokens when the text is edited, and drops those of removed tokens. */
export function followInterventions({ interventions }: Pick<ExplorerInputs, 'interventions'>, follow: Follow): void {
  const { hiddenKeys, swappedValues, edits } = interventions.peek();
  if (hiddenKeys.length + edits.length === 0 && swappedValues === null) return;
  const tokens = swappedValues?.tokens.map(follow) ?? [];
  const [a, b] = tokens;
  const next = {
    hiddenKeys: hiddenKeys.flatMap((token) => follow(token) ?? []),
    swappedValues:
      swappedValues === null || a == null || b == null || a === b
        ? null
        : { ...swappedValues, tokens: [a, b] as const },
    edits: edits.flatMap((edit) => followEdit(edit, follow) ?? []),
  };
  const isSame = JSON.stringify(next) === JSON.stringify({ hiddenKeys, swappedValues, edits });
  if (!isSame) interventions.value = { ...interventions.peek(), ...next };
}

function followEdit(edit: CellEdit, follow: Follow): CellEdit | null {
  const row = follow(edit.row);
  const column = isByKey(edit) ? follow(edit.column) : edit.column;
  return row === null || column === null ? null : { ...edit, row, column };
}

/** Whether the columns of an edited stage are keys. */
export function isByKey({ stage }: Pick<CellEdit, 'stage'>): boolean {
  return stage === 'scores' || stage === 'attentionWeights';
}

/** The interventions that still apply after a change of model: none at tokens, as those differ. */
export function applicable(interventions: Interventions, model: Model): Interventions {
  const { ablatedHeads } = interventions;
  return {
    ...interventions,
    ablatedHeads: ablatedHeads.filter(
      ({ layer, head }) => head < (model.layers[layer]?.attention.numAttentionHeads ?? 0),
    ),
    hiddenKeys: [],
    swappedValues: null,
    edits: [],
  };
}
