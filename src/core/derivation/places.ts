import { chainStages, layerStages } from '../chain/forward.ts';
import type { AttentionParameters, Model } from '../model.ts';
import type { AttentionPart, LayerStage } from '../trace.ts';
import type { CellPlace } from './derivation.ts';

/** The stages of layer `index` of a part, in the order of the computation. */
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

/** The place of a stage's number at a head, query, key and dimension; the dimension is limited to the width of the head's vectors. */
export function placeIn(
  stage: LayerStage,
  at: Readonly<Record<'layer' | 'head' | 'query' | 'key' | 'dimension', number>>,
  part: AttentionPart,
  { headDim, valueDim }: Pick<AttentionParameters, 'headDim' | 'valueDim'>,
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
  return {
    part,
    stage,
    layer,
    head: axes[0] === 'head' ? head : null,
    row: axes.at(-2) === 'key' ? key : query,
    column: columns[axes.at(-1) ?? ''] ?? dimension,
  };
}
