import type { TokenInput } from '../core/chain/embedding.ts';
import type { Prediction } from '../core/chain/language-head.ts';
import type { Interventions } from '../core/interventions.ts';
import type { HeadEffect } from '../core/measures/ablation-effect.ts';
import type { AttentionPart, LayerStage } from '../core/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Answers, Need, StudyPlaces, SweepQuestion } from './run.ts';

/** What the thread of the screen asks of the one that computes; plain data and tensors, so that any line can carry it. */
export type Question =
  | LoadQuestion
  | ComputeQuestion
  | SweepMessage
  /** The run that is under way is not needed any more. */
  | { readonly kind: 'stop' };

export interface LoadQuestion {
  readonly kind: 'load';
  readonly directory: string;
  readonly name: string;
  readonly revectorize: boolean;
  /** Whether a second thread may be tried for the products. */
  readonly secondThread: boolean;
}

export interface ComputeQuestion {
  readonly kind: 'compute';
  /** Counts the questions: an answer to an older one is dropped. */
  readonly run: number;
  readonly tokens: TokenInput;
  readonly targetTokens: TokenInput;
  /** The second sentence; null: there is none. */
  readonly otherTokens: TokenInput | null;
  readonly interventions: Interventions;
  readonly part: AttentionPart;
  /** The layer of which all stages are wanted. */
  readonly layer: number;
  /** Tokens whose predictions are wanted; none where the model makes none. */
  readonly predictionsAt: readonly number[];
  readonly needs: readonly Need[];
  /** Those that a need asks for. */
  readonly places: Partial<StudyPlaces>;
}

export interface SweepMessage extends SweepQuestion {
  readonly kind: 'sweep';
  readonly run: number;
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

/** Stages of one layer; those that were not asked for are missing. */
export type ShippedLayer = { readonly [Stage in LayerStage]?: Tensor | null };

export interface ComputedAnswer {
  readonly kind: 'computed';
  readonly run: number;
  /** Of the part that was asked for: the weights of every layer; all stages of the wanted layer, or of all where they are small. */
  readonly layers: readonly ShippedLayer[];
  /** The weights of every layer of the second sentence; null: there was none. */
  readonly other: readonly ShippedLayer[] | null;
  readonly predictions: readonly { readonly at: number; readonly top: readonly Prediction[] }[];
  readonly answers: Answers;
  readonly elapsedMs: number;
}
