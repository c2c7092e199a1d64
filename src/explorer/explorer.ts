import { computed, type ReadonlySignal } from '@preact/signals-core';
import { strongestKey } from '../core/chain/attention-weights.ts';
import { type HeadIndex, type Interventions, scalingAlone } from '../core/interventions.ts';
import { type AttentionTrace, emptyTrace } from '../core/trace.ts';
import { createStageRecorder, type StageRecorder } from '../run/stage-recorder.ts';
import { createTraceGraph } from '../run/trace-graph.ts';
import {
  parametersOf,
  type ShownAttention,
  type ShownTokens,
  shownAttention,
  shownPart,
  type Texts,
  tokensOfPart,
} from './attention-part.ts';
import { type Comparison, createComparison } from './comparison.ts';
import { createInputs, type ExplorerInputs, type InitialInputs } from './explorer-inputs.ts';
import { keptTokens } from './grown-text.ts';
import { createOtherSentence, type OtherSentence } from './other-sentence.ts';
import type { Selection } from './selection.ts';
import { createStudies, type Studies } from './studies.ts';
import type { TokenView } from './token-view.ts';
import { cut, encode, noTokens, shiftRight, type TokenizedText, tokenInput, tokenViews } from './tokenized-text.ts';

export type { TokenizedText };

/** The reactive core: inputs, and what follows from them; nothing is computed before it is read. */
export interface Explorer {
  readonly inputs: ExplorerInputs;
  readonly tokenized: ReadonlySignal<TokenizedText>;
  /** What the decoder of an encoder–decoder model reads; no tokens where there is none. */
  readonly targetTokenized: ReadonlySignal<TokenizedText>;
  readonly trace: ReadonlySignal<AttentionTrace>;
  /** The same run without any intervention, where it is computed in this thread. */
  readonly unaltered: ReadonlySignal<AttentionTrace>;
  /** The second sentence, B. */
  readonly other: OtherSentence;
  /** The attention that is looked at, and its tokens. */
  readonly shown: ReadonlySignal<ShownAttention>;
  readonly tokens: ReadonlySignal<ShownTokens>;
  /** The tokens of the texts as they are now, which another thread may not have answered for yet. */
  readonly liveTokens: ReadonlySignal<ShownTokens>;
  /** The tokens that a decoder reads; none where there is no decoder. */
  readonly decoderTokens: ReadonlySignal<readonly TokenView[]>;
  /** The tokens of the text that the interventions at single tokens are about, whatever part is looked at. */
  readonly textTokens: ReadonlySignal<readonly TokenView[]>;
  /** The text that the shown numbers are of. */
  readonly shownText: ReadonlySignal<string>;
  /** The two sentences beside one another. */
  readonly comparison: Comparison;
  /** Whether another thread computes. */
  readonly isDistant: ReadonlySignal<boolean>;
  /** Heads of each of its layers. */
  readonly headCounts: ReadonlySignal<readonly number[]>;
  /** d_k of each of them. */
  readonly headDims: ReadonlySignal<readonly number[]>;
  readonly interventions: ReadonlySignal<Interventions>;
  /** Those that the shown numbers are of: another thread may not have answered for the present ones yet. */
  readonly shownInterventions: ReadonlySignal<Interventions>;
  /** Those of them that act on the shown attention: most do on the stack that reads the text alone. */
  readonly partInterventions: ReadonlySignal<Interventions>;
  /** Heads of the shown attention that are switched off. */
  readonly shownAblatedHeads: ReadonlySignal<readonly HeadIndex[]>;
  /** The selected layer and head, which no number has to be computed for. */
  readonly place: ReadonlySignal<Pick<Selection, 'layer' | 'head'>>;
  /** The selection with its defaults filled in and kept within the model and the text. */
  readonly selection: ReadonlySignal<Selection>;
  readonly recorder: StageRecorder;
  /** What the panes that explain show. */
  readonly studies: Studies;
}

