import { computed, type ReadonlySignal } from '@preact/signals-core';
import { rememberEmbedding, type TokenInput } from '../core/embedding.ts';
import type { HeadIndex } from '../core/interventions.ts';
import { predictAt } from '../core/language-head.ts';
import type { Model, Stack } from '../core/model.ts';
import { normalise } from '../core/projection.ts';
import { meanOverTokens, sentenceEmbedding } from '../core/sentence-embedding.ts';
import type { AttentionTrace, DecoderTrace, LayerTrace } from '../core/trace.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { layerGraph } from './layer-graph.ts';
import { lazily } from './lazily.ts';
import type { StageRecorder } from './stage-recorder.ts';
import type { TraceInputs } from './trace-inputs.ts';

/** The computation as lazy signals, one a stage and layer: reading a field of the trace computes what it needs,
 *  a change of an input recomputes from the first stage that depends on it. */
export function createTraceGraph(inputs: TraceInputs, recorder: StageRecorder): ReadonlySignal<AttentionTrace> {
  return computed(() => traceOf(inputs.model.value, inputs, recorder));
}

function traceOf(model: Model, inputs: TraceInputs, recorder: StageRecorder): AttentionTrace {
  const stage = <T>(name: string, compute: () => T) => computed(() => recorder.run(name, compute));
  const own = stackGraph(model, inputs.tokens, inputs, recorder, '', null);
  const decoder =
    model.decoder === null
      ? null
      : stackGraph(model.decoder, inputs.targetTokens, inputs, recorder, 'decoder ', own.leaves);
  const { sentence, head } = model;
  const pooled = stage('pooled', () => {
    const last = own.layers.at(-1)?.residPost;
    return sentence === null || !last || inputs.tokens.value.ids.length === 0 ? null : meanOverTokens(last);
  });
  const unit = stage('sentenceEmbedding', () =>
    sentence === null || pooled.value === null ? null : sentenceEmbedding(pooled.value, sentence),
  );
  const { leaves } = decoder ?? own;
  const predictions = computed(() => {
    const x = leaves.value;
    return head === null
      ? null
      : (token: number, count: number) => recorder.run('predictions', () => predictAt(x, token, head, count));
  });
  const { embedding, finalNorm } = own;
  return lazily({ embedding, finalNorm, pooled, sentenceEmbedding: unit, predictAt: predictions } as const, {
    layers: own.layers,
    decoder: decoder === null ? null : decoderTrace(decoder),
  });
}

function decoderTrace({ embedding, finalNorm, layers, crossLayers }: StackGraph): DecoderTrace {
  return lazily({ embedding, finalNorm }, { layers, crossLayers });
}

interface StackGraph {
  readonly embedding: ReadonlySignal<Tensor>;
  readonly layers: readonly LayerTrace[];
  readonly crossLayers: readonly LayerTrace[];
  readonly finalNorm: ReadonlySignal<Tensor | null>;
  /** What comes out of the stack, after the final norm where there is one. */
  readonly leaves: ReadonlySignal<Tensor>;
}

function stackGraph(
  stack: Stack,
  tokens: ReadonlySignal<TokenInput>,
  inputs: TraceInputs,
  recorder: StageRecorder,
  name: string,
  encoded: ReadonlySignal<Tensor> | null,
): StackGraph {
  const stage = <T>(what: string, compute: () => T) => computed(() => recorder.run(`${name}${what}`, compute));
  const embed = rememberEmbedding(stack.embedding);
  const embedding = stage('embedding', () => embed(tokens.value));
  const layers: LayerTrace[] = [];
  const crossLayers: LayerTrace[] = [];
  let enters: ReadonlySignal<Tensor> = embedding;
  for (const [index, parameters] of stack.layers.entries()) {
    const layer = layerGraph(parameters, enters, encoded, {
      name: `${name}L${index}`,
      index,
      // Heads of the stack that the text is read by can be switched off.
      inputs: name === '' ? inputs : { ...inputs, ablatedHeads: noHeads, mask: ownMask },
      recorder,
    });
    layers.push(layer.attention);
    if (layer.cross !== null) crossLayers.push(layer.cross);
    enters = layer.leaves;
  }
  const last = enters;
  const { finalNorm: norm } = stack;
  const finalNorm = norm === null ? none : stage('finalNorm', () => normalise(last.value, norm));
  return { embedding, layers, crossLayers, finalNorm, leaves: computed(() => finalNorm.value ?? last.value) };
}

const noHeads = computed<readonly HeadIndex[]>(() => []);
const none = computed(() => null);
const ownMask = computed(() => 'none' as const);
