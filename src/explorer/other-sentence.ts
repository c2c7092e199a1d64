import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { TokenInput } from '../core/chain/embedding.ts';
import { aboutModel } from '../core/interventions.ts';
import { type AttentionPart, type AttentionTrace, emptyTrace, type LayerTrace } from '../core/trace.ts';
import type { DistantResult } from '../run/distant-result.ts';
import { prefixed, type StageRecorder } from '../run/stage-recorder.ts';
import { createTraceGraph } from '../run/trace-graph.ts';
import { layersOfPart, type ShownTokens } from './attention-part.ts';
import type { ExplorerInputs } from './explorer-inputs.ts';
import { cut, encode, noTokens, type TokenizedText, tokenInput, tokenViews } from './tokenized-text.ts';

/** A second sentence, B, that the first one, A, is compared with: the same model, target, and interventions that are about the model. */
export interface OtherSentence {
  /** As it is now; null: there is no second sentence. */
  readonly live: ReadonlySignal<TokenizedText | null>;
  /** What the shown numbers are of. */
  readonly tokenized: ReadonlySignal<TokenizedText>;
  readonly trace: ReadonlySignal<AttentionTrace>;
  /** Of the part that is looked at. */
  readonly layers: ReadonlySignal<readonly LayerTrace[]>;
  readonly tokens: ReadonlySignal<ShownTokens>;
}

export interface OtherInput {
  readonly inputs: ExplorerInputs;
  readonly recorder: StageRecorder;
  readonly targetTokens: ReadonlySignal<TokenInput>;
  /** The tokens of the first sentence, whose target the second one shares. */
  readonly targets: ReadonlySignal<ShownTokens>;
  readonly part: ReadonlySignal<AttentionPart>;
  readonly result: ReadonlySignal<DistantResult | null>;
  readonly isDistant: ReadonlySignal<boolean>;
}

export function createOtherSentence(input: OtherInput): OtherSentence {
  const { inputs, recorder, targetTokens, targets, part, result, isDistant } = input;
  const model = computed(() => inputs.loaded.value.model);
  const ofOther = prefixed(recorder, 'B ');
  const live = computed(() => {
    const text = inputs.other.value;
    if (text === null) return null;
    const { tokenizer, model: current } = inputs.loaded.value;
    const encoding = ofOther.run('tokens', () => encode(tokenizer, text, null));
    return cut(encoding, current.maxPositions);
  });
  const tokens = computed(() => tokenInput(live.value ?? noTokens));
  const interventions = computed(() => aboutModel(inputs.interventions.value));
  const local = createTraceGraph({ model, tokens, targetTokens, interventions }, ofOther);
  const tokenized = computed(() => (isDistant.value ? result.value?.other?.tokenized : live.value) ?? noTokens);
  const trace = computed(() => (isDistant.value ? (result.value?.other?.trace ?? emptyTrace) : local.trace.value));
  const shownText = computed(() => (isDistant.value ? result.value?.other?.text : inputs.other.value) ?? '');
  const ownTokens = computed((): ShownTokens => {
    const views = tokenViews(tokenized.value.tokens, shownText.value);
    const { queries, keys } = targets.value;
    const { tokenCount } = tokenized.value;
    if (part.value === 'decoder') return { queries, keys, text: shownText.value, tokenCount };
    return { queries: part.value === 'cross' ? queries : views, keys: views, text: shownText.value, tokenCount };
  });
  const layers = computed(() => layersOfPart(trace.value, part.value));
  return { live, tokenized, trace, layers, tokens: ownTokens };
}
