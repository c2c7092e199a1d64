import { batch } from '@preact/signals-core';
import type { Explorer } from './explorer.ts';
import { grow, keptTokens } from './grown-text.ts';

/** Why nothing can be appended, whatever the numbers are; null: nothing speaks against it. */
export function appendProblem({ inputs }: Explorer): string | null {
  const { model } = inputs.loaded.peek();
  if (model.head?.kind !== 'causal') {
    return `${model.name} does not predict the next token, so there is nothing to append`;
  }
  return inputs.segmentB.peek() === null ? null : 'nothing can be appended to two texts (--pair)';
}

/** Appends the most probable next token to the text, or to an encoder–decoder's target; it is kept as an id.
 *  @returns why nothing can be appended; null: a token was appended */
export function appendBest(explorer: Explorer): string | null {
  const { inputs, tokenized, targetTokenized, texts, trace } = explorer;
  const { model, tokenizer, endTokenIds = [] } = inputs.loaded.peek();
  const problem = appendProblem(explorer);
  if (problem !== null) return problem;
  const isTarget = model.decoder !== null;
  const { tokens, truncated } = (isTarget ? targetTokenized : tokenized).peek();
  const shown = (isTarget ? texts.peek().targetTokenized : texts.peek().tokenized).tokens;
  if (shown !== tokens) return 'these numbers are still being computed: try again in a moment';
  const { maxPositions } = model.decoder ?? model;
  if (truncated || (maxPositions !== null && tokens.length >= maxPositions)) {
    return `${model.name} cannot read a longer text`;
  }
  const best = tokens.length === 0 ? undefined : trace.peek().predictAt?.(tokens.length - 1, 1)[0];
  if (best === undefined) return 'there is no text yet to continue';
  if (endTokenIds.includes(best.id)) return `${model.name} ends the text here`;
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
  return null;
}
