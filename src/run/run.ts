import type { ReadonlySignal } from '@preact/signals-core';
import type { TokenInput } from '../core/chain/embedding.ts';
import type { CellPlace, Derivation } from '../core/derivation/derivation.ts';
import type { HeadIndex, Interventions } from '../core/interventions.ts';
import type { HeadEffect } from '../core/measures/ablation-effect.ts';
import type { HeadContributions } from '../core/measures/head-contributions.ts';
import type { RunChanges } from '../core/measures/run-changes.ts';
import type { WordContrast } from '../core/measures/word-contrast.ts';
import type { AttentionPart, AttentionTrace } from '../core/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { WordQuestion } from './word-study.ts';

/** What a pane needs of a run beyond its trace.
 *  norms: ‖α·f(x)‖ of the layer. contributions: the parts of the heads of a token. derivation: how a number was made.
 *  changes: the difference to the unaltered run. word: one word in two sentences. end: what leaves the last layer. */
export const needs = ['norms', 'contributions', 'derivation', 'changes', 'word', 'end'] as const;
export type Need = (typeof needs)[number];

/** A head and a query of the selected layer, and the token whose results are compared. */
export interface ChangesPlace {
  readonly head: number;
  readonly query: number;
  readonly token: number;
}

/** How a run differs from the unaltered one at a place, and the unaltered weights of that layer. */
export interface StudiedChanges {
  readonly changes: RunChanges;
  readonly unalteredWeights: Tensor;
}

/** Where the reader looks. */
export interface StudyPlaces {
  readonly layer: number;
  /** The token whose attention output is taken apart. */
  readonly query: number;
  /** The number that is explained; null: none. */
  readonly cell: CellPlace | null;
  readonly changes: ChangesPlace;
  /** null: the two sentences share no word. */
  readonly word: WordQuestion | null;
}

/** What a run reads, as signals: it reads only those that an answer needs.
 *  Texts: what the numbers belong to, which a run hands back as it is. */
export interface RunInputs<Texts> {
  readonly texts: ReadonlySignal<Texts>;
  readonly tokens: ReadonlySignal<TokenInput>;
  /** What a decoder reads beside the encoder. */
  readonly targetTokens: ReadonlySignal<TokenInput>;
  /** The second sentence; null: there is none. */
  readonly otherTokens: ReadonlySignal<TokenInput | null>;
  readonly interventions: ReadonlySignal<Interventions>;
  readonly part: ReadonlySignal<AttentionPart>;
  /** The layer that the reader wants to see. */
  readonly layer: ReadonlySignal<number>;
  /** Tokens whose predictions are shown or may be appended. */
  readonly predictionsAt: ReadonlySignal<readonly number[]>;
  readonly needs: ReadonlySignal<ReadonlySet<Need>>;
  readonly places: { readonly [Name in keyof StudyPlaces]: ReadonlySignal<StudyPlaces[Name]> };
}

/** Answers at the places that the reader looks at; null where there is none, or none yet. */
export interface Answers {
  readonly norms: Tensor | null;
  readonly contributions: HeadContributions | null;
  readonly derivation: Derivation | null;
  readonly changes: StudiedChanges | null;
  readonly word: WordContrast | null;
}

export interface RunStatus {
  readonly isComputing: boolean;
  /** The numbers on the screen have been out of date for so long that they should look it. */
  readonly isLate: boolean;
  /** Share of the computation that is done, 0 to 1; null where it is not known. */
  readonly progress: number | null;
  /** Memory of the whole program after the last run of a large model; null of small ones. */
  readonly residentBytes: number | null;
  /** Why the last question has no answer; null: it has one. */
  readonly problem: string | null;
}

export const settled: RunStatus = {
  isComputing: false,
  isLate: false,
  progress: null,
  residentBytes: null,
  problem: null,
};

/** Heads to switch off in turn, beside what is changed already. */
export interface SweepQuestion {
  readonly tokens: TokenInput;
  readonly targetTokens: TokenInput;
  readonly interventions: Interventions;
  /** The token whose results the effects are on. */
  readonly token: number;
  /** Heads that are measured already. */
  readonly known: readonly HeadIndex[];
}

export interface SweepListener {
  effect(effect: HeadEffect): void;
  failed(): void;
}

/** The numbers of one model, wherever they are computed. All that it shows belongs to one question. */
export interface Run<Texts> {
  /** What the numbers are of; null before the first. */
  readonly texts: ReadonlySignal<Texts | null>;
  readonly interventions: ReadonlySignal<Interventions>;
  readonly part: ReadonlySignal<AttentionPart>;
  readonly trace: ReadonlySignal<AttentionTrace>;
  /** The same without interventions; of a run elsewhere only the weights of the layer that `changes` was asked of. */
  readonly unaltered: ReadonlySignal<AttentionTrace>;
  /** The second sentence; of a run elsewhere only the weights of the part. */
  readonly other: ReadonlySignal<AttentionTrace>;
  readonly answers: { readonly [Name in keyof Answers]: ReadonlySignal<Answers[Name]> };
  readonly status: ReadonlySignal<RunStatus>;
  /** False while reading a number would wait for a long computation. */
  readonly isReadable: ReadonlySignal<boolean>;
  /** The wanted layer where all its stages are there, else one of which they are. */
  layerNear(wanted: number): number;
  /** Whether what leaves the attention of a layer is there. */
  hasEnd(layer: number): boolean;
  /** Milliseconds of the last computation; null before the first. */
  elapsedMs(): number | null;
  /** Inside the batch that changes inputs: marks the numbers as out of date where the new ones take long. */
  hold(): void;
  /** After that batch: computes what is missing; a newer call takes the place of an older one. */
  proceed(): void;
  /** Gives up the computation that is under way; false where there is none that can be given up. */
  stop(): boolean;
  /** Another model takes its place on the screen. */
  leave(): void;
  /** Switches heads off in turn while nothing else is computed.  @returns what ends it */
  sweep(question: SweepQuestion, listener: SweepListener): () => void;
}

/** Connects a model whose numbers are computed elsewhere. */
export type Connect = <Texts>(inputs: RunInputs<Texts>) => Run<Texts>;
