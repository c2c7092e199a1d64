import { type Signal, signal } from '@preact/signals-core';
import { type Interventions, noInterventions } from '../core/interventions.ts';
import type { Model } from '../core/model.ts';
import type { Connect } from '../run/run.ts';
import type { Tokenizer } from '../tokenizer/token.ts';
import type { GrownText } from './grown-text.ts';
import { selectionSettings } from './settings/selection-settings.ts';
import type { State } from './settings/settings.ts';
import { textSettings } from './settings/text-settings.ts';
import { viewSettings } from './settings/view-settings.ts';
import type { WordVectors } from './static-side.ts';

/** A model with its tokenizer. */
export interface ExplorerModel {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  /** Tokens after which a text ends. */
  readonly endTokenIds?: readonly number[];
  /** Opens its run, if it computes elsewhere. */
  readonly connect?: Connect;
  /** Frees what it holds, when another model replaces it. */
  close?(): void;
}

/** An input for each setting, except model, appended tokens and focus. */
const inputSettings = (({ model, appended, appendedTarget, focus, ...rest }) => rest)({
  ...textSettings,
  ...selectionSettings,
  ...viewSettings,
});
type InputSettings = typeof inputSettings;

/** What the terminal shows. */
interface TerminalLooks {
  /** Its background as 0xRRGGBB; null: not known. */
  readonly ground: number | null;
  readonly hasColours: boolean;
}

/** Everything that the reader can set; the screen follows from it. */
export interface ExplorerInputs extends Readonly<{ [Name in keyof InputSettings]: Signal<State[Name]> }> {
  readonly loaded: Signal<ExplorerModel>;
  /** Tokens appended to the text or the target, as ids. Editing the text before them drops them. */
  readonly grown: Signal<GrownText | null>;
  readonly grownTarget: Signal<GrownText | null>;
  /** Static vectors to compare with; null: none. */
  readonly wordVectors: Signal<WordVectors | null>;
  readonly interventions: Signal<Interventions>;
  readonly terminal: Signal<TerminalLooks>;
  /** Whether an edit took away a token on the way of the explanation, which is back at its start. */
  readonly isTraceCut: Signal<boolean>;
  readonly columns: Signal<number>;
  readonly rows: Signal<number>;
}

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
    terminal: signal(initial.terminal ?? { ground: null, hasColours: true }),
    isTraceCut: signal(false),
    columns: signal(initial.columns ?? 80),
    rows: signal(initial.rows ?? 24),
  };
}

type OwnInputs = Pick<ExplorerInputs, keyof InputSettings>;

function inputsOf(initial: InitialInputs): OwnInputs {
  const names = Object.keys(inputSettings) as (keyof InputSettings)[];
  const entries = names.map((name) => [name, signal<unknown>(initial[name] ?? inputSettings[name].initial)]);
  return Object.fromEntries(entries) as unknown as OwnInputs;
}
