import type { ReadonlySignal } from '@preact/signals-core';
import type { HeadIndex, Interventions } from '../core/interventions.ts';
import type { AttentionTrace } from '../core/trace.ts';
import type { Run } from '../run/run.ts';
import type { StageRecorder } from '../run/stage-recorder.ts';
import type { ShownAttention, ShownTokens } from './attention-part.ts';
import type { Comparison } from './comparison.ts';
import type { ExplorerInputs } from './explorer-inputs.ts';
import type { OtherSentence } from './other-sentence.ts';
import type { Selection } from './selection.ts';
import type { Texts } from './texts.ts';
import type { TokenView } from './token-view.ts';
import type { TokenizedText } from './tokenized-text.ts';

/** Inputs, and what follows from them; nothing is computed before it is read. */
export interface ExplorerCore {
  readonly inputs: ExplorerInputs;
  /** The numbers of the open model. */
  readonly run: ReadonlySignal<Run<Texts>>;
  /** Whether the shown numbers belong to the present texts. */
  readonly isUpToDate: ReadonlySignal<boolean>;
  readonly tokenized: ReadonlySignal<TokenizedText>;
  /** What the decoder reads; no tokens without a decoder. */
  readonly targetTokenized: ReadonlySignal<TokenizedText>;
  readonly trace: ReadonlySignal<AttentionTrace>;
  /** The same run without interventions. */
  readonly unaltered: ReadonlySignal<AttentionTrace>;
  /** The second sentence, B. */
  readonly other: OtherSentence;
  /** The attention in view, and its tokens. */
  readonly shown: ReadonlySignal<ShownAttention>;
  readonly tokens: ReadonlySignal<ShownTokens>;
  /** The tokens of the typed texts, whose numbers may not be there yet. */
  readonly liveTokens: ReadonlySignal<ShownTokens>;
  /** The tokens that the decoder reads; none without a decoder. */
  readonly decoderTokens: ReadonlySignal<readonly TokenView[]>;
  /** The tokens of the text. Interventions at single tokens act on these, in any part. */
  readonly textTokens: ReadonlySignal<readonly TokenView[]>;
  /** The texts that the shown numbers belong to. */
  readonly texts: ReadonlySignal<Texts>;
  /** The two sentences compared. */
  readonly comparison: Comparison;
  /** Heads of each layer of the shown part. */
  readonly headCounts: ReadonlySignal<readonly number[]>;
  /** d_k of each of them. */
  readonly headDims: ReadonlySignal<readonly number[]>;
  readonly interventions: ReadonlySignal<Interventions>;
  /** The interventions behind the shown numbers. */
  readonly shownInterventions: ReadonlySignal<Interventions>;
  /** Those that act on the shown attention: most act only on the stack that reads the text. */
  readonly partInterventions: ReadonlySignal<Interventions>;
  /** Heads of the shown attention that are switched off. */
  readonly shownAblatedHeads: ReadonlySignal<readonly HeadIndex[]>;
  /** The selected layer and head; needs no computed number. */
  readonly place: ReadonlySignal<Pick<Selection, 'layer' | 'head'>>;
  /** The selection with its defaults filled in and kept within the model and the text. */
  readonly selection: ReadonlySignal<Selection>;
  readonly recorder: StageRecorder;
}
