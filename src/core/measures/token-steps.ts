import { dim, row, type Tensor } from '../../tensor/tensor.ts';
import { normalise, project } from '../chain/projection.ts';
import { addResidual, addStreams, feedForwardSteps } from '../chain/residual.ts';
import type { RowStatistics } from '../derivation/derivation.ts';
import { asTensor } from '../derivation/inner-rows.ts';
import { attentionAt, type PartSource } from '../derivation/source.ts';
import { statisticsOf } from '../derivation/terms.ts';
import type { Activation, Norm } from '../model.ts';
import type { AttentionPart } from '../trace.ts';

/** The norms of a layer, in the order of their use: before attention, of its output, of the sum with it; the same of the feed-forward. */
export const normNames = [
  'attentionInput',
  'attentionOutput',
  'attentionSum',
  'feedForwardInput',
  'feedForwardOutput',
  'feedForwardSum',
] as const;
export type NormName = (typeof normNames)[number];

/** The norm of one vector. */
export interface NormStep {
  readonly input: Float32Array;
  readonly output: Float32Array;
  readonly statistics: RowStatistics;
  /** The norm's parameters; null if it has none. */
  readonly scale: Float32Array | null;
  readonly bias: Float32Array | null;
}

/** The feed-forward of one vector; [intermediate] where not said otherwise. */
export interface FeedForwardStep {
  /** What the matrices read, [hidden]. */
  readonly input: Float32Array;
  readonly up: Float32Array;
  /** Before the activation; null without a gate. */
  readonly gate: Float32Array | null;
  readonly activated: Float32Array;
  readonly hidden: Float32Array;
  /** After W_2, before any norm, [hidden]. */
  readonly down: Float32Array;
  readonly activation: Activation;
}

/** A sum of two or three vectors. */
export interface SumStep {
  readonly terms: readonly {
    readonly name: 'x' | 'x · W' | 'attention' | 'feed-forward';
    readonly values: Float32Array;
  }[];
  readonly sum: Float32Array;
}

/** What happens to the vector of one token in a layer outside of the attention itself, as plain data. A step that the layer does not have is null. */
export interface TokenSteps {
  readonly norms: Readonly<Record<NormName, NormStep | null>>;
  /** null in layers with parallel residuals, which add once. */
  readonly attentionSum: SumStep | null;
  readonly feedForward: FeedForwardStep | null;
  readonly feedForwardSum: SumStep | null;
  /** What leaves the layer; null if a cross-attention follows, or if the layer has no W_O. */
  readonly output: Float32Array | null;
}

/** The steps of a token around an attention, by the functions of the chain: bit for bit what the layer computed.
 *  @throws RangeError when there is no such layer or token.
 *  @see Ba et al. 2016; Zhang & Sennrich 2019; Vaswani et al. 2017, 3.3; Shazeer 2020 */
export function tokenSteps(source: PartSource, part: AttentionPart, layerIndex: number, token: number): TokenSteps {
  const { attention, layer, trace } = attentionAt(source, part, layerIndex);
  if (!(token >= 0 && token < dim(trace.residPre, 0))) throw new RangeError(`there is no token ${token}`);
  // Copies, because another thread is sent the whole buffer of a view.
  const rowOf = (matrix: Tensor) => asTensor(row(matrix, token).slice());
  const x = rowOf(trace.residPre);
  const attentionOutput = trace.attentionOutput && rowOf(trace.attentionOutput);
  const { residual } = attention;
  const added = attentionOutput && normalise(attentionOutput, attention.outputNorm);
  const sum = residual && added && addResidual(x, added, residual);
  const attended = sum ? normalise(sum, attention.residualNorm) : (attentionOutput ?? rowOf(trace.concat));
  const carried = residual?.kind === 'projection' ? project(x, residual.linear) : x;
  const xName = residual?.kind === 'projection' ? 'x · W' : 'x';

  const goesOn = layer.crossAttention !== null && part !== 'cross';
  const forward = goesOn || attentionOutput === null ? null : layer.feedForward;
  const read = layer.isParallel ? x : attended;
  const steps = forward && feedForwardSteps(read, forward);
  const ended = steps && addStreams(attended, steps.output);
  const last = ended ? normalise(ended, layer.isParallel ? null : (forward?.residualNorm ?? null)) : attended;
  const attentionTerms: SumStep['terms'] =
    added === null
      ? []
      : [
          { name: xName, values: carried.data },
          { name: 'attention', values: added.data },
        ];
  const forwardTerm: SumStep['terms'] = steps === null ? [] : [{ name: 'feed-forward', values: steps.output.data }];
  const output = layer.convolution === null ? last.data : trace.residPost && row(trace.residPost, token);
  return {
    norms: {
      attentionInput: normStep(x, attention.norm),
      attentionOutput: attentionOutput && normStep(attentionOutput, attention.outputNorm),
      attentionSum: sum && normStep(sum, attention.residualNorm),
      feedForwardInput: forward && normStep(read, forward.norm),
      feedForwardOutput: steps && normStep(steps.down, forward?.outputNorm ?? null),
      feedForwardSum: ended && normStep(ended, layer.isParallel ? null : (forward?.residualNorm ?? null)),
    },
    attentionSum: sum && !layer.isParallel ? { terms: attentionTerms, sum: sum.data } : null,
    feedForward:
      steps && forward
        ? {
            input: steps.input.data,
            up: steps.up.data,
            gate: steps.gate?.data ?? null,
            activated: steps.activated.data,
            hidden: steps.hidden.data,
            down: steps.down.data,
            activation: forward.activation,
          }
        : null,
    feedForwardSum: ended && {
      terms: [...(layer.isParallel ? attentionTerms : [{ name: 'x', values: attended.data } as const]), ...forwardTerm],
      sum: ended.data,
    },
    output: goesOn || attentionOutput === null ? null : output,
  };
}

function normStep(x: Tensor, norm: Norm | null): NormStep | null {
  if (norm === null) return null;
  return {
    input: x.data,
    output: normalise(x, norm).data,
    statistics: statisticsOf(x.data, norm),
    scale: norm.kind === 'factor' ? null : norm.scale.data,
    bias: norm.kind === 'layer' ? norm.bias.data : null,
  };
}
