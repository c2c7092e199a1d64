import type { StoredPlace } from '../../tensor/stored.ts';
import type { Activation } from '../model.ts';
import type { AttentionPart, LayerStage } from '../trace.ts';

/** Steps that the trace does not keep, computed again for one token when an explanation needs them. Their rows are tokens, except in
 *  `relative…`, whose rows are rows of the table of relative positions. Feed-forward and convolution are of 'encoder' or 'decoder'. */
export const innerStages = [
  'tokenSum',
  'projectedTokens',
  'normedTokens',
  'attentionInput',
  'projectedQ',
  'projectedK',
  'relativeNorm',
  'relativeKeys',
  'relativeQueries',
  'softmax',
  'weightedValues',
  'normedOutput',
  'attentionSum',
  'attended',
  'forwardInput',
  'forwardUp',
  'forwardGate',
  'forwardActivated',
  'forwardHidden',
  'forwardDown',
  'forwardOutput',
  'forwardSum',
  'forwardLeft',
  'convolved',
  'convolvedActivated',
  'convolvedSum',
] as const;
export type InnerStage = (typeof innerStages)[number];

/** The stages of a trace: those of a layer, the embedding before layer 0, and the final norm. */
export type TraceStage = LayerStage | 'embedding' | 'finalNorm';

export type DerivedStage = TraceStage | InnerStage;

/** One number of a run; all indices from 0. */
export interface CellPlace {
  readonly part: AttentionPart;
  readonly stage: DerivedStage;
  /** Index into the part's layers, for 'cross' its crossLayers; 0 for 'embedding', the last for 'finalNorm'. */
  readonly layer: number;
  /** null in stages of a whole layer. */
  readonly head: number | null;
  /** The query or token. */
  readonly row: number;
  /** The key, or a dimension of the vector; in q, k, v and context, of the head's vector. */
  readonly column: number;
}

/** A token's row of a stage. */
export type RowPlace = Omit<CellPlace, 'column'>;

/** A factor of a term. */
export interface Operand {
  /** `q₇[3]`: dimension 3 of token 7; `q·k[2,5]`: query 2, key 5; `W_Q[12,3]`: input 12, output 3. */
  readonly name: string;
  readonly value: number;
  /** The cell with exactly this value; null: a parameter or a constant. */
  readonly place: CellPlace | null;
  /** The file of a parameter; null: a cell, or a constant that follows from the configuration, the position or the reader. */
  readonly stored: StoredPlace | null;
}

/** A product of numbers, or one number. */
export interface Term {
  readonly operands: readonly Operand[];
  /** The product, in float64. */
  readonly value: number;
}

/** What a norm measures in a row. */
export type RowStatistics =
  | { readonly kind: 'layer'; readonly mean: number; readonly variance: number; readonly epsilon: number }
  | { readonly kind: 'rms'; readonly meanSquare: number; readonly epsilon: number }
  | { readonly kind: 'factor'; readonly factor: number };

/** Those of a norm that is no plain factor. */
export type NormStatistics = Exclude<RowStatistics, { kind: 'factor' }>;

/** How a number is made from the terms.
 *  given: the reader typed it; the explanation ends here.  missing: there is no number.  same: the one term.  sum: Σ of the terms.
 *  activation: the function of the one term.
 *  rotation: Σ of two terms, a dimension and its partner, rotated by `angle` = row · frequency.
 *  norm: the term at `index`, normalised with the statistics of all terms, · scale + bias.
 *  scaled: cap · tanh(Σ / cap), or Σ without a cap; the first term is the score times its factors, the others are the position term.
 *  mask: the one term if `isVisible`, else −∞.
 *  softmax: exp(own − maximum) / Σ exp(score − maximum); the terms are all scores of the row.
 *  renormalised: the term at `index` ÷ Σ of the terms.
 *  ablated: 0, as the head is switched off. */
export type Arithmetic =
  | { readonly kind: 'given' | 'missing' | 'same' | 'sum' | 'ablated' }
  | { readonly kind: 'activation'; readonly activation: Activation }
  | { readonly kind: 'rotation'; readonly angle: number; readonly frequency: number }
  | {
      readonly kind: 'norm';
      readonly statistics: NormStatistics;
      readonly index: number;
      /** The norm's parameters for this column. */
      readonly scale: Operand;
      /** null if it has none. */
      readonly bias: Operand | null;
    }
  | {
      readonly kind: 'scaled';
      /** scoreScale × scaleFactor: the model's own and the reader's. */
      readonly factor: number;
      readonly scoreScale: number;
      readonly scaleFactor: number;
      readonly positionTerm: number | null;
      readonly cap: number | null;
    }
  | { readonly kind: 'mask'; readonly isVisible: boolean }
  | { readonly kind: 'renormalised'; readonly index: number; readonly sum: number }
  | {
      readonly kind: 'softmax';
      readonly index: number;
      /** Largest score; NaN if no score is a number. */
      readonly maximum: number;
      /** exp(score − maximum) of each term: 0 if masked, NaN for NaN. */
      readonly exponentials: readonly number[];
      /** Sum of the exponentials, without NaN. */
      readonly sum: number;
    };

/** How one number was made, as plain data that a structured clone preserves. */
export type Derivation = Arithmetic & {
  readonly place: CellPlace;
  /** The number, float32. */
  readonly value: number;
  /** The formula, such as `Σ_j x[j] · W_Q[j,3] + b_Q[3]`; whole vectors have no index. */
  readonly symbols: string;
  readonly terms: readonly Term[];
  /** A remark for the reader; null if there is none. */
  readonly note: string | null;
};

/** A derivation without its place and value. */
export type Derived = Arithmetic & Pick<Derivation, 'symbols' | 'terms'> & Partial<Pick<Derivation, 'note'>>;

const inner: ReadonlySet<DerivedStage> = new Set(innerStages);

/** Whether the trace does not keep a stage. */
export function isInner(stage: DerivedStage): stage is InnerStage {
  return inner.has(stage);
}
