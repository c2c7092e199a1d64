import type { EditableStage } from '../../core/interventions.ts';
import type { AttentionParameters, Lesson } from '../../core/model.ts';
import type { LayerTrace } from '../../core/trace.ts';
import type { CommonInput } from '../kit/inputs.ts';
import { scoreFormula } from '../kit/score-formula.ts';

/** The steps of attention, in the order of the computation. */
export type StepName =
  | 'embeddings'
  | 'projection'
  | 'rotation'
  | 'scores'
  | 'scale'
  | 'positions'
  | 'mask'
  | 'softmax'
  | 'values'
  | 'concat'
  | 'output'
  | 'residual';

export interface Step {
  readonly name: StepName;
  readonly title: string;
}

export interface StepsInput extends CommonInput {
  readonly layer: LayerTrace;
  readonly attention: AttentionParameters;
  readonly scaleFactor: number;
  readonly lesson: Lesson | null;
  /** What the head's context is replaced by; null: it is its own. */
  readonly replacedBy: 'zero' | 'mean' | null;
  /** Stages of the head in which numbers were typed. */
  readonly typed: readonly EditableStage[];
  /** Whether two tokens have each other's value vectors. */
  readonly hasSwap: boolean;
  /** How the key of an action is written. */
  keyOf(action: string): string;
}

/** The pane beside the step-through in which the numbers of a step stand; the others are in the step-through alone. */
export const paneOfStep: Readonly<Partial<Record<StepName, 'attention' | 'qkv'>>> = {
  projection: 'qkv',
  rotation: 'qkv',
  scores: 'qkv',
  softmax: 'attention',
  values: 'attention',
};

/** The steps that the model has: one that does not rotate, scale or mask goes on to the next. */
export function stepsOf({
  layer,
  attention,
  scaleFactor,
}: Pick<StepsInput, 'layer' | 'attention' | 'scaleFactor'>): readonly Step[] {
  const scaling = scoreFormula({ ...attention, positionTerms: null, softCap: null }, scaleFactor).trim();
  const steps: readonly (Step | null)[] = [
    { name: 'embeddings', title: 'embeddings' },
    { name: 'projection', title: 'Q, K, V' },
    layer.rotatedQ === null ? null : { name: 'rotation', title: 'rotation' },
    { name: 'scores', title: 'scores' },
    scaling === '' ? null : { name: 'scale', title: scaling },
    attention.positionTerms === null && attention.softCap === null
      ? null
      : { name: 'positions', title: attention.positionTerms === null ? 'soft cap' : 'positions' },
    layer.maskedScores.data.includes(-Infinity) ? { name: 'mask', title: 'mask' } : null,
    { name: 'softmax', title: 'softmax' },
    { name: 'values', title: '× V' },
    { name: 'concat', title: 'concat' },
    layer.attentionOutput === null ? null : { name: 'output', title: '× W_O' },
    layer.residMid === null ? null : { name: 'residual', title: 'residual' },
  ];
  return steps.filter((step) => step !== null);
}
