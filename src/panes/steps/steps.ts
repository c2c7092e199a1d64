import type { EditableStage } from '../../core/interventions.ts';
import type { AttentionParameters, Lesson } from '../../core/model.ts';
import type { LayerStage, LayerTrace } from '../../core/trace.ts';
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
  /** What replaces the head's context; null: nothing. */
  readonly replacedBy: 'zero' | 'mean' | null;
  /** Stages of the head with typed numbers. */
  readonly typed: readonly EditableStage[];
  readonly hasSwap: boolean;
  /** The key of an action, as the screen writes it. */
  keyOf(action: string): string;
}

/** The other pane that shows the numbers of a step; only the step-through shows the rest. */
export const paneOfStep: Readonly<Partial<Record<StepName, 'attention' | 'qkv'>>> = {
  projection: 'qkv',
  rotation: 'qkv',
  scores: 'qkv',
  softmax: 'attention',
  values: 'attention',
};

/** The stage whose number a step shows. */
export const stageOfStep: Readonly<Record<StepName, LayerStage>> = {
  embeddings: 'residPre',
  projection: 'q',
  rotation: 'rotatedQ',
  scores: 'scores',
  scale: 'scaledScores',
  positions: 'scaledScores',
  mask: 'maskedScores',
  softmax: 'attentionWeights',
  values: 'context',
  concat: 'concat',
  output: 'attentionOutput',
  residual: 'residMid',
};

/** The steps of this model: without rotation, scale or mask it skips them. */
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
