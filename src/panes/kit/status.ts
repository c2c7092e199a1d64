import type { EditableStage, Interventions } from '../../core/interventions.ts';
import type { AttentionParameters } from '../../core/model.ts';
import type { LayerTrace } from '../../core/trace.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import type { Selection } from '../../explorer/selection.ts';
import type { TokenView } from '../../explorer/token-view.ts';
import { dim, type Tensor } from '../../tensor/tensor.ts';
import { layerOf, parametersIn } from './inputs.ts';
import { headName, isSameHead } from './names.ts';

/** What describes the selected cell. */
export interface StatusInput {
  readonly layer: LayerTrace;
  readonly attention: AttentionParameters;
  /** The changes that act on the shown attention. */
  readonly interventions: Interventions;
  readonly text: string;
  /** Rows and columns: the same tokens except in attention to another text. */
  readonly queries: readonly TokenView[];
  readonly keys: readonly TokenView[];
  readonly selection: Selection;
  /** Which of two sentences the numbers belong to; null: there is only one. */
  readonly sentence: 'A' | null;
}

export function statusInput(explorer: Explorer): StatusInput {
  const { inputs, tokens, selection, partInterventions } = explorer;
  return {
    ...tokens.value,
    layer: layerOf(explorer),
    attention: parametersIn(explorer),
    interventions: partInterventions.value,
    selection: selection.value,
    sentence: inputs.sentenceB.value === null ? null : 'A',
  };
}

export function at(matrix: Tensor, head: number, row: number, column: number): number {
  return matrix.data[(head * dim(matrix, 1) + row) * dim(matrix, 2) + column] ?? Number.NaN;
}

/** `A · L0 H3 · ` */
export function place({ selection, sentence }: StatusInput): string {
  return `${sentence === null ? '' : `${sentence} · `}${headName(selection)} · `;
}

/** Whether a number of the selected head was typed. */
export function isTyped(
  { interventions, selection }: StatusInput,
  stage: EditableStage,
  row: number,
  column: number,
): boolean {
  return interventions.edits.some(
    (one) => one.stage === stage && isSameHead(one, selection) && one.row === row && one.column === column,
  );
}
