import { computed, type ReadonlySignal, untracked } from '@preact/signals-core';
import type { Interventions } from '../core/interventions.ts';
import type { Model } from '../core/model.ts';
import type { WordQuestion } from '../run/word-answer.ts';
import type { ExplorerCore } from './explorer-core.ts';
import { cut, encode } from './tokenized-text.ts';
import { type AskedWord, type ReadText, wordQuestion } from './word-question.ts';

/** A place without a token. */
const noToken = -1;

/** The question about one word in the two sentences. */
export function createWordQuestion({
  inputs,
  other,
  tokenized,
  shown,
  query,
  layer,
}: Pick<ExplorerCore, 'inputs' | 'other' | 'tokenized' | 'shown'> & {
  readonly query: ReadonlySignal<number>;
  readonly layer: ReadonlySignal<number>;
}): {
  /** null: there is none. */
  readonly question: ReadonlySignal<WordQuestion | null>;
  /** Why there is none. */
  readonly problem: ReadonlySignal<string | null>;
} {
  const control = computed((): ReadText | null => {
    const text = inputs.control.value;
    if (text === null) return null;
    const { model, tokenizer } = inputs.loaded.value;
    return { text, tokens: cut(encode(tokenizer, text, null), model.maxPositions).tokens };
  });
  const isCausal = computed(() => readsOnlyBefore(inputs.loaded.value.model, inputs.interventions.value));
  const found = computed((): AskedWord => {
    const { model, tokenizer } = inputs.loaded.value;
    const tokensB = other.live.value?.tokens ?? [];
    if (tokensB.length === 0)
      return {
        question: null,
        problem: 'there is no second sentence yet: {second-line} in the panes types sentence B',
      };
    if (inputs.segmentB.value !== null)
      return { question: null, problem: 'A has two texts (--pair): start without --pair to compare a word' };
    return wordQuestion({
      tokenizer,
      maxPositions: model.maxPositions,
      hasPositions: model.embedding.positions !== null,
      isCausal: isCausal.value,
      a: { text: inputs.text.value, tokens: tokenized.value.tokens },
      b: { text: inputs.sentenceB.value ?? '', tokens: tokensB },
      c: control.value,
      selectedA: shown.value.part === 'encoder' ? query.value : noToken,
      chosenB: inputs.queryB.value,
      layer: layer.value,
    });
  });
  // A move along the tokens of one word asks nothing new.
  const identity = computed(() => JSON.stringify({ ...found.value.question, vocabulary: null }));
  const question = computed(() => {
    void identity.value;
    void inputs.loaded.value;
    return untracked(() => found.value.question);
  });
  return { question, problem: computed(() => found.value.problem) };
}

/** Whether no token of the text depends on a later one. */
function readsOnlyBefore({ layers }: Model, { mask }: Interventions): boolean {
  return layers.every(
    ({ attention, convolution }) => convolution === null && (mask === 'causal' || attention.isCausal),
  );
}
