import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import { type Interventions, noInterventions } from '../core/interventions.ts';
import type { HeadEffect } from '../core/measures/ablation-effect.ts';
import type { WordContrast } from '../core/measures/word-contrast.ts';
import type { Model } from '../core/model.ts';
import { type Symbols, unicodeSymbols } from '../panes/kit/symbols.ts';
import type { DistantResult } from '../run/distant-result.ts';
import type { Tokenizer } from '../tokenizer/token.ts';
import type { GrownText } from './grown-text.ts';
import { selectionSettings } from './settings/selection-settings.ts';
import type { State } from './settings/settings.ts';
import { textSettings } from './settings/text-settings.ts';
import { viewSettings } from './settings/view-settings.ts';
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

/** An input for each setting, but for those that are about tokens that were appended, the model and where keys go. */
const inputSettings = (({ model, appended, appendedTarget, focus, ...rest }) => rest)({
  ...textSettings,
  ...selectionSettings,
  ...viewSettings,
});
type InputSettings = typeof inputSettings;

/** Everything that the reader can set; all that is shown follows from these. */
export interface ExplorerInputs extends Readonly<{ [Name in keyof InputSettings]: Signal<State[Name]> }> {
  readonly loaded: Signal<ExplorerModel>;
  /** Tokens that were appended to the text, or to the target, as ids; kept while what precedes them stays. */
  readonly grown: Signal<GrownText | null>;
  readonly grownTarget: Signal<GrownText | null>;
  /** Static vectors to compare with; null: none were given. */
  readonly wordVectors: Signal<WordVectors | null>;
  readonly interventions: Signal<Interventions>;
  /** The effects of the heads that were switched off in turn so far. */
  readonly sweep: Signal<SweepState>;
  /** What was made in the background of one word in two sentences; null: nothing was. */
  readonly lateWord: Signal<LateWord | null>;
  readonly columns: Signal<number>;
  readonly rows: Signal<number>;
  readonly symbols: Signal<Symbols>;
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
    ...inputsOf(initial),
    loaded: signal(initial.loaded),
    grown: signal(initial.grown ?? null),
    grownTarget: signal(initial.grownTarget ?? null),
    wordVectors: signal(initial.wordVectors ?? null),
    interventions: signal(initial.interventions ?? noInterventions),
    sweep: signal(initial.sweep ?? noSweep),
    lateWord: signal(initial.lateWord ?? null),
    columns: signal(initial.columns ?? 80),
    rows: signal(initial.rows ?? 24),
    symbols: signal(initial.symbols ?? unicodeSymbols),
    isComputing: signal(initial.isComputing ?? false),
    progress: signal(initial.progress ?? null),
    distantRun: signal(initial.distantRun ?? null),
    isLate: signal(initial.isLate ?? false),
  };
}

type OwnInputs = Pick<ExplorerInputs, keyof InputSettings>;

function inputsOf(initial: InitialInputs): OwnInputs {
  const names = Object.keys(inputSettings) as (keyof InputSettings)[];
  const entries = names.map((name) => [name, signal<unknown>(initial[name] ?? inputSettings[name].initial)]);
  return Object.fromEntries(entries) as unknown as OwnInputs;
}
