import { computed, type ReadonlySignal } from '@preact/signals-core';
import { strongestKey } from '../core/attention-weights.ts';
import type { Interventions } from '../core/interventions.ts';
import type { AttentionTrace } from '../core/trace.ts';
import type { Selection } from '../view-models/selection.ts';
import {
  parametersOf,
  type ShownAttention,
  type ShownTokens,
  shownAttention,
  shownPart,
  shownTokens,
} from './attention-part.ts';
import { createInputs, type ExplorerInputs, type InitialInputs } from './explorer-inputs.ts';
import { createStageRecorder, type StageRecorder } from './stage-recorder.ts';
import { cut, encode, noTokens, shiftRight, type TokenizedText, tokenInput } from './tokenized-text.ts';
import { createTraceGraph } from './trace-graph.ts';

export type { TokenizedText };

/** The reactive core: inputs, and what follows from them; nothing is computed before it is read. */
export interface Explorer {
  readonly inputs: ExplorerInputs;
  readonly tokenized: ReadonlySignal<TokenizedText>;
  /** What the decoder of an encoder–decoder model reads; no tokens where there is none. */
  readonly targetTokenized: ReadonlySignal<TokenizedText>;
  readonly trace: ReadonlySignal<AttentionTrace>;
  /** The attention that is looked at, and its tokens. */
  readonly shown: ReadonlySignal<ShownAttention>;
  readonly tokens: ReadonlySignal<ShownTokens>;
  /** Heads of each of its layers. */
  readonly headCounts: ReadonlySignal<readonly number[]>;
  /** d_k of each of them. */
  readonly headDims: ReadonlySignal<readonly number[]>;
  readonly interventions: ReadonlySignal<Interventions>;
  /** The selected layer and head, which no number has to be computed for. */
  readonly place: ReadonlySignal<Pick<Selection, 'layer' | 'head'>>;
  /** The selection with its defaults filled in and kept within the model and the text. */
  readonly selection: ReadonlySignal<Selection>;
  readonly recorder: StageRecorder;
}

export function createExplorer(initial: InitialInputs): Explorer {
  const inputs = createInputs(initial);
  const recorder = createStageRecorder();
  const model = computed(() => inputs.loaded.value.model);
  const tokenized = computed(() => {
    const { tokenizer, model: current } = inputs.loaded.value;
    const encoding = recorder.run('tokens', () =>
      encode(tokenizer, inputs.text.value, inputs.pair.value, inputs.grown.value),
    );
    return cut(encoding, current.maxPositions);
  });
  const targetTokenized = computed((): TokenizedText => {
    const { tokenizer, model: current } = inputs.loaded.value;
    if (current.decoder === null) return noTokens;
    const { target, grownTarget } = inputs;
    const text = target.value ?? '';
    const isGrown = grownTarget.value !== null && text.startsWith(grownTarget.value.text);
    const encoding = recorder.run('target tokens', () => encode(tokenizer, text, null, grownTarget.value));
    const { startTokenId, maxPositions } = current.decoder;
    return cut(shiftRight(encoding, startTokenId, tokenizer, target.value, isGrown), maxPositions);
  });
  const { mask, scaleFactor, ablatedHeads } = inputs;
  const trace = createTraceGraph(
    {
      model,
      tokens: computed(() => tokenInput(tokenized.value)),
      targetTokens: computed(() => tokenInput(targetTokenized.value)),
      mask,
      scaleFactor,
      ablatedHeads,
    },
    recorder,
  );
  const interventions = computed(() => ({
    mask: mask.value,
    scaleFactor: scaleFactor.value,
    ablatedHeads: ablatedHeads.value,
  }));
  const shown = shownAttention(inputs, trace);
  const tokens = shownTokens(inputs, tokenized, targetTokenized);
  const parameters = computed(() => parametersOf(model.value, shownPart(inputs)));
  const headCounts = computed(() => parameters.value.map((one) => one.numAttentionHeads));
  const headDims = computed(() => parameters.value.map((one) => one.headDim));
  const place = computed(() => {
    const layer = Math.min(inputs.layer.value, headCounts.value.length - 1);
    const head = Math.min(inputs.head.value, (headCounts.value[layer] ?? 1) - 1);
    return { layer, head };
  });
  const selection = computed((): Selection => {
    const { layer, head } = place.value;
    const { queries, keys } = tokens.value;
    const query = Math.max(0, Math.min(inputs.query.value ?? queries.length - 1, queries.length - 1));
    // While newer numbers are being computed the default key must not wait for them.
    const isKnown = queries.length > 0 && keys.length > 0 && !inputs.isComputing.value;
    const weights = () => (isKnown ? shown.value.layers[layer]?.attentionWeights : undefined);
    const key = Math.max(0, Math.min(inputs.key.value ?? strongestKey(weights(), head, query), keys.length - 1));
    return { layer, head, query, key, matrix: inputs.matrix.value, dimension: inputs.dimension.value };
  });
  return {
    shown,
    tokens,
    headCounts,
    headDims,
    inputs,
    tokenized,
    targetTokenized,
    trace,
    interventions,
    place,
    selection,
    recorder,
  };
}
