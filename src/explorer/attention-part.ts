import { computed, type ReadonlySignal } from '@preact/signals-core';
import { asScaled } from '../core/chain/scores.ts';
import type { AttentionParameters } from '../core/model.ts';
import { layersOfPart, parametersOf } from '../core/parts.ts';
import type { AttentionPart, AttentionTrace, LayerTrace } from '../core/trace.ts';
import type { ExplorerInputs } from './explorer-inputs.ts';
import type { Texts } from './texts.ts';
import type { TokenView } from './token-view.ts';
import { type TokenizedText, tokenViews } from './tokenized-text.ts';

/** Everything on the screen comes from here. */
export interface ShownAttention {
  readonly part: AttentionPart;
  readonly layers: readonly LayerTrace[];
  readonly parameters: readonly AttentionParameters[];
}

/** The tokens that ask and those that answer, which may be the same list. */
export interface ShownTokens {
  readonly queries: readonly TokenView[];
  readonly keys: readonly TokenView[];
  /** The text of the queries, its number of tokens, and whether some were cut. */
  readonly text: string;
  readonly tokenCount: number;
}

/** The part in view; a model with one stack has only 'encoder'. */
export function shownPart({ loaded, part }: Pick<ExplorerInputs, 'loaded' | 'part'>): AttentionPart {
  return loaded.value.model.decoder === null ? 'encoder' : part.value;
}

/** The attention of a part. */
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

/** The tokens of a part of texts. */
export function tokensOfPart(
  part: ReadonlySignal<AttentionPart>,
  texts: ReadonlySignal<Texts>,
): ReadonlySignal<ShownTokens> {
  const source = textTokens(texts);
  const target = decoderTokens(texts);
  return computed(() => {
    const keys = part.value === 'decoder' ? target.value : source.value;
    const queries = part.value === 'encoder' ? keys : target.value;
    const isOfText = part.value === 'encoder';
    const { text, target: written, tokenized, targetTokenized } = texts.value;
    const { tokenCount } = isOfText ? tokenized : targetTokenized;
    return { queries, keys, text: isOfText ? text : (written ?? ''), tokenCount };
  });
}

/** The tokens of the text, in any part. */
export function textTokens(texts: ReadonlySignal<Texts>): ReadonlySignal<readonly TokenView[]> {
  return views(texts, ({ tokenized, text }) => [tokenized, text]);
}

/** The tokens that the decoder reads; none without a decoder. */
export function decoderTokens(texts: ReadonlySignal<Texts>): ReadonlySignal<readonly TokenView[]> {
  return views(texts, ({ targetTokenized, target }) => [targetTokenized, target ?? '']);
}

/** Views of tokens, which stay the same while the text does. */
function views(texts: ReadonlySignal<Texts>, of: (texts: Texts) => readonly [TokenizedText, string]) {
  const tokenized = computed(() => of(texts.value)[0]);
  const text = computed(() => of(texts.value)[1]);
  return computed(() => tokenViews(tokenized.value.tokens, text.value));
}
