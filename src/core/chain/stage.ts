import type { Tensor, tensor } from '../../tensor/tensor.ts';
import type { Interventions } from '../interventions.ts';
import type { AttentionParameters, LayerParameters } from '../model.ts';
import type { LayerTrace } from '../trace.ts';
import type { PreparedTerms } from './position-terms.ts';

/** What a layer computes: the stages of its trace, and steps between them that the trace does not show. */
export interface StageValues extends LayerTrace {
  /** What enters the attention, [query, in], and in cross-attention the encoder's output, [key, in]. */
  readonly entering: Tensor;
  readonly encoded: Tensor | null;
  /** norm(residPre); null where the model has no norm there. */
  readonly norm: Tensor | null;
  readonly queryInput: Tensor;
  readonly keyInput: Tensor;
  readonly projectedQ: Tensor;
  readonly projectedK: Tensor;
  readonly projectedV: Tensor;
  /** q and k as they are multiplied: rotated where the model has rotation. */
  readonly queries: Tensor;
  readonly keys: Tensor;
  /** Depends on the parameters only; null where the model has none. */
  readonly positionTerms: PreparedTerms | null;
  /** The stream with what attention adds to it, and the same after its norm. */
  readonly attentionSum: Tensor | null;
  readonly attended: Tensor;
  readonly feedForwardInput: Tensor;
  readonly feedForward: Tensor | null;
  readonly feedForwardSum: Tensor;
  readonly convolved: Tensor;
  /** What the next layer reads. */
  readonly leaving: Tensor;
}

export type StageName = keyof StageValues;

/** Stages behind the attention of a layer. */
export type EndStage = 'feedForwardInput' | 'feedForward' | 'feedForwardSum' | 'convolved' | 'residPost' | 'leaving';

export type AttentionStage = Exclude<StageName, EndStage | 'entering' | 'encoded'>;

/** Stages that compute what their names stand for. */
export type Stages<Name extends StageName> = { readonly [One in Name]: ChainStage<StageValues[One]> };

/** One attention, and the layer that it is in. */
export interface AttentionOfLayer {
  readonly attention: AttentionParameters;
  readonly layer: LayerParameters;
}

/** Makes the tensor of a result: `tensor`, or what gives it other memory. */
export type Out = typeof tensor;

/** What a stage takes from the interventions, as plain data: the stage is changed where that is not what it takes from none. */
export type SettingOf<Setting> = (changes: Interventions, of: AttentionOfLayer) => Setting;

/** What the reader does to the result of a stage. */
export interface Change<Setting> {
  readonly setting: SettingOf<Setting>;
  apply(result: Tensor, setting: Setting): Tensor;
  /** The name under which its runs are counted; null: they are not. */
  readonly countedAs: string | null;
}

/** A stage of the chain, for those who evaluate it. */
export interface ChainStage<Result = unknown> {
  readonly axes: readonly string[];
  readonly reads: readonly StageName[];
  /** Computes the result from what the stage reads, and from nothing else. */
  compute(inputs: readonly unknown[], of: AttentionOfLayer, setting: unknown, out: Out): Result;
  /** Whether the model has this stage; where not, it is null. */
  has(of: AttentionOfLayer): boolean;
  readonly setting: SettingOf<unknown> | null;
  readonly change: Change<unknown> | null;
  /** Whether it is a stage of the trace. */
  readonly isShown: boolean;
  /** Whether its runs are counted. */
  readonly isCounted: boolean;
}

interface Options<Setting> {
  readonly has?: ChainStage['has'];
  /** Interventions act in the computation, as its setting … */
  readonly setting?: SettingOf<Setting>;
  /** … or on its result. */
  readonly change?: Change<unknown>;
  readonly isShown?: boolean;
  readonly isCounted?: boolean;
}

/** A stage that reads the stages it names, and nothing else: they are its only arguments. */
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

/** A step that the trace does not show and that is not counted. */
export const hidden: typeof stage = (axes, reads, compute, options) =>
  stage(axes, reads, compute, { ...options, isShown: false, isCounted: false });
