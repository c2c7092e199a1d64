import { computed, type ReadonlySignal, untracked } from '@preact/signals-core';
import type { WordContrast } from '../core/measures/word-contrast.ts';
import type { StaticSide } from '../panes/word/view.ts';
import type { WordQuestion } from '../run/word-study.ts';
import type { ShownAttention } from './attention-part.ts';
import type { ExplorerInputs } from './explorer-inputs.ts';
import type { OtherSentence } from './other-sentence.ts';
import { staticSide } from './static-side.ts';
import type { TokenizedText } from './tokenized-text.ts';
import { type AskedWord, wordQuestion } from './word-study.ts';

/** A place that no token is at. */
const noToken = -1;

/** One word in the two sentences. */
export interface WordSignals {
  readonly wordQuestion: ReadonlySignal<WordQuestion | null>;
  /** Why there is no question; null: there is one. */
  readonly wordProblem: ReadonlySignal<string | null>;
  /** null where there is no question, or while the answer is to come. */
  readonly word: ReadonlySignal<WordContrast | null>;
  /** What static vectors say of it; null where there are none. */
  readonly staticSide: ReadonlySignal<StaticSide | null>;
}

export interface WordSignalsInput {
  readonly inputs: ExplorerInputs;
  readonly other: OtherSentence;
  readonly tokenized: ReadonlySignal<TokenizedText>;
  readonly shown: ReadonlySignal<ShownAttention>;
  readonly query: ReadonlySignal<number>;
  readonly layer: ReadonlySignal<number>;
  readonly answer: ReadonlySignal<WordContrast | null>;
}

export function createWordSignals(input: WordSignalsInput): WordSignals {
  const { inputs, other, tokenized, shown, query, layer } = input;
  const found = computed((): AskedWord => {
    const { model, tokenizer } = inputs.loaded.value;
    const tokensB = other.live.value?.tokens ?? [];
    if (tokensB.length === 0) return { question: null, problem: 'type the second sentence, B: Tab leads to it' };
    if (inputs.segmentB.value !== null)
      return { question: null, problem: 'A is two texts (--pair): start without it to compare a word' };
    return wordQuestion({
      tokenizer,
      maxPositions: model.maxPositions,
      textA: inputs.text.value,
      textB: inputs.other.value ?? '',
      tokensA: tokenized.value.tokens,
      tokensB,
      selectedA: shown.value.part === 'encoder' ? query.value : noToken,
      layer: layer.value,
    });
  });
  // A move of the cursor along the tokens of one word asks nothing new.
  const identity = computed(() => JSON.stringify({ ...found.value.question, vocabulary: null }));
  const question = computed(() => {
    void identity.value;
    void inputs.loaded.value;
    return untracked(() => found.value.question);
  });
  return {
    wordQuestion: question,
    wordProblem: computed(() => found.value.problem),
    word: input.answer,
    staticSide: computed(() => {
      const vectors = inputs.wordVectors.value;
      if (vectors === null || question.value === null) return null;
      return staticSide(vectors, question.value.word, inputs.text.value, inputs.other.value ?? '');
    }),
  };
}
