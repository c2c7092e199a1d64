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
  /** Whether the shown numbers are those of the present texts, and nothing is being computed. */
  readonly isUpToDate: ReadonlySignal<boolean>;
  readonly tokenized: ReadonlySignal<TokenizedText>;
  /** What the decoder of an encoder–decoder model reads; no tokens where there is none. */
  readonly targetTokenized: ReadonlySignal<TokenizedText>;
  readonly trace: ReadonlySignal<AttentionTrace>;
  /** The same run without interventions. */
  readonly unaltered: ReadonlySignal<AttentionTrace>;
  /** The second sentence, B. */
  readonly other: OtherSentence;
  /** The attention that is looked at, and its tokens. */
  readonly shown: ReadonlySignal<ShownAttention>;
  readonly tokens: ReadonlySignal<ShownTokens>;
  /** The tokens of the texts as they are typed now, whose numbers may still be to come. */
  readonly liveTokens: ReadonlySignal<ShownTokens>;
  /** The tokens that a decoder reads; none where there is no decoder. */
  readonly decoderTokens: ReadonlySignal<readonly TokenView[]>;
  /** The tokens of the text, which interventions at single tokens act on, whatever part is looked at. */
  readonly textTokens: ReadonlySignal<readonly TokenView[]>;
  /** The texts that the shown numbers are of. */
  readonly texts: ReadonlySignal<Texts>;
  /** The two sentences beside one another. */
  readonly comparison: Comparison;
  /** Heads of each layer of the shown part. */
  readonly headCounts: ReadonlySignal<readonly number[]>;
  /** d_k of each of them. */
  readonly headDims: ReadonlySignal<readonly number[]>;
  readonly interventions: ReadonlySignal<Interventions>;
  /** Those that the shown numbers were computed with. */
  readonly shownInterventions: ReadonlySignal<Interventions>;
  /** Those of them that act on the shown attention: most act only on the stack that reads the text. */
  readonly partInterventions: ReadonlySignal<Interventions>;
  /** Heads of the shown attention that are switched off. */
  readonly shownAblatedHeads: ReadonlySignal<readonly HeadIndex[]>;
  /** The selected layer and head, which need no number. */
  readonly place: ReadonlySignal<Pick<Selection, 'layer' | 'head'>>;
  /** The selection with its defaults filled in and kept within the model and the text. */
  readonly selection: ReadonlySignal<Selection>;
  readonly recorder: StageRecorder;
}
