import { tokenInput } from '../../explorer/tokenized-text.ts';
import { generateGreedily } from '../../run/generation.ts';
import type { Options } from '../command-table.ts';
import { createSession, loadNamedModel } from '../explorer-session.ts';
import { UsageError } from '../usage-error.ts';

const defaultTokens = 20;
const mostTokens = 10_000;

/** `attnscope generate TEXT --tokens N`: the greedy continuation, as text or as JSON `{ids, text}`. */
export function generateCommand(given: string, options: Options): string {
  const count = tokensOption(options.tokens);
  const loaded = loadNamedModel(options);
  const { model, tokenizer, endTokenIds } = loaded;
  if (model.head?.kind !== 'causal') {
    throw new UsageError(
      `generate: ${model.name} (${model.type}) predicts no next token; use a decoder or encoder-decoder with a language-model head`,
    );
  }
  const explorer = createSession(loaded, given, options);
  const ids = generateGreedily({
    model,
    tokens: tokenInput(explorer.tokenized.value),
    targetTokens: tokenInput(explorer.targetTokenized.value),
    count,
    endTokenIds,
  });
  const text = tokenizer.decode?.(ids, { skipSpecialTokens: true }) ?? '';
  return options.json === true ? `${JSON.stringify({ ids, text })}\n` : `${text}\n`;
}

function tokensOption(given: string | undefined): number {
  if (given === undefined) return defaultTokens;
  const count = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (count >= 1 && count <= mostTokens) return count;
  throw new UsageError(`--tokens ${given}: a whole number from 1 to ${mostTokens} is expected`);
}
