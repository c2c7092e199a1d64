import { computed, type ReadonlySignal } from '@preact/signals-core';
import { layersOfPart } from '../core/parts.ts';
import type { AttentionPart, AttentionTrace, LayerTrace } from '../core/trace.ts';
import type { ShownTokens } from './attention-part.ts';
import type { Texts } from './texts.ts';
import { noTokens, type TokenizedText, tokenViews } from './tokenized-text.ts';

/** B, a second sentence to compare with A: the same model and target, and the interventions that concern the model. */
export interface OtherSentence {
  /** As it is typed; null: there is none. */
  readonly live: ReadonlySignal<TokenizedText | null>;
  /** What the shown numbers belong to. */
  readonly tokenized: ReadonlySignal<TokenizedText>;
  readonly trace: ReadonlySignal<AttentionTrace>;
  /** Of the part in view. */
  readonly layers: ReadonlySignal<readonly LayerTrace[]>;
  readonly tokens: ReadonlySignal<ShownTokens>;
}

export function createOtherSentence({
  live,
  texts,
  trace,
  part,
  targets,
}: Pick<OtherSentence, 'live' | 'trace'> & {
  readonly texts: ReadonlySignal<Texts>;
  readonly part: ReadonlySignal<AttentionPart>;
  /** The tokens of A, whose target B shares. */
  readonly targets: ReadonlySignal<ShownTokens>;
}): OtherSentence {
  const tokenized = computed(() => texts.value.other?.tokenized ?? noTokens);
  const text = computed(() => texts.value.other?.text ?? '');
  const tokens = computed((): ShownTokens => {
    const views = tokenViews(tokenized.value.tokens, text.value);
    const { queries, keys } = targets.value;
    const { tokenCount } = tokenized.value;
    if (part.value === 'decoder') return { queries, keys, text: text.value, tokenCount };
    return { queries: part.value === 'cross' ? queries : views, keys: views, text: text.value, tokenCount };
  });
  const layers = computed(() => layersOfPart(trace.value, part.value));
  return { live, tokenized, trace, layers, tokens };
}
