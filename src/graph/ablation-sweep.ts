import { difference, type HeadEffect, resultsOf } from '../core/ablation-effect.ts';
import { type HeadIndex, isAblated } from '../core/interventions.ts';
import type { Token } from '../tokenizer/token.ts';
import type { Explorer } from './explorer.ts';

/** What of an explorer a sweep needs; one that computes in this thread. */
export type SweptExplorer = Pick<Explorer, 'inputs' | 'trace' | 'tokenized' | 'targetTokenized'>;

/** The token whose output and prediction are looked at. */
export interface SweptToken {
  readonly position: number;
  readonly token: Token;
  /** All tokens of its text. */
  readonly tokens: readonly Token[];
}

/** The selected token, the last by default; of an encoder–decoder the last that the decoder reads, as that is where the
 *  encoder's heads show.  null where there is no token. */
export function sweptToken({ inputs, tokenized, targetTokenized }: SweptExplorer): SweptToken | null {
  const hasDecoder = inputs.loaded.value.model.decoder !== null;
  const { tokens } = (hasDecoder ? targetTokenized : tokenized).value;
  const last = tokens.length - 1;
  const position = hasDecoder ? last : Math.min(inputs.query.value ?? last, last);
  const token = tokens[position];
  return token === undefined ? null : { position, token, tokens };
}

/** The heads that can be switched off: those of the stack that reads the text, without those that are off already. */
export function sweptHeads({ inputs }: Pick<Explorer, 'inputs'>): HeadIndex[] {
  const { layers } = inputs.loaded.value.model;
  return layers
    .flatMap(({ attention }, layer) =>
      Array.from({ length: attention.numAttentionHeads }, (_, head): HeadIndex => ({ layer, head })),
    )
    .filter(({ layer, head }) => !isAblated(inputs.ablatedHeads.value, layer, head));
}

/** Switches every head off in turn, beside those that are off already, and measures what that does to the run as it is.
 *  The last layer comes first: what lies before a layer is then never computed again. The explorer is left as it was,
 *  also where the reader stops early.
 *  @throws RangeError when there is no token to look at. */
export function* sweepAblations(explorer: SweptExplorer): Generator<HeadEffect, void, undefined> {
  const place = sweptToken(explorer);
  if (place === null) throw new RangeError('there is no token that a head could have an effect on');
  const { ablatedHeads, loaded } = explorer.inputs;
  const { model } = loaded.value;
  const unaltered = ablatedHeads.value;
  const before = resultsOf(explorer.trace.value, place.position, model);
  try {
    for (const head of sweptHeads(explorer).sort((a, b) => b.layer - a.layer || a.head - b.head)) {
      ablatedHeads.value = [...unaltered, head];
      yield { ...head, ...difference(before, resultsOf(explorer.trace.value, place.position, model)) };
    }
  } finally {
    ablatedHeads.value = unaltered;
  }
}
