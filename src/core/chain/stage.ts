import type { Tensor, tensor } from '../../tensor/tensor.ts';
import type { Interventions } from '../interventions.ts';
import type { AttentionParameters, LayerParameters } from '../model.ts';
import type { LayerTrace } from '../trace.ts';
import type { PreparedTerms } from './position-terms.ts';

/** The values of a layer: the stages of its trace, and steps that the trace does not show. */
export interface StageValues extends LayerTrace {
  /** The input of the attention, [query, in], and, in cross-attention, the encoder's output, [key, in]. */
  readonly entering: Tensor;
  readonly encoded: Tensor | null;
  /** norm(residPre); null if the attention has no norm. */
  readonly norm: Tensor | null;
  readonly queryInput: Tensor;
  readonly keyInput: Tensor;
  readonly projectedQ: Tensor;
  readonly projectedK: Tensor;
  readonly projectedV: Tensor;
  /** q and k as multiplied: rotated if the model has rotation. */
  readonly queries: Tensor;
  readonly keys: Tensor;
  /** Depends only on parameters; null if the model has none. */
  readonly positionTerms: PreparedTerms | null;
  /** residPre plus attention; null without a residual.  `attended`: the same after its norm, or attention only. */
  readonly attentionSum: Tensor | null;
  readonly attended: Tensor;
  readonly feedForwardInput: Tensor;
  readonly feedForward: Tensor | null;
  readonly feedForwardSum: Tensor;
  readonly convolved: Tensor;
  /** The input of the next layer. */
  readonly leaving: Tensor;
}

export type StageName = keyof StageValues;

/** Stages after the attention of a layer. */
export type EndStage = 'feedForwardInput' | 'feedForward' | 'feedForwardSum' | 'convolved' | 'residPost' | 'leaving';

export type AttentionStage = Exclude<StageName, EndStage | 'entering' | 'encoded'>;

/** A stage for each name, which computes a value of its type. */
export type Stages<Name extends StageName> = { readonly [One in Name]: ChainStage<StageValues[One]> };

/** An attention and its layer. */
export interface AttentionOfLayer {
  readonly attention: AttentionParameters;
  readonly layer: LayerParameters;
}

/** Makes the tensor of a result: `tensor`, or a function that reuses memory. */
export type Out = typeof tensor;

/** The part of the interventions that a stage depends on, as plain data. The stage is changed if it differs from that of no interventions. */
export type SettingOf<Setting> = (changes: Interventions, of: AttentionOfLayer) => Setting;

/** How interventions change the result of a stage. */
export interface Change<Setting> {
  readonly setting: SettingOf<Setting>;
  apply(result: Tensor, setting: Setting): Tensor;
  /** The name under which its runs are counted; null if they are not. */
  readonly countedAs: string | null;
}

/** A stage of the chain. */
export interface ChainStage<Result = unknown> {
  readonly axes: readonly string[];
  readonly reads: readonly StageName[];
  /** Computes the result only from the stages in `reads`. */
  compute(inputs: readonly unknown[], of: AttentionOfLayer, setting: unknown, out: Out): Result;
  /** Whether the model has this stage; its value is null otherwise. */
  has(of: AttentionOfLayer): boolean;
  readonly setting: SettingOf<unknown> | null;
  readonly change: Change<unknown> | null;
  /** Whether the trace shows it. */
  readonly isShown: boolean;
  /** Whether its runs are counted. */
  readonly isCounted: boolean;
}

interface Options<Setting> {
  readonly has?: ChainStage['has'];
  /** Interventions that change the computation. */
  readonly setting?: SettingOf<Setting>;
  /** Interventions that change the result. */
  readonly change?: Change<unknown>;
  readonly isShown?: boolean;
  readonly isCounted?: boolean;
}

/** Makes a stage. Its only inputs are the values of the stages in `reads`. */
export function stage<const Reads extends readonly StageName[], Result, Setting = null>(
  axes: string,
  reads: Reads,
  compute: (
    inputs: { readonly [Index in keyof Reads]: StageValues[Reads[Index]] },
    of: AttentionOfLayer,
    setting: Setting,
    out: Out,
  ) => Result,
  { has = () => true, setting, change, isShown = true, isCounted = true }: Options<Setting> = {},
): ChainStage<Result> {
  return {
    axes: axes.split(' '),
    reads,
    compute: compute as ChainStage<Result>['compute'],
    has,
    setting: setting ?? null,
    change: change ?? null,
    isShown,
    isCounted,
  };
}

/** Makes a step that the trace does not show and the recorder does not count. */
export const hidden: typeof stage = (axes, reads, compute, options) =>
  stage(axes, reads, compute, { ...options, isShown: false, isCounted: false });
