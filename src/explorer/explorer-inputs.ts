import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type { CellPlace } from '../core/derivation/derivation.ts';
import { type Interventions, noInterventions } from '../core/interventions.ts';
import type { AblationMeasure, HeadEffect } from '../core/measures/ablation-effect.ts';
import type { HeadScoreName } from '../core/measures/head-scores.ts';
import type { WordContrast } from '../core/measures/word-contrast.ts';
import type { Model } from '../core/model.ts';
import type { LayerStage } from '../core/trace.ts';
import type { DistantResult } from '../run/distant-result.ts';
import type { Tokenizer } from '../tokenizer/token.ts';
import type { GrownText } from './grown-text.ts';
import type { AttentionPart, Lens, PaneName } from './selection.ts';
import type { WordVectors } from './static-side.ts';
import type { WordQuestion } from './word-study.ts';

/** A model together with what cuts a text into its tokens. */
export interface ExplorerModel {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  /** Tokens after which a text ends. */
  readonly endTokenIds?: readonly number[];
  /** Where another thread computes: its last result; null before the first. */
  readonly distant?: ReadonlySignal<DistantResult | null>;
}

/** Everything that the reader can set; all that is shown follows from these. */
export interface ExplorerInputs {
  readonly loaded: Signal<ExplorerModel>;
  readonly text: Signal<string>;
  /** A second sentence beside the text, to compare it with (B where the text is A); null: none. */
  readonly other: Signal<string | null>;
  /** A second segment, for models that read pairs; null: none. */
  readonly pair: Signal<string | null>;
  /** What the decoder of an encoder–decoder model reads after its start token; null: nothing. */
  readonly target: Signal<string | null>;
  /** Tokens that were appended to the text, or to the target, as ids; kept while what precedes them stays. */
  readonly grown: Signal<GrownText | null>;
  readonly grownTarget: Signal<GrownText | null>;
  /** Static vectors to compare with; null: none were given. */
  readonly wordVectors: Signal<WordVectors | null>;
  readonly part: Signal<AttentionPart>;
  readonly interventions: Signal<Interventions>;
  readonly layer: Signal<number>;
  readonly head: Signal<number>;
  /** null: the last token. */
  readonly query: Signal<number | null>;
  /** null: the key with the largest weight. */
  readonly key: Signal<number | null>;
  readonly matrix: Signal<'q' | 'k' | 'v'>;
  readonly dimension: Signal<number>;
  readonly pane: Signal<PaneName>;
  readonly lens: Signal<Lens>;
  /** Step of the step-through, from 0. */
  readonly step: Signal<number>;
  /** What the heads are sorted by. */
  readonly sortBy: Signal<HeadScoreName | 'place'>;
  /** The stage of the selected number that is explained. */
  readonly traceFrom: Signal<LayerStage>;
  /** From that number down to the operand that is looked at now. */
  readonly tracePath: Signal<readonly CellPlace[]>;
  /** The operand that is chosen. */
  readonly traceOperand: Signal<number>;
  /** Of two sentences: the difference rather than both, where there is no room for all three. */
  readonly isDifferenceInFront: Signal<boolean>;
  /** What the heads that are switched off in turn are ranked by; null: what the model's result is. */
  readonly sweepMeasure: Signal<AblationMeasure | null>;
  /** The effects of the heads that were switched off in turn so far. */
  readonly sweep: Signal<SweepState>;
  /** What was made in the background of one word in two sentences; null: nothing was. */
  readonly lateWord: Signal<LateWord | null>;
  readonly columns: Signal<number>;
  readonly rows: Signal<number>;
  /** True while a long computation is under way: the last finished numbers stay on the screen. */
  readonly isComputing: Signal<boolean>;
  /** Share of a computation in another thread that is done, 0 to 1; null: none is under way. */
  readonly progress: Signal<number | null>;
  /** The last run in another thread: how long it took, and the memory of the whole program after it. */
  readonly distantRun: Signal<{ readonly elapsedMs: number; readonly residentBytes: number } | null>;
  /** True once that has taken so long that the old numbers should look old. */
  readonly isLate: Signal<boolean>;
}

/** An answer, and what it is of. */
export interface LateWord {
  readonly question: WordQuestion;
  readonly interventions: Interventions;
  readonly contrast: WordContrast;
}

/** How far the heads have been switched off in turn. */
export interface SweepState {
  readonly effects: readonly HeadEffect[];
  /** How many heads that are in the end. */
  readonly total: number;
  /** The token that the effects are on. */
  readonly token: number;
  readonly isRunning: boolean;
  readonly isBegun: boolean;
}

const noSweep: SweepState = { effects: [], total: 0, token: 0, isRunning: false, isBegun: false };

export type InitialInputs = { readonly loaded: ExplorerModel } & {
  readonly [Name in Exclude<keyof ExplorerInputs, 'loaded'>]?: ExplorerInputs[Name]['value'];
};

export function createInputs(initial: InitialInputs): ExplorerInputs {
  return {
    loaded: signal(initial.loaded),
    text: signal(initial.text ?? ''),
    other: signal(initial.other ?? null),
    pair: signal(initial.pair ?? null),
    target: signal(initial.target ?? null),
    grown: signal(initial.grown ?? null),
    grownTarget: signal(initial.grownTarget ?? null),
    wordVectors: signal(initial.wordVectors ?? null),
    part: signal(initial.part ?? 'encoder'),
    interventions: signal(initial.interventions ?? noInterventions),
    layer: signal(initial.layer ?? 0),
    head: signal(initial.head ?? 0),
    query: signal(initial.query ?? null),
    key: signal(initial.key ?? null),
    matrix: signal(initial.matrix ?? 'q'),
    dimension: signal(initial.dimension ?? 0),
    pane: signal(initial.pane ?? 'attention'),
    lens: signal(initial.lens ?? 'weights'),
    step: signal(initial.step ?? 0),
    sortBy: signal(initial.sortBy ?? 'place'),
    traceFrom: signal(initial.traceFrom ?? 'attentionWeights'),
    tracePath: signal(initial.tracePath ?? []),
    traceOperand: signal(initial.traceOperand ?? 0),
    isDifferenceInFront: signal(initial.isDifferenceInFront ?? false),
    sweepMeasure: signal(initial.sweepMeasure ?? null),
    sweep: signal(initial.sweep ?? noSweep),
    lateWord: signal(initial.lateWord ?? null),
    columns: signal(initial.columns ?? 80),
    rows: signal(initial.rows ?? 24),
    isComputing: signal(initial.isComputing ?? false),
    progress: signal(initial.progress ?? null),
    distantRun: signal(initial.distantRun ?? null),
    isLate: signal(initial.isLate ?? false),
  };
}
