import { computed, type ReadonlySignal } from '@preact/signals-core';
import { prefixed, type StageRecorder } from '../run/stage-recorder.ts';
import type { ExplorerInputs } from './explorer-inputs.ts';
import { keptTokens } from './grown-text.ts';
import { cut, encode, noTokens, shiftRight, type TokenizedText } from './tokenized-text.ts';

/** Texts and their tokens. */
export interface Texts {
  readonly text: string;
  /** What the decoder reads; null: only its start token. */
  readonly target: string | null;
  readonly tokenized: TokenizedText;
  readonly targetTokenized: TokenizedText;
  /** The second sentence; null: there is none. */
  readonly other: { readonly text: string; readonly tokenized: TokenizedText } | null;
}

export const noTexts: Texts = {
  text: '',
  target: null,
  tokenized: noTokens,
  targetTokenized: noTokens,
  other: null,
};

/** The texts as they are typed. */
export interface LiveTexts {
  readonly tokenized: ReadonlySignal<TokenizedText>;
  /** No tokens without a decoder. */
  readonly targetTokenized: ReadonlySignal<TokenizedText>;
  /** null: there is no second sentence. */
  readonly otherTokenized: ReadonlySignal<TokenizedText | null>;
  readonly texts: ReadonlySignal<Texts>;
}

export function createTexts(inputs: ExplorerInputs, recorder: StageRecorder): LiveTexts {
  const { loaded, text, target, sentenceB, segmentB, grown, grownTarget } = inputs;
  const ofOther = prefixed(recorder, 'B ');
  const tokenized = computed(() => {
    const { tokenizer, model } = loaded.value;
    const encoding = recorder.run('tokens', () => encode(tokenizer, text.value, segmentB.value, grown.value));
    return cut(encoding, model.maxPositions);
  });
  const targetTokenized = computed(() => {
    const { tokenizer, model } = loaded.value;
    if (model.decoder === null) return noTokens;
    const written = target.value ?? '';
    const isGrown = keptTokens(grownTarget.value, written) !== null;
    const encoding = recorder.run('target tokens', () => encode(tokenizer, written, null, grownTarget.value));
    const { startTokenId, maxPositions } = model.decoder;
    return cut(shiftRight(encoding, startTokenId, tokenizer, target.value, isGrown), maxPositions);
  });
  const otherTokenized = computed(() => {
    const written = sentenceB.value;
    if (written === null) return null;
    const { tokenizer, model } = loaded.value;
    return cut(
      ofOther.run('tokens', () => encode(tokenizer, written, null)),
      model.maxPositions,
    );
  });
  const texts = computed((): Texts => {
    const second = otherTokenized.value;
    return {
      text: text.value,
      target: target.value,
      tokenized: tokenized.value,
      targetTokenized: targetTokenized.value,
      other: second === null ? null : { text: sentenceB.value ?? '', tokenized: second },
    };
  });
  return { tokenized, targetTokenized, otherTokenized, texts };
}
