import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { TokenInput } from '../core/chain/embedding.ts';
import { predictAt } from '../core/chain/language-head.ts';
import { normalise } from '../core/chain/projection.ts';
import { meanOverTokens, sentenceEmbedding } from '../core/chain/sentence-embedding.ts';
import { type Interventions, noInterventions, scalingOnly } from '../core/interventions.ts';
import { rememberEmbedding } from '../core/memo/embedding-memo.ts';
import type { LanguageHead, Model, Stack } from '../core/model.ts';
import type { AttentionTrace, LayerTrace } from '../core/trace.ts';
import { dim, type Tensor } from '../tensor/tensor.ts';
import { layerGraph } from './layer-graph.ts';
import { lazily } from './lazily.ts';
import type { StageRecorder } from './stage-recorder.ts';
import { alteredStages, constant, type Stage, type StageMaker, stable, unalteredStages } from './stages.ts';
import type { TraceInputs } from './trace-inputs.ts';

/** A run with the reader's interventions, and the same run without them. */
export interface TraceGraph {
  readonly trace: ReadonlySignal<AttentionTrace>;
  /** Both traces share the tensor of a stage that no intervention reaches. */
  readonly unaltered: ReadonlySignal<AttentionTrace>;
}

/** The computation as lazy signals, one for each stage and layer. Reading a field of the trace computes what it needs;
 *  changing an input recomputes only the stages that depend on it. */
export function createTraceGraph(inputs: TraceInputs, recorder: StageRecorder): TraceGraph {
  const both = computed(() => {
    const model = inputs.model.value;
    const { make, known } = unalteredStages(recorder);
    const unaltered = traceOf(model, { ...inputs, interventions: none }, recorder, make);
    return { unaltered, trace: traceOf(model, inputs, recorder, alteredStages(recorder, known)) };
  });
  return { trace: computed(() => both.value.trace), unaltered: computed(() => both.value.unaltered) };
}

const none: ReadonlySignal<Interventions> = computed(() => noInterventions);

function traceOf(model: Model, inputs: TraceInputs, recorder: StageRecorder, make: StageMaker): AttentionTrace {
  const own = stackGraph(model, inputs.tokens, inputs.interventions, recorder, make, '', null);
  const ofDecoder = stable(() => scalingOnly(inputs.interventions.value));
  const decoder =
    model.decoder === null
      ? null
      : stackGraph(model.decoder, inputs.targetTokens, ofDecoder, recorder, make, 'decoder ', own.leaves);
  const { sentence, head } = model;
  const pooled =
    sentence === null || own.residPost === null
      ? constant(null)
      : make('pooled', [own.residPost], (x) => (dim(x, 0) === 0 ? null : meanOverTokens(x)));
  const unit =
    sentence === null
      ? constant(null)
      : make('sentenceEmbedding', [pooled], (mean) => mean && sentenceEmbedding(mean, sentence));
  const predictions =
    head === null
      ? constant(null)
      : make('predictAt', [(decoder ?? own).leaves], (x) => predictor(x, head, recorder), { isCounted: false });
  const { embedding, finalNorm } = own;
  return lazily({ embedding, finalNorm, pooled, sentenceEmbedding: unit, predictAt: predictions } as const, {
    layers: own.layers,
    decoder:
      decoder &&
      lazily(
        { embedding: decoder.embedding, finalNorm: decoder.finalNorm },
        { layers: decoder.layers, crossLayers: decoder.crossLayers },
      ),
  });
}

function predictor(x: Tensor, head: LanguageHead, recorder: StageRecorder): AttentionTrace['predictAt'] {
  return (token, count) => recorder.run('predictions', () => predictAt(x, token, head, count));
}

interface StackGraph {
  readonly embedding: Stage<Tensor>;
  readonly layers: readonly LayerTrace[];
  readonly crossLayers: readonly LayerTrace[];
  /** The output of the last layer, before the final norm; null without layers or W_O. */
  readonly residPost: Stage<Tensor> | null;
  readonly finalNorm: { readonly value: Tensor | null };
  /** The output of the stack, after the final norm if there is one. */
  readonly leaves: Stage<Tensor>;
}

function stackGraph(
  stack: Stack,
  tokens: ReadonlySignal<TokenInput>,
  interventions: ReadonlySignal<Interventions>,
  recorder: StageRecorder,
  make: StageMaker,
  name: string,
  encoded: Stage<Tensor> | null,
): StackGraph {
  const embed = rememberEmbedding(stack.embedding);
  const embedding = make(`${name}embedding`, [], () => embed(tokens.value));
  const layers: LayerTrace[] = [];
  const crossLayers: LayerTrace[] = [];
  let enters: Stage<Tensor> = embedding;
  for (const [index, parameters] of stack.layers.entries()) {
    const place = { name: `${name}L${index}`, index, interventions, recorder, make };
    const layer = layerGraph(parameters, enters, encoded, place);
    layers.push(layer.attention);
    if (layer.cross !== null) crossLayers.push(layer.cross);
    enters = layer.leaves;
  }
  const { finalNorm: norm } = stack;
  const residPost = (stack.layers.at(-1)?.attention.wO ?? null) === null ? null : enters;
  const normed = norm === null ? null : make(`${name}finalNorm`, [enters], (x) => normalise(x, norm));
  const finalNorm = normed ?? { value: null };
  return { embedding, layers, crossLayers, residPost, finalNorm, leaves: normed ?? enters };
}
