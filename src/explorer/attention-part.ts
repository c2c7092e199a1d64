import { computed, type ReadonlySignal } from '@preact/signals-core';
import { asScaled } from '../core/chain/scores.ts';
import type { AttentionParameters, Model } from '../core/model.ts';
import type { AttentionPart, AttentionTrace, LayerTrace } from '../core/trace.ts';
import type { ExplorerInputs } from './explorer-inputs.ts';
import type { TokenView } from './token-view.ts';
import { type TokenizedText, tokenViews } from './tokenized-text.ts';

/** All that is shown comes from here. */
export interface ShownAttention {
  readonly part: AttentionPart;
  readonly layers: readonly LayerTrace[];
  readonly parameters: readonly AttentionParameters[];
}

/** The tokens that ask and those that answer; one list where they are the same. */
export interface ShownTokens {
  readonly queries: readonly TokenView[];
  readonly keys: readonly TokenView[];
  /** The text that the queries are of, how many tokens it has, and whether some had to be cut. */
  readonly text: string;
  readonly tokenCount: number;
}

/** The part that is looked at; the model's own stack where it has no other. */
export function shownPart({ loaded, part }: Pick<ExplorerInputs, 'loaded' | 'part'>): AttentionPart {
  return loaded.value.model.decoder === null ? 'encoder' : part.value;
}

/** The attention of a part of a trace; the model's own where there is no decoder. */
export function layersOfPart({ layers, decoder }: AttentionTrace, part: AttentionPart): readonly LayerTrace[] {
  if (part === 'encoder' || decoder === null) return layers;
  return part === 'decoder' ? decoder.layers : decoder.crossLayers;
}

/** The attention of a part, computed here or come from another thread. */
export function shownAttention(
  inputs: ExplorerInputs,
  part: ReadonlySignal<AttentionPart>,
  trace: ReadonlySignal<AttentionTrace>,
  isUnscaled: ReadonlySignal<boolean>,
): ReadonlySignal<ShownAttention> {
  return computed(() => ({
    part: part.value,
    layers: layersOfPart(trace.value, part.value),
    parameters: parametersOf(inputs.loaded.value.model, part.value).map((own) => asScaled(own, isUnscaled.value)),
  }));
}

/** Texts as they were cut into tokens. */
export interface Texts {
  readonly text: ReadonlySignal<string>;
  readonly target: ReadonlySignal<string>;
  readonly tokenized: ReadonlySignal<TokenizedText>;
  readonly targetTokenized: ReadonlySignal<TokenizedText>;
}

export function tokensOfPart(part: ReadonlySignal<AttentionPart>, texts: Texts): ReadonlySignal<ShownTokens> {
  const source = computed(() => tokenViews(texts.tokenized.value.tokens, texts.text.value));
  const target = computed(() => tokenViews(texts.targetTokenized.value.tokens, texts.target.value));
  return computed(() => {
    const keys = part.value === 'decoder' ? target.value : source.value;
    const queries = part.value === 'encoder' ? keys : target.value;
    const text = (part.value === 'encoder' ? texts.text : texts.target).value;
    const { tokenCount } = (part.value === 'encoder' ? texts.tokenized : texts.targetTokenized).value;
    return { queries, keys, text, tokenCount };
  });
}

/** Parameters of each layer of a part, which no number has to be computed for. */
export function parametersOf(model: Model, part: AttentionPart): AttentionParameters[] {
  if (part === 'encoder' || model.decoder === null) return model.layers.map((layer) => layer.attention);
  if (part === 'decoder') return model.decoder.layers.map((layer) => layer.attention);
  return model.decoder.layers.flatMap((layer) => layer.crossAttention ?? []);
}
