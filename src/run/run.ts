import type { ReadonlySignal } from '@preact/signals-core';
import type { TokenInput } from '../core/chain/embedding.ts';
import type { CellPlace } from '../core/derivation/derivation.ts';
import type { Explanation } from '../core/derivation/explain.ts';
import type { HeadIndex, Interventions } from '../core/interventions.ts';
import type { HeadEffect, HeadResults, TargetTokens } from '../core/measures/ablation-effect.ts';
import type { HeadContributions } from '../core/measures/head-contributions.ts';
import type { RunChanges } from '../core/measures/run-changes.ts';
import type { TokenSteps } from '../core/measures/token-steps.ts';
import type { WordContrast } from '../core/measures/word-contrast.ts';
import type { AttentionPart, AttentionTrace } from '../core/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { WordQuestion } from './word-answer.ts';

/** What a pane needs of a run beyond its trace.
 *  norms: ‖α·f(x)‖ of the layer.  contributions: the attention output of a token, split by head.  derivation: how a number was made.
 *  changes: how the run differs from the unaltered one.  word: one word in two sentences.  end: the stages after the last context.
 *  tokenSteps: what happens to a token's vector outside of the attention. */
export const needs = ['norms', 'contributions', 'derivation', 'changes', 'word', 'end', 'tokenSteps'] as const;
export type Need = (typeof needs)[number];

/** A head and query of the selected layer, and the token whose results are compared. */
export interface ChangesPlace {
  readonly head: number;
  readonly query: number;
  readonly token: number;
}

/** How a run differs from the unaltered one, and the unaltered weights of the layer. */
export interface ChangesAnswer {
  readonly changes: RunChanges;
  readonly unalteredWeights: Tensor;
}

/** From the selected number down to the explained one. */
export type CellPath = readonly [CellPlace, ...CellPlace[]];

/** The places that the reader selected. */
export interface AskedPlaces {
  readonly layer: number;
  /** The token whose attention output is split by head, and whose steps are shown. */
  readonly query: number;
  /** The number to explain, at the end of the operands that lead to it; null if none is selected. */
  readonly cell: CellPath | null;
  readonly changes: ChangesPlace;
  /** null if there is no word to compare. */
  readonly word: WordQuestion | null;
}

/** The inputs of a run as signals; it reads only those that an answer needs.
 *  Texts: what the numbers belong to, which a run returns unchanged. */
export interface RunInputs<Texts> {
  readonly texts: ReadonlySignal<Texts>;
  readonly tokens: ReadonlySignal<TokenInput>;
  /** What the decoder of an encoder–decoder model reads. */
  readonly targetTokens: ReadonlySignal<TokenInput>;
  /** The second sentence; null if there is none. */
  readonly otherTokens: ReadonlySignal<TokenInput | null>;
  readonly interventions: ReadonlySignal<Interventions>;
  readonly part: ReadonlySignal<AttentionPart>;
  /** The selected layer. */
  readonly layer: ReadonlySignal<number>;
  /** Tokens whose predictions are shown or may be appended. */
  readonly predictionsAt: ReadonlySignal<readonly number[]>;
  readonly needs: ReadonlySignal<ReadonlySet<Need>>;
  readonly places: { readonly [Name in keyof AskedPlaces]: ReadonlySignal<AskedPlaces[Name]> };
}

/** Answers at the selected places; null if there is none, or none yet. */
export interface Answers {
  readonly norms: Tensor | null;
  readonly contributions: HeadContributions | null;
  readonly derivation: Explanation | null;
  readonly changes: ChangesAnswer | null;
  readonly word: WordContrast | null;
  readonly tokenSteps: TokenSteps | null;
}

export interface RunStatus {
  readonly isComputing: boolean;
  /** Whether the numbers have been out of date long enough to fade. */
  readonly isLate: boolean;
  /** Share of the computation that is done, 0 to 1; null if unknown. */
  readonly progress: number | null;
  /** Memory of the program after the last run in another thread; null for runs in this one. */
  readonly residentBytes: number | null;
  /** Why the last question has no answer; null if it has one. */
  readonly problem: string | null;
}

/** Old numbers fade after so long; sooner, the screen would flicker. */
export const lateMs = 150;

export const settled: RunStatus = {
  isComputing: false,
  isLate: false,
  progress: null,
  residentBytes: null,
  problem: null,
};

/** A sweep switches off each head in turn, on top of these interventions. */
export interface SweepQuestion {
  readonly tokens: TokenInput;
  readonly targetTokens: TokenInput;
  readonly interventions: Interventions;
  /** The token at which effects are measured. */
  readonly token: number;
  /** The tokens whose predictions are compared. */
  readonly targets: TargetTokens;
  /** Heads that were measured before. */
  readonly known: readonly HeadIndex[];
  /** Results of heads that were measured for other target tokens. */
  readonly kept: readonly HeadResults[];
}

export interface SweepListener {
  effect(effect: HeadEffect): void;
  failed(): void;
}

/** The numbers of one model, whichever thread computes them. All of them belong to one question. */
export interface Run<Texts> {
  /** What the numbers belong to; null before the first. */
  readonly texts: ReadonlySignal<Texts | null>;
  readonly interventions: ReadonlySignal<Interventions>;
  readonly part: ReadonlySignal<AttentionPart>;
  readonly trace: ReadonlySignal<AttentionTrace>;
  /** The same without interventions; from another thread, only the weights of the layer of `changes`. */
  readonly unaltered: ReadonlySignal<AttentionTrace>;
  /** The second sentence; from another thread, only the weights of the part. */
  readonly other: ReadonlySignal<AttentionTrace>;
  readonly answers: { readonly [Name in keyof Answers]: ReadonlySignal<Answers[Name]> };
  readonly status: ReadonlySignal<RunStatus>;
  /** False while reading a number would block on a long computation. */
  readonly isReadable: ReadonlySignal<boolean>;
  /** The wanted layer if all of its stages are known, else a layer whose stages are. */
  layerNear(wanted: number): number;
  /** Whether the stages after the context of a layer are known. */
  hasEnd(layer: number): boolean;
  /** Duration of the last computation; null before the first. */
  elapsedMs(): number | null;
  /** Call in the batch that changes inputs: marks the numbers as out of date if the new ones take long. */
  hold(): void;
  /** Call after that batch: computes what is missing. A newer call replaces an older one. */
  proceed(): void;
  /** Stops the current computation; false if there is none that can be stopped. */
  stop(): boolean;
  /** Call when another model replaces this one. */
  leave(): void;
  /** Switches off heads in turn while nothing else is computed.  @returns a function that ends the sweep */
  sweep(question: SweepQuestion, listener: SweepListener): () => void;
}

/** Starts a run of a model in another thread. */
export type Connect = <Texts>(inputs: RunInputs<Texts>) => Run<Texts>;
