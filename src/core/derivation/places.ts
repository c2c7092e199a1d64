import { chainStages, layerStages } from '../chain/forward.ts';
import type { Model } from '../model.ts';
import type { AttentionPart, LayerStage } from '../trace.ts';
import type { CellPlace } from './derivation.ts';

/** The stages of the trace that layer `index` of a part has, in the order of the computation. */
export function stagesOf(
  { layers, decoder }: Pick<Model, 'layers' | 'decoder'>,
  part: AttentionPart,
  index: number,
): readonly LayerStage[] {
  const isCross = part === 'cross';
  const own = part === 'encoder' ? layers : (decoder?.layers ?? []);
  const layer = own.filter(({ crossAttention }) => !isCross || crossAttention !== null)[index];
  const attention = isCross ? layer?.crossAttention : layer?.attention;
  if (!layer || !attention) return [];
  return layerStages.filter(
    (name) => chainStages[name].has({ attention, layer }) && !(isCross && name === 'residPost'),
  );
}

/** The number of a stage at a query, key and dimension of a head; the dimension stops at the width of the head's vectors. */
export function placeIn(
  stage: LayerStage,
  at: {
    readonly layer: number;
    readonly head: number;
    readonly query: number;
    readonly key: number;
    readonly dimension: number;
  },
  part: AttentionPart,
  { headDim, valueDim }: { readonly headDim: number; readonly valueDim: number },
): CellPlace {
  const { layer, head, query, key, dimension } = at;
  const { axes } = chainStages[stage];
  const inHead = (width: number) => Math.min(dimension, width - 1);
  const columns: Readonly<Record<string, number>> = {
    key,
    d_k: inHead(headDim),
    d_v: inHead(valueDim),
    h·d_v: head * valueDim + inHead(valueDim),
  };
  const isPerHead = axes[0] === 'head';
  return {
    part,
    stage,
    layer,
    head: isPerHead ? head : null,
    row: axes.at(-2) === 'key' ? key : query,
    column: columns[axes.at(-1) ?? ''] ?? dimension,
  };
}
