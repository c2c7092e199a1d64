import type {
  Activation,
  AttentionParameters,
  EmbeddingParameters,
  FeedForwardParameters,
  LanguageHead,
  LayerParameters,
  PositionTerms,
  RotaryParameters,
} from '../../core/model.ts';
import type { StoredOrder } from '../../tensor/panel-matrix.ts';

// A model as data: which tensors hold its parts, how they are laid out, and how the parts connect.
// A name is a tensor's whole name, or the name of a part whose tensors end in `.weight` and `.bias`.

/** A stored matrix: a whole tensor, or the outputs `pick` of a tensor that holds several matrices. */
export interface MatrixSpec {
  /** Whole name of the tensor. */
  readonly tensor: string;
  readonly order: StoredOrder;
  readonly inWidth: number;
  readonly outWidth: number;
  readonly pick?: OutputPick;
}

/** The outputs of one matrix in a fused tensor: runs of `length` adjacent outputs. */
export interface OutputPick {
  /** Number of outputs of the whole tensor. */
  readonly total: number;
  readonly runs: readonly { readonly start: number; readonly length: number }[];
}

export interface LinearSpec extends MatrixSpec {
  /** Whole name of the bias; null: none. */
  readonly bias: string | null;
}

export interface NormSpec {
  readonly kind: 'layer' | 'rms';
  readonly name: string;
  readonly width: number;
  readonly epsilon: number;
  /** Gemma stores scale − 1. */
  readonly isOffByOne?: boolean;
  readonly hasBias?: boolean;
  /** false: the files store nothing; scale is 1, bias 0 (OLMo). */
  readonly hasWeights?: boolean;
}

/** A factor in place of a norm. */
export interface FactorSpec {
  readonly kind: 'factor';
  readonly factor: number;
}

export type PositionSpec =
  | { readonly kind: 'sinusoid' }
  /** Computed as fairseq does: the padding's row is zero, and positions count from the row after it. */
  | { readonly kind: 'fairseq'; readonly rows: number; readonly paddingId: number }
  | {
      readonly kind: 'table';
      readonly tensor: string;
      readonly rows: number;
      readonly offset: number;
      readonly paddingId: number | null;
    };

export interface EmbeddingSpec extends Pick<EmbeddingParameters, 'tokenScale'> {
  /** Whole name of the table [vocab, width]. */
  readonly tokens: string;
  readonly vocabSize: number;
  readonly width: number;
  readonly positions: PositionSpec | null;
  /** Whole name of the table [type, width]; any number of rows. */
  readonly tokenTypes: string | null;
  readonly norm: NormSpec | null;
  readonly projection: {
    readonly linear: LinearSpec;
    readonly place: NonNullable<EmbeddingParameters['projection']>['place'];
  } | null;
}

export type PositionTermsSpec =
  | Extract<PositionTerms, { kind: 'slopes' }>
  | (Omit<Extract<PositionTerms, { kind: 'buckets' }>, 'table'> & {
      readonly table: string;
      readonly buckets: number;
      /** Rows of the table, where there are more than buckets. */
      readonly rows?: number;
    })
  | {
      readonly kind: 'disentangled';
      /** Whole name of the table of relative positions, [2 · span, hidden], and its norm. */
      readonly table: string;
      readonly norm: NormSpec | null;
      /** Projections of the table to keys and queries; null leaves the term out. */
      readonly key: LinearSpec | null;
      readonly query: LinearSpec | null;
      readonly span: number;
      readonly buckets: number;
      readonly maxDistance: number;
      readonly scale: number;
    };

export interface AttentionSpec
  extends Pick<
    AttentionParameters,
    'numAttentionHeads' | 'numKeyValueHeads' | 'headDim' | 'scoreScale' | 'softCap' | 'isCausal' | 'window'
  > {
  readonly norm: NormSpec | null;
  readonly q: LinearSpec;
  readonly k: LinearSpec;
  readonly v: LinearSpec;
  readonly queryNorm: NormSpec | null;
  readonly keyNorm: NormSpec | null;
  readonly rotary: RotaryParameters | null;
  readonly positionTerms: PositionTermsSpec | null;
  readonly o: LinearSpec;
  readonly outputNorm: NormSpec | FactorSpec | null;
  readonly residualNorm: NormSpec | null;
}

export interface FeedForwardSpec extends Pick<FeedForwardParameters, 'activation'> {
  readonly norm: NormSpec | null;
  readonly up: LinearSpec;
  readonly gate: LinearSpec | null;
  readonly down: LinearSpec;
  readonly outputNorm: NormSpec | FactorSpec | null;
  readonly residualNorm: NormSpec | null;
}

export interface ConvolutionSpec {
  /** `name`.weight [out, in / groups, size] and `name`.bias [out]. */
  readonly name: string;
  readonly size: number;
  /** Groups of channels; the outputs of a group depend only on its own inputs. */
  readonly groups: number;
  readonly activation: Activation;
  readonly norm: NormSpec;
}

