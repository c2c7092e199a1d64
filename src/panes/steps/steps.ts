import type { EditableStage } from '../../core/interventions.ts';
import { type NormName, normNames, type TokenSteps } from '../../core/measures/token-steps.ts';
import type { AttentionParameters, EmbeddingParameters, LayerParameters, Lesson, Norm } from '../../core/model.ts';
import type { AttentionPart, LayerStage, LayerTrace } from '../../core/trace.ts';
import type { CommonInput } from '../kit/inputs.ts';
import { scoreFormula } from '../kit/score-formula.ts';

/** The steps that mix tokens, with what leads to them. */
export type AttentionStep =
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
  | 'output';

/** The steps that each token takes by itself, and the convolution that some models have. */
export type TokenStep = NormName | 'residual' | 'feedForward' | 'feedForwardResidual' | 'convolution' | 'layerOutput';

export type StepName = AttentionStep | TokenStep;

export interface Step {
  readonly name: StepName;
  readonly title: string;
}

export interface StepsInput extends CommonInput {
  readonly layer: LayerTrace;
  readonly attention: AttentionParameters;
  readonly scaleFactor: number;
  /** The whole layer, and where it stands. */
  readonly parameters: LayerParameters;
  readonly part: AttentionPart;
  readonly isLast: boolean;
  readonly embedding: EmbeddingParameters;
  /** The selected query's steps outside of the attention; null: not computed yet. */
  readonly tokenSteps: TokenSteps | null;
  readonly lesson: Lesson | null;
  /** What replaces the head's context; null: nothing. */
  readonly replacedBy: 'zero' | 'mean' | null;
  /** Stages of the head with typed numbers. */
  readonly typed: readonly EditableStage[];
  readonly hasSwap: boolean;
}

type Shape = Pick<StepsInput, 'layer' | 'attention' | 'scaleFactor' | 'parameters' | 'part'>;

/** The other pane that shows the numbers of a step; only the step-through shows the rest. */
export const paneOfStep: Readonly<Partial<Record<StepName, 'attention' | 'qkv'>>> = {
  projection: 'qkv',
  rotation: 'qkv',
  scores: 'qkv',
  softmax: 'attention',
  values: 'attention',
};

/** The stage of the trace that a step shows or leads to. */
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
  attentionInput: 'residPre',
  attentionOutput: 'attentionOutput',
  attentionSum: 'residMid',
  feedForwardInput: 'residPost',
  feedForward: 'residPost',
  feedForwardOutput: 'residPost',
  feedForwardResidual: 'residPost',
  feedForwardSum: 'residPost',
  convolution: 'residPost',
  layerOutput: 'residPost',
};

/** Whether a cross-attention follows in the layer. */
export function goesOn({ parameters, part }: Pick<StepsInput, 'parameters' | 'part'>): boolean {
  return parameters.crossAttention !== null && part !== 'cross';
}

export function isNorm(name: StepName): name is NormName {
  return (normNames as readonly string[]).includes(name);
}

/** The steps of this layer in the order of its computation, without those that the model does not have. */
export function stepsOf(shape: Shape): readonly Step[] {
  const { layer, attention, scaleFactor, parameters } = shape;
  const scaling = scoreFormula({ ...attention, positionTerms: null, softCap: null }, scaleFactor).trim();
  const { isParallel, convolution } = parameters;
  const hasOutput = attention.wO !== null;
  const hasSum = hasOutput && attention.residual !== null;
  const forward = goesOn(shape) || !hasOutput ? null : parameters.feedForward;
  const step = (has: boolean, name: StepName, title: string = name): Step[] => (has ? [{ name, title }] : []);
  const norm = (one: Norm | null, name: NormName) =>
    step(one !== null, name, one?.kind === 'factor' ? 'factor' : 'norm');
  return [
    ...step(true, 'embeddings'),
    ...norm(attention.norm, 'attentionInput'),
    ...step(true, 'projection', 'Q, K, V'),
    ...step(layer.rotatedQ !== null, 'rotation'),
    ...step(true, 'scores'),
    ...step(scaling !== '', 'scale', scaling),
    ...step(attention.positionTerms !== null, 'positions'),
    ...step(attention.positionTerms === null && attention.softCap !== null, 'positions', 'soft cap'),
    ...step(layer.maskedScores.data.includes(-Infinity), 'mask'),
    ...step(true, 'softmax'),
    ...step(true, 'values', '× V'),
    ...step(true, 'concat'),
    ...step(hasOutput, 'output', '× W_O'),
    ...norm(hasOutput ? attention.outputNorm : null, 'attentionOutput'),
    ...step(hasSum && !isParallel, 'residual'),
    ...norm(hasSum ? attention.residualNorm : null, 'attentionSum'),
    ...norm(forward?.norm ?? null, 'feedForwardInput'),
    ...step(forward !== null, 'feedForward', 'feed-forward'),
    ...norm(forward?.outputNorm ?? null, 'feedForwardOutput'),
    ...step(forward !== null, 'feedForwardResidual', 'residual'),
    ...norm(isParallel ? null : (forward?.residualNorm ?? null), 'feedForwardSum'),
    ...step(hasOutput && !goesOn(shape) && convolution !== null, 'convolution'),
    ...step(hasOutput && !goesOn(shape), 'layerOutput', 'output of the layer'),
  ];
}
