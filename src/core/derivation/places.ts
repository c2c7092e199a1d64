import { chainStages, layerStages } from '../chain/forward.ts';
import { asScaled } from '../chain/scores.ts';
import { noInterventions } from '../interventions.ts';
import type { AttentionParameters, Model } from '../model.ts';
import type { AttentionPart, LayerStage } from '../trace.ts';
import type { CellPlace, DerivedStage } from './derivation.ts';
import { byQueryAndKey } from './names.ts';
import { changesScores, scoringOf } from './scoring.ts';

/** The stages of layer `index` of a part that differ from the one before, in the order of the computation. */
export function stagesOf(
  { layers, decoder }: Pick<Model, 'layers' | 'decoder'>,
  part: AttentionPart,
  index: number,
  interventions = noInterventions,
): readonly LayerStage[] {
  const isCross = part === 'cross';
  const own = part === 'encoder' ? layers : (decoder?.layers ?? []);
  const layer = own.filter(({ crossAttention }) => !isCross || crossAttention !== null)[index];
  const attention = isCross ? layer?.crossAttention : layer?.attention;
  if (!layer || !attention) return [];
  const scoring = scoringOf(asScaled(attention, interventions.isUnscaled), interventions);
  return layerStages.filter(
    (name) =>
      chainStages[name].has({ attention, layer }) && !(isCross && name === 'residPost') && changesScores(name, scoring),
  );
}

/** A list of tokens: of the text, or of what the decoder reads. */
export type TokenList = 'text' | 'target';

const ofKeys: ReadonlySet<DerivedStage> = new Set(['k', 'v', 'rotatedK', 'projectedK']);

/** The tokens that rows and columns of a stage stand for; null: they are no tokens. */
export function tokensOf({ part, stage }: Pick<CellPlace, 'part' | 'stage'>): {
  row: TokenList | null;
  column: TokenList | null;
} {
  const queries = part === 'encoder' ? 'text' : 'target';
  const keys = part === 'decoder' ? 'target' : 'text';
  const isTable = stage === 'relativeNorm' || stage === 'relativeKeys' || stage === 'relativeQueries';
  return { row: isTable ? null : ofKeys.has(stage) ? keys : queries, column: byQueryAndKey.has(stage) ? keys : null };
}

/** The same number after the tokens of a list have moved; null if its token is gone.  follow: the new place of a token */
export function followCell(
  place: CellPlace,
  list: TokenList,
  follow: (token: number) => number | null,
): CellPlace | null {
  const { row: rows, column: columns } = tokensOf(place);
  const row = rows === list ? follow(place.row) : place.row;
  const column = columns === list ? follow(place.column) : place.column;
  return row === null || column === null ? null : { ...place, row, column };
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
