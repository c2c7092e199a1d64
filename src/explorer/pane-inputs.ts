import type { ReadonlySignal } from '@preact/signals-core';
import { isInverseRoot } from '../core/chain/scores.ts';
import type { AttentionParameters } from '../core/model.ts';
import type { LayerTrace } from '../core/trace.ts';
import { interventionSentences } from '../panes/frame/interventions-view.ts';
import type { Size } from '../panes/kit/cells.ts';
import type { Tokenizer } from '../tokenizer/token.ts';
import { parametersOf } from './attention-part.ts';
import type { Explorer } from './explorer.ts';

/** What most panes are drawn from. */
export function commonInput({ tokens, selection }: Explorer, size: ReadonlySignal<Size>) {
  return {
    queries: tokens.value.queries,
    keys: tokens.value.keys,
    selection: selection.value,
    size: size.value,
  };
}

/** Numbers of the attention that is looked at in layer `index`.  @throws RangeError when there is no such layer. */
export function layerAt({ shown }: Explorer, index: number): LayerTrace {
  return found(shown.value.layers, index);
}

/** Its parameters.  @throws RangeError when there is no such layer. */
export function parametersAt({ shown }: Explorer, index: number): AttentionParameters {
  return found(shown.value.parameters, index);
}

/** Sentences that say what is changed in the run that is shown. */
export function changedSentences(explorer: Explorer, layer: number): string[] {
  const { inputs, shown, shownInterventions, textTokens } = explorer;
  // The model's own scale, also where it is off.
  const own = parametersOf(inputs.loaded.value.model, shown.value.part)[layer];
  const root = own !== undefined && isInverseRoot(own) ? own.headDim : null;
  return interventionSentences(shownInterventions.value, textTokens.value, root);
}

/** What tokens of the vocabulary are called: an id where the tokenizer has no text for it. */
export function tokenNames({ tokenText }: Tokenizer): (id: number) => string {
  return (id) => tokenText?.(id) || `#${id}`;
}

function found<T>(layers: readonly T[], index: number): T {
  const layer = layers[index];
  if (layer === undefined) throw new RangeError(`no layer ${index}: there are ${layers.length}`);
  return layer;
}
