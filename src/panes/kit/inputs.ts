import { isInverseRoot } from '../../core/chain/scores.ts';
import { isAblated } from '../../core/interventions.ts';
import type { AttentionParameters } from '../../core/model.ts';
import { parametersOf } from '../../core/parts.ts';
import type { LayerTrace } from '../../core/trace.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import type { Selection } from '../../explorer/selection.ts';
import type { TokenView } from '../../explorer/token-view.ts';
import type { Size } from './cells.ts';
import { interventionSentences } from './intervention-sentences.ts';
import type { PaneContext } from './pane.ts';

/** What most panes are drawn from. */
export interface CommonInput {
  /** What asks (rows) and what answers (columns): the same tokens except in attention to another text. */
  readonly queries: readonly TokenView[];
  readonly keys: readonly TokenView[];
  readonly selection: Selection;
  readonly size: Size;
}

export function commonInput({ tokens, selection }: Explorer, { size }: PaneContext): CommonInput {
  const { queries, keys } = tokens.value;
  return { queries, keys, selection: selection.value, size };
}

/** The numbers of the shown attention in the selected layer.  @throws RangeError when there is no such layer. */
export function layerOf({ shown, place }: Explorer): LayerTrace {
  return found(shown.value.layers, place.value.layer);
}

/** Its parameters.  @throws RangeError when there is no such layer. */
export function parametersIn({ shown, place }: Explorer): AttentionParameters {
  return found(shown.value.parameters, place.value.layer);
}

export function ablatedIn({ shownAblatedHeads }: Explorer): (layer: number, head: number) => boolean {
  const heads = shownAblatedHeads.value;
  return (layer, head) => isAblated(heads, layer, head);
}

/** Sentences about the changes in the shown run. */
export function changedSentences(explorer: Explorer): string[] {
  const { inputs, shown, shownInterventions, textTokens, place } = explorer;
  // The model's own scale, even if the reader turned it off.
  const own = parametersOf(inputs.loaded.value.model, shown.value.part)[place.value.layer];
  const root = own !== undefined && isInverseRoot(own) ? own.headDim : null;
  return interventionSentences(shownInterventions.value, textTokens.value, root);
}

/** Names the tokens of the vocabulary; those without text get their id. */
export function tokenNames({ inputs }: Explorer): (id: number) => string {
  const { tokenizer } = inputs.loaded.value;
  return (id) => tokenizer.tokenText?.(id) || `#${id}`;
}

function found<T>(layers: readonly T[], index: number): T {
  const layer = layers[index];
  if (layer === undefined) throw new RangeError(`no layer ${index}: there are ${layers.length}`);
  return layer;
}
