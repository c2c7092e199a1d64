import { batch } from '@preact/signals-core';
import type { Explorer } from './explorer.ts';
import { grow, keptTokens } from './grown-text.ts';

export type Appended = { readonly problem: string } | { readonly text: string; readonly isTarget: boolean };

/** Appends the most probable next token to the text, of an encoder–decoder to the target; it is kept as an id. */
export function appendBest({ inputs, tokenized, targetTokenized, texts, trace }: Explorer): Appended {
  const { model, tokenizer, endTokenIds = [] } = inputs.loaded.peek();
  if (model.head?.kind !== 'causal') {
    return { problem: `${model.name} does not predict what comes next, so there is nothing to append` };
  }
  if (inputs.segmentB.peek() !== null)
    return { problem: 'two texts were given (--pair): nothing is appended to a pair' };
  const isTarget = model.decoder !== null;
  const { tokens, truncated } = (isTarget ? targetTokenized : tokenized).peek();
  const shown = (isTarget ? texts.peek().targetTokenized : texts.peek().tokenized).tokens;
  if (shown !== tokens) return { problem: 'the numbers of this text are not there yet: press it again when they are' };
  const { maxPositions } = model.decoder ?? model;
  if (truncated || (maxPositions !== null && tokens.length >= maxPositions)) {
    return { problem: `the text is as long as ${model.name} can read` };
  }
  const best = tokens.length === 0 ? undefined : trace.peek().predictAt?.(tokens.length - 1, 1)[0];
  if (best === undefined) return { problem: 'there is no text yet that something could follow' };
  if (endTokenIds.includes(best.id)) return { problem: `${model.name} ends the text here` };
  const text = (isTarget ? inputs.target.peek() : inputs.text.peek()) ?? '';
  const before = (isTarget ? inputs.grownTarget : inputs.grown).peek();
  const typedCount = keptTokens(before, text) === null ? undefined : before?.typedCount;
  const grown = grow(tokenizer, text, isTarget ? tokens.slice(1) : tokens, best.id, typedCount);
  batch(() => {
    if (isTarget) {
      inputs.grownTarget.value = grown;
      inputs.target.value = grown.text;
    } else {
      inputs.grown.value = grown;
      inputs.text.value = grown.text;
    }
  });
  return { text: grown.text, isTarget };
}
