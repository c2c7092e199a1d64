import type { ReadonlySignal } from '@preact/signals-core';
import type { AttentionParameters } from '../core/model.ts';
import type { LayerTrace } from '../core/trace.ts';
import type { Size } from '../view-models/cells.ts';
import type { Explorer } from './explorer.ts';

/** What most panes are drawn from. */
export function commonInput({ inputs, tokens, selection }: Explorer, size: ReadonlySignal<Size>) {
  return {
    queries: tokens.value.queries,
    keys: tokens.value.keys,
    selection: selection.value,
    size: size.value,
    symbols: inputs.symbols.value,
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

function found<T>(layers: readonly T[], index: number): T {
  const layer = layers[index];
  if (layer === undefined) throw new RangeError(`no layer ${index}: there are ${layers.length}`);
  return layer;
}
