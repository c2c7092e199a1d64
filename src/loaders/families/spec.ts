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

// A model as data: which tensors of the files are its parts, how they are laid out, and what joins them.
// Names are of whole tensors, or, where a part has a weight and a bias, of what stands before `.weight` and `.bias`.

/** A matrix of the files: all of a tensor, or the outputs `pick` of one that holds several matrices. */
export interface MatrixSpec {
  /** Whole name of the tensor. */
  readonly tensor: string;
  readonly order: StoredOrder;
  readonly inWidth: number;
  readonly outWidth: number;
  readonly pick?: OutputPick;
}

/** Where output `o` lies among the outputs of a fused tensor: run by run, each of `length` outputs that lie together. */
export interface OutputPick {
  /** Outputs that the tensor has in all. */
  readonly total: number;
  readonly runs: readonly { readonly start: number; readonly length: number }[];
}

export interface LinearSpec extends MatrixSpec {
  /** Whole name of the bias, or null where there is none. */
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
  /** false: nothing is stored, scale 1 and bias 0 (OLMo). */
  readonly hasWeights?: boolean;
}

/** A number in the place of a norm. */
export interface FactorSpec {
  readonly kind: 'factor';
  readonly factor: number;
}

export type PositionSpec =
  | { readonly kind: 'sinusoid' }
  /** Computed as fairseq does: rows from 0, zeros for the padding, from the one after which positions are counted. */
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
  /** Whole name of the table [type, width], of as many rows as it has. */
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
      /** Rows that the table has, where it has more than there are buckets. */
      readonly rows?: number;
    })
  | {
      readonly kind: 'disentangled';
      /** Whole name of the table of relative positions, [2 · span, hidden], and its norm. */
      readonly table: string;
      readonly norm: NormSpec | null;
      /** What makes keys and queries of it; null: that term is left out. */
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
  /** Groups of channels, each of which makes its outputs of its own inputs alone. */
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
  /** Whole name of the matrix [vocab, width]; the token table's name where they are tied. */
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

/** Part `index` of `whole`, which holds matrices of the given widths one after the other. */
export function block(whole: LinearSpec, widths: readonly number[], index: number): LinearSpec {
  const start = widths.slice(0, index).reduce((sum, width) => sum + width, 0);
  const outWidth = widths[index] ?? 0;
  return { ...whole, outWidth, pick: { total: whole.outWidth, runs: [{ start, length: outWidth }] } };
}

/** Part `index` of `whole`, in which each head has `parts` parts of `headDim` outputs together. */
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

/** What most attention does not have. */
/** 1/√width: scaled by it, q·k keeps the size of one product (Vaswani et al. 2017, 3.2.1). */
export function inverseRoot(width: number): number {
  return 1 / Math.sqrt(width);
}

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

export const plainFeedForward = { norm: null, gate: null, outputNorm: null, residualNorm: null } as const;

export const plainLayer = { crossAttention: null, isParallel: false, convolution: null } as const;

export const plainEmbedding = {
  tokenScale: 1,
  positions: null,
  tokenTypes: null,
  norm: null,
  projection: null,
} as const;
