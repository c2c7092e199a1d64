import type { CellPlace, DerivedStage } from './derivation.ts';
import { scoringIn } from './names.ts';
import { scoreName } from './scoring.ts';
import type { DerivationSource } from './source.ts';

/** The stages in words. */
const titles: Readonly<Record<DerivedStage, string>> = {
  tokenSum: 'sum of embeddings',
  projectedTokens: 'widened embedding',
  normedTokens: 'normed embedding',
  embedding: 'embedding',
  residPre: "layer's input",
  attentionInput: 'normed input',
  projectedQ: 'q before its norm',
  projectedK: 'k before its norm',
  q: 'q',
  k: 'k',
  v: 'v',
  rotatedQ: 'rotated q',
  rotatedK: 'rotated k',
  scores: 'q·k',
  relativeNorm: 'normed relative position',
  relativeKeys: 'relative position as key',
  relativeQueries: 'relative position as query',
  scaledScores: 'score',
  maskedScores: 'masked score',
  softmax: 'weight before typing',
  attentionWeights: 'weight',
  weightedValues: 'weights × V',
  context: 'context',
  concat: 'concat',
  attentionOutput: 'attention output',
  normedOutput: 'normed attention output',
  attentionSum: 'after attention',
  residMid: 'after attention',
  attended: 'normed after attention',
  forwardInput: 'normed feed-forward input',
  forwardUp: 'hidden before activation',
  forwardGate: 'gate before activation',
  forwardActivated: 'activation',
  forwardHidden: 'hidden layer',
  forwardDown: 'feed-forward output',
  forwardOutput: 'normed feed-forward output',
  forwardSum: 'after feed-forward',
  forwardLeft: 'normed after feed-forward',
  convolved: 'convolution',
  convolvedActivated: 'convolution after activation',
  convolvedSum: 'after convolution',
  residPost: "layer's output",
  finalNorm: 'final norm',
};

/** The stage of a number in words: a score that nothing scaled is no scaled score. */
export function stageTitle(source: DerivationSource, place: CellPlace): string {
  return place.stage === 'scaledScores' ? scoreName(scoringIn(source, place)) : titles[place.stage];
}