export interface LayerSpec extends Pick<LayerParameters, 'isParallel'> {
  readonly attention: AttentionSpec;
  readonly crossAttention: AttentionSpec | null;
  readonly feedForward: FeedForwardSpec;
  readonly convolution: ConvolutionSpec | null;
}

export interface StackSpec {
  readonly maxPositions: number | null;
  readonly embedding: EmbeddingSpec;
  readonly layers: readonly LayerSpec[];
  readonly finalNorm: NormSpec | null;
}

export interface HeadSpec extends Pick<LanguageHead, 'kind' | 'scale' | 'softCap'> {
  readonly transform: {
    readonly linear: LinearSpec;
    readonly activation: Activation;
    readonly norm: NormSpec | null;
  } | null;
  /** Whole name of the matrix [vocab, width]; the token table's where they are tied. */
  readonly weight: string;
  /** Whole name of the bias, [vocab] or [1, vocab]; null: none. */
  readonly bias: string | null;
}

export interface ModelSpec {
  readonly hiddenSize: number;
  readonly stack: StackSpec;
  readonly decoder: (StackSpec & { readonly startTokenId: number }) | null;
  readonly head: HeadSpec | null;
}

/** `name`.weight as PyTorch's Linear stores it, with `name`.bias. */
export function linear(name: string, inWidth: number, outWidth: number, bias: boolean | undefined = true): LinearSpec {
  return { tensor: `${name}.weight`, order: 'out-in', inWidth, outWidth, bias: bias ? `${name}.bias` : null };
}

/** `name`.weight as GPT-2's Conv1D stores it, with `name`.bias. */
export function conv1d(name: string, inWidth: number, outWidth: number): LinearSpec {
  return { tensor: `${name}.weight`, order: 'in-out', inWidth, outWidth, bias: `${name}.bias` };
}

/** Part `index` of `whole`, which holds matrices of the given widths in order. */
export function block(whole: LinearSpec, widths: readonly number[], index: number): LinearSpec {
  const start = widths.slice(0, index).reduce((sum, width) => sum + width, 0);
  const outWidth = widths[index] ?? 0;
  return { ...whole, outWidth, pick: { total: whole.outWidth, runs: [{ start, length: outWidth }] } };
}

/** Part `index` of `whole`, which stores, head by head, `parts` parts of `headDim` outputs. */
export function interleaved(
  whole: LinearSpec,
  heads: number,
  headDim: number,
  index: number,
  parts: number,
): LinearSpec {
  const runs = Array.from({ length: heads }, (_, head) => ({
    start: (head * parts + index) * headDim,
    length: headDim,
  }));
  return { ...whole, outWidth: heads * headDim, pick: { total: whole.outWidth, runs } };
}

export function layerNormSpec(
  name: string,
  width: number,
  epsilon: number,
  stored: Pick<NormSpec, 'hasBias' | 'hasWeights'> = {},
): NormSpec {
  return { kind: 'layer', name, width, epsilon, ...stored };
}

export function rmsNormSpec(name: string, width: number, epsilon: number, isOffByOne = false): NormSpec {
  return { kind: 'rms', name, width, epsilon, isOffByOne };
}

/** 1/√width: scaled by it, q·k keeps the size of one product (Vaswani et al. 2017, 3.2.1). */
export function inverseRoot(width: number): number {
  return 1 / Math.sqrt(width);
}

/** q, k and v, each as `part` describes it. */
export function queryKeyValue(part: (name: 'q' | 'k' | 'v', index: number) => LinearSpec) {
  return { q: part('q', 0), k: part('k', 1), v: part('v', 2) };
}

/** A learned table of positions: position p is at row p + offset. */
export function learnedPositions(
  tensor: string,
  rows: number,
  offset = 0,
  paddingId: number | null = null,
): PositionSpec {
  return { kind: 'table', tensor, rows, offset, paddingId };
}

/** The parts that most attention does without. */
export const plainAttention = {
  norm: null,
  queryNorm: null,
  keyNorm: null,
  rotary: null,
  positionTerms: null,
  softCap: null,
  isCausal: false,
  window: null,
  outputNorm: null,
  residualNorm: null,
} as const;

/** Plain attention with keys and values of each head's own, scaled by 1/√d_k.  @see Vaswani et al. 2017, 3.2.2 */
export function multiHead(heads: number, headDim: number) {
  return {
    ...plainAttention,
    numAttentionHeads: heads,
    numKeyValueHeads: heads,
    headDim,
    scoreScale: inverseRoot(headDim),
  };
}

export const plainFeedForward = { norm: null, gate: null, outputNorm: null, residualNorm: null } as const;

export const plainLayer = { crossAttention: null, isParallel: false, convolution: null } as const;

export const plainEmbedding = {
  tokenScale: 1,
  positions: null,
  tokenTypes: null,
  norm: null,
  projection: null,
} as const;
