import type { TokenInput } from '../core/chain/embedding.ts';
import type { Prediction } from '../core/chain/language-head.ts';
import type { Interventions } from '../core/interventions.ts';
import type { HeadEffect } from '../core/measures/ablation-effect.ts';
import type { AttentionPart, LayerStage } from '../core/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Answers, AskedPlaces, Need, SweepQuestion } from './run.ts';

/** Messages to the computing thread: plain data and tensors, which any line can carry. */
export type Question =
  | LoadQuestion
  | ComputeQuestion
  | SweepMessage
  /** The current run is no longer needed. */
  | { readonly kind: 'stop' };

export interface LoadQuestion {
  readonly kind: 'load';
  readonly directory: string;
  readonly name: string;
  readonly revectorize: boolean;
  /** Whether to try a second thread for matrix products. */
  readonly secondThread: boolean;
}

export interface ComputeQuestion {
  readonly kind: 'compute';
  /** Number of the question: answers to older ones are dropped. */
  readonly run: number;
  readonly tokens: TokenInput;
  readonly targetTokens: TokenInput;
  /** The second sentence; null if there is none. */
  readonly otherTokens: TokenInput | null;
  readonly interventions: Interventions;
  readonly part: AttentionPart;
  /** The layer whose stages are all wanted. */
  readonly layer: number;
  /** Tokens whose predictions are wanted; empty if the model makes none. */
  readonly predictionsAt: readonly number[];
  readonly needs: readonly Need[];
  /** The places that the needs depend on. */
  readonly places: Partial<AskedPlaces>;
}

export interface SweepMessage extends SweepQuestion {
  readonly kind: 'sweep';
  readonly run: number;
}

/** Messages from the computing thread. */
export type Answer =
  | { readonly kind: 'loading'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly kind: 'loaded'; readonly model: unknown; readonly sizeBytes: number; readonly threads: number }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string }
  | { readonly kind: 'runFailed'; readonly run: number; readonly message: string }
  /** Share of the stages that are done, 0 to 1. */
  | { readonly kind: 'progress'; readonly run: number; readonly share: number }
  | { readonly kind: 'effect'; readonly run: number; readonly effect: HeadEffect }
  | ComputedAnswer;

/** Stages of one layer, without those that were not asked for. */
export type ShippedLayer = { readonly [Stage in LayerStage]?: Tensor | null };

export interface ComputedAnswer {
  readonly kind: 'computed';
  readonly run: number;
  /** The layers of the part: all stages of the wanted layer, or of all layers if they are small; else the weights. */
  readonly layers: readonly ShippedLayer[];
  /** The weights of every layer of the second sentence; null if there is none. */
  readonly other: readonly ShippedLayer[] | null;
  readonly predictions: readonly { readonly at: number; readonly top: readonly Prediction[] }[];
  readonly answers: Answers;
  readonly elapsedMs: number;
}
