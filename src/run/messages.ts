import type { Prediction } from '../core/chain/language-head.ts';
import type { HeadIndex, Interventions } from '../core/interventions.ts';
import type { HeadEffect } from '../core/measures/ablation-effect.ts';
import type { AttentionPart, LayerStage } from '../core/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Study, StudyQuestion } from './study-question.ts';

/** What the thread of the screen asks of the one that computes. */
export type Question =
  | {
      readonly kind: 'load';
      readonly directory: string;
      readonly name: string;
      readonly revectorize: boolean;
      readonly secondThread: boolean;
    }
  | ComputeQuestion
  | SweepQuestion
  /** The run that is under way is of no use any more. */
  | { readonly kind: 'stop' };

export interface ComputeQuestion {
  readonly kind: 'compute';
  /** Counts the questions: an answer to an older one is not used. */
  readonly run: number;
  readonly tokens: NumberedTokens;
  readonly targetTokens: NumberedTokens;
  /** The second sentence; null: there is none. */
  readonly otherTokens: NumberedTokens | null;
  readonly interventions: Interventions;
  readonly part: AttentionPart;
  /** The layer of which all stages are wanted. */
  readonly layer: number;
  /** Places of which predictions are wanted; none where the model makes none. */
  readonly predictionsAt: readonly number[];
  readonly study: StudyQuestion;
}

/** Every head switched off in turn, but for those that are in `known`. */
export interface SweepQuestion extends Pick<ComputeQuestion, 'tokens' | 'targetTokens' | 'interventions'> {
  readonly kind: 'sweep';
  readonly run: number;
  /** The token whose results the effects are on. */
  readonly token: number;
  readonly known: readonly HeadIndex[];
}

export interface NumberedTokens {
  readonly ids: readonly (number | null)[];
  readonly typeIds: readonly number[] | null;
}

/** What comes back. */
export type Answer =
  | { readonly kind: 'loading'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly kind: 'loaded'; readonly model: unknown; readonly sizeBytes: number; readonly threads: number }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string }
  | { readonly kind: 'runFailed'; readonly run: number; readonly message: string }
  /** Share of the run's stages that are done, 0 to 1. */
  | { readonly kind: 'progress'; readonly run: number; readonly share: number }
  | { readonly kind: 'effect'; readonly run: number; readonly effect: HeadEffect }
  | ComputedAnswer;

/** Stages of one layer; those that were not asked for are not there. */
export type ShippedLayer = { readonly [Stage in LayerStage]?: Tensor | null };

export interface ComputedAnswer {
  readonly kind: 'computed';
  readonly run: number;
  readonly part: AttentionPart;
  /** Of the part that was asked for: the weights of every layer, all stages of the layer that was, or of all where they are small. */
  readonly layers: readonly ShippedLayer[];
  /** The weights of every layer of the second sentence; null: there was none. */
  readonly other: readonly ShippedLayer[] | null;
  readonly predictions: readonly { readonly at: number; readonly top: readonly Prediction[] }[];
  readonly study: Study;
  readonly elapsedMs: number;
}
