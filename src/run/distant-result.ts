import type { Interventions } from '../core/interventions.ts';
import type { AttentionPart, AttentionTrace } from '../core/trace.ts';
import type { TokenizedText } from '../explorer/tokenized-text.ts';
import type { Study, StudyQuestion } from './study-question.ts';

/** What a run computed in another thread: everything that is shown of it belongs to the same texts. */
export interface DistantResult {
  readonly text: string;
  readonly target: string | null;
  readonly tokenized: TokenizedText;
  readonly targetTokenized: TokenizedText;
  readonly interventions: Interventions;
  readonly part: AttentionPart;
  /** A layer whose stages are all there. */
  readonly layer: number;
  /** Whether all stages of a layer are there; the weights of all layers are. */
  hasLayer(layer: number): boolean;
  /** Whether what a layer hands on is there, too. */
  hasEnd(layer: number): boolean;
  /** Layers of other parts are not there. */
  readonly trace: AttentionTrace;
  /** The second sentence; null: there was none. */
  readonly other: { readonly text: string; readonly tokenized: TokenizedText; readonly trace: AttentionTrace } | null;
  /** What was asked beyond it, and the answer. */
  readonly studyQuestion: StudyQuestion;
  readonly study: Study;
}
