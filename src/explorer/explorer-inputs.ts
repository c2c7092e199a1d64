import { type Signal, signal } from '@preact/signals-core';
import type { CellPlace } from '../core/derivation/derivation.ts';
import { type Interventions, noInterventions } from '../core/interventions.ts';
import type { AblationMeasure } from '../core/measures/ablation-effect.ts';
import type { HeadScoreName } from '../core/measures/head-scores.ts';
import type { Model } from '../core/model.ts';
import type { LayerStage } from '../core/trace.ts';
import type { Connect } from '../run/run.ts';
import type { Tokenizer } from '../tokenizer/token.ts';
import type { GrownText } from './grown-text.ts';
import type { PaneName } from './pane-names.ts';
import type { AttentionPart, Lens } from './selection.ts';
import type { WordVectors } from './static-side.ts';

/** A model together with what cuts a text into its tokens. */
export interface ExplorerModel {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  /** Tokens after which a text ends. */
  readonly endTokenIds?: readonly number[];
  /** Where its numbers are computed elsewhere: the way there. */
  readonly connect?: Connect;
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
  readonly columns: Signal<number>;
  readonly rows: Signal<number>;
}

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
    columns: signal(initial.columns ?? 80),
    rows: signal(initial.rows ?? 24),
  };
}
