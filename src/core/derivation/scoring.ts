import type { Interventions } from '../interventions.ts';
import type { AttentionParameters } from '../model.ts';
import type { LayerStage } from '../trace.ts';

/** What happens to q·k on its way to the softmax. */
export interface Scoring {
  /** Whether a factor other than 1 multiplies it. */
  readonly isScaled: boolean;
  /** Whether a position term or a soft cap changes it further. */
  readonly isShifted: boolean;
  /** Whether a mask or the reader can hide keys. */
  readonly isMasked: boolean;
}

/** `attention` has a scale of 1 if the reader left it out. */
export function scoringOf(
  attention: Pick<AttentionParameters, 'scoreScale' | 'positionTerms' | 'softCap' | 'isCausal' | 'window'>,
  { scaleFactor, mask, hiddenKeys }: Pick<Interventions, 'scaleFactor' | 'mask' | 'hiddenKeys'>,
): Scoring {
  return {
    isScaled: attention.scoreScale * scaleFactor !== 1,
    isShifted: attention.positionTerms !== null || attention.softCap !== null,
    isMasked: attention.isCausal || attention.window !== null || mask === 'causal' || hiddenKeys.length > 0,
  };
}

/** Whether a stage differs from the one before it; where it does not, explanations leave it out. */
export function changesScores(stage: LayerStage, { isScaled, isShifted, isMasked }: Scoring): boolean {
  if (stage === 'scaledScores') return isScaled || isShifted;
  return stage !== 'maskedScores' || isMasked;
}

/** The last stage before the softmax that differs from the one before it; `isMasked` false: before the mask. */
export function lastScores(scoring: Scoring): 'maskedScores' | 'scaledScores' | 'scores' {
  if (scoring.isMasked) return 'maskedScores';
  return changesScores('scaledScores', scoring) ? 'scaledScores' : 'scores';
}

/** The stage itself, or the one before it with the same numbers. */
export function distinctStage(stage: LayerStage, scoring: Scoring): LayerStage {
  if (changesScores(stage, scoring)) return stage;
  return stage === 'maskedScores' ? lastScores(scoring) : 'scores';
}

/** The name of what the softmax reads, before any mask: q·k itself, a scaled score, or a score that is not scaled. */
export function scoreName({ isScaled, isShifted }: Scoring): 'q·k' | 'scaled score' | 'score' {
  if (isScaled) return 'scaled score';
  return isShifted ? 'score' : 'q·k';
}
