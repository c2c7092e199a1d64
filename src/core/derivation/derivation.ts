import type { AttentionPart, LayerStage } from '../trace.ts';

/** The stages of a layer, the embedding before layer 0, and the final norm. */
export type DerivedStage = LayerStage | 'embedding' | 'finalNorm';

/** One number of a trace; all indices from 0. */
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

/** A factor of a term. */
export interface Operand {
  /** `q₇[3]`: dimension 3 of token 7; `score[2,5]`: query 2, key 5; `W_Q[12,3]`: input 12, output 3; `norm(x)₇[3]`: of a row's norm. */
  readonly name: string;
  readonly value: number;
  /** The cell with exactly this value or, if the name is `norm(…)`, the cell whose row was normalised;
   *  null: a parameter, a constant, or a number that no stage keeps. */
  readonly place: CellPlace | null;
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

/** How a number is made from the terms.
 *  given: it comes from outside, and the derivation ends here.  same: the one term.  sum: Σ of the terms.
 *  rotation: Σ of two terms, a dimension and its partner, rotated by `angle` = row · frequency.
 *  norm: the norm of a row of sums; the terms belong to the cell's own sum.
 *  scaled: cap · tanh(Σ / cap), or Σ without a cap; the first term is the score times its factors, the others are the position term.
 *  mask: the one term if `isVisible`, else −∞.
 *  softmax: exp(own − maximum) / Σ exp(score − maximum); the terms are all scores of the row.
 *  renormalised: the term at `index` ÷ Σ of the terms.
 *  ablated: 0, as the head is switched off. */
export type Arithmetic =
  | { readonly kind: 'given' | 'same' | 'sum' | 'ablated' }
  | { readonly kind: 'rotation'; readonly angle: number; readonly frequency: number }
  | {
      readonly kind: 'norm';
      readonly statistics: RowStatistics;
      /** All numbers of the normalised row; the one at `index` is the cell's own sum. */
      readonly row: readonly Operand[];
      readonly index: number;
      /** The norm's parameters for this column; null if it has none. */
      readonly scale: Operand | null;
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

/** How one number of a trace was made, as plain data that a structured clone preserves. */
export type Derivation = Arithmetic & {
  readonly place: CellPlace;
  /** The number in the trace, float32. */
  readonly value: number;
  /** The formula, such as `Σ_j x[j] · W_Q[j,3] + b_Q[3]`; whole vectors have no index. */
  readonly symbols: string;
  readonly terms: readonly Term[];
  /** Statistics of the row behind operands named `norm(…)`; null if there are none. */
  readonly inputNorm: RowStatistics | null;
  /** A remark for the reader; null if there is none. */
  readonly note: string | null;
};

/** A derivation without its place and value. */
export type Derived = Arithmetic &
  Pick<Derivation, 'symbols' | 'terms'> &
  Partial<Pick<Derivation, 'inputNorm' | 'note'>>;
