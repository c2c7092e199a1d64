import type { TokenView } from '../view-models/tokens.ts';
import type { Explorer } from './explorer.ts';

/** The text whose tokens are predicted, and the place in it: the selected query, or the last token where the queries are
 *  those of an encoder, which predicts nothing. */
export function predictedPlace({ inputs, tokens, decoderTokens, shown, selection }: Explorer): {
  readonly tokens: readonly TokenView[];
  readonly position: number;
} {
  const isElsewhere = inputs.loaded.value.model.decoder !== null && shown.value.part === 'encoder';
  if (!isElsewhere) return { tokens: tokens.value.queries, position: selection.value.query };
  return { tokens: decoderTokens.value, position: decoderTokens.value.length - 1 };
}