export function createExplorer(initial: InitialInputs): Explorer {
  const inputs = createInputs(initial);
  const recorder = createStageRecorder();
  const model = computed(() => inputs.loaded.value.model);
  const tokenized = computed(() => {
    const { tokenizer, model: current } = inputs.loaded.value;
    const encoding = recorder.run('tokens', () =>
      encode(tokenizer, inputs.text.value, inputs.segmentB.value, inputs.grown.value),
    );
    return cut(encoding, current.maxPositions);
  });
  const targetTokenized = computed((): TokenizedText => {
    const { tokenizer, model: current } = inputs.loaded.value;
    if (current.decoder === null) return noTokens;
    const { target, grownTarget } = inputs;
    const text = target.value ?? '';
    const isGrown = keptTokens(grownTarget.value, text) !== null;
    const encoding = recorder.run('target tokens', () => encode(tokenizer, text, null, grownTarget.value));
    const { startTokenId, maxPositions } = current.decoder;
    return cut(shiftRight(encoding, startTokenId, tokenizer, target.value, isGrown), maxPositions);
  });
  const { interventions } = inputs;
  const targetTokens = computed(() => tokenInput(targetTokenized.value));
  const tokensOfText = computed(() => tokenInput(tokenized.value));
  const local = createTraceGraph({ model, tokens: tokensOfText, targetTokens, interventions }, recorder);
  // What another thread computed is shown as a whole, with the texts that it belongs to, until its next result is there.
  const result = computed(() => inputs.loaded.value.distant?.value ?? null);
  const shownInterventions = computed(() => result.value?.interventions ?? interventions.value);
  const isDistant = computed(() => inputs.loaded.value.distant !== undefined);
  const trace = computed(() => (isDistant.value ? (result.value?.trace ?? emptyTrace) : local.trace.value));
  const wantedPart = computed(() => shownPart(inputs));
  const part = computed(() => result.value?.part ?? wantedPart.value);
  const isUnscaled = computed(() => shownInterventions.value.isUnscaled);
  const shown = shownAttention(inputs, part, trace, isUnscaled);
  const text = computed(() => inputs.text.value);
  const target = computed(() => inputs.target.value ?? '');
  const current: Texts = { text, target, tokenized, targetTokenized };
  const liveTokens = tokensOfPart(wantedPart, current);
  const shownTexts: Texts = {
    text: computed(() => (isDistant.value ? (result.value?.text ?? '') : text.value)),
    target: computed(() => (isDistant.value ? (result.value?.target ?? '') : target.value)),
    tokenized: computed(() => (isDistant.value ? (result.value?.tokenized ?? noTokens) : tokenized.value)),
    targetTokenized: computed(() =>
      isDistant.value ? (result.value?.targetTokenized ?? noTokens) : targetTokenized.value,
    ),
  };
  const tokens = tokensOfPart(part, shownTexts);
  const decoderTokens = computed(() => tokenViews(shownTexts.targetTokenized.value.tokens, shownTexts.target.value));
  const textTokens = computed(() => tokenViews(shownTexts.tokenized.value.tokens, shownTexts.text.value));
  const parameters = computed(() => parametersOf(model.value, part.value));
  const headCounts = computed(() => parameters.value.map((one) => one.numAttentionHeads));
  const headDims = computed(() => parameters.value.map((one) => one.headDim));
  const place = computed(() => {
    const wanted = Math.min(inputs.layer.value, headCounts.value.length - 1);
    const layer = result.value === null || result.value.hasLayer(wanted) ? wanted : result.value.layer;
    const head = Math.min(inputs.head.value, (headCounts.value[layer] ?? 1) - 1);
    return { layer, head };
  });
  const selection = computed((): Selection => {
    const { layer, head } = place.value;
    const { queries, keys } = tokens.value;
    const query = Math.max(0, Math.min(inputs.query.value ?? queries.length - 1, queries.length - 1));
    // While newer numbers are being computed the default key must not wait for them.
    const isKnown = queries.length > 0 && keys.length > 0 && (isDistant.value || !inputs.isComputing.value);
    const weights = () => (isKnown ? shown.value.layers[layer]?.attentionWeights : undefined);
    const key = Math.max(0, Math.min(inputs.key.value ?? strongestKey(weights(), head, query), keys.length - 1));
    return { layer, head, query, key, matrix: inputs.matrix.value, dimension: inputs.dimension.value };
  });
  const partInterventions = computed(() =>
    shown.value.part === 'encoder' ? shownInterventions.value : scalingAlone(shownInterventions.value),
  );
  const other = createOtherSentence({ inputs, recorder, targetTokens, targets: tokens, part, result, isDistant });
  const explorer = {
    unaltered: local.unaltered,
    other,
    textTokens,
    shownText: shownTexts.text,
    comparison: createComparison({ tokens, other, shown }),
    shown,
    tokens,
    liveTokens,
    decoderTokens,
    isDistant,
    headCounts,
    headDims,
    inputs,
    tokenized,
    targetTokenized,
    trace,
    interventions,
    shownInterventions,
    partInterventions,
    shownAblatedHeads: computed(() => partInterventions.value.ablatedHeads),
    place,
    selection,
    recorder,
  };
  return { ...explorer, studies: createStudies(explorer) };
}
