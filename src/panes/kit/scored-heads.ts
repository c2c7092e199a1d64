import { scoresOfLayers } from './head-role.ts';
import { perExplorer } from './per-explorer.ts';

export const scoredHeads = perExplorer(({ shown, tokens, shownInterventions }, derive) =>
  derive(() => {
    const { part, layers, parameters } = shown.value;
    const { keys, queries } = tokens.value;
    if (keys.length === 0) return [];
    const { mask, hiddenKeys } = shownInterventions.value;
    return scoresOfLayers({
      part,
      layers: layers.map((one) => one.attentionWeights),
      parameters,
      mask: part === 'encoder' ? mask : 'none',
      hiddenKeys: part === 'encoder' ? hiddenKeys : [],
      keys,
      queries,
    });
  }),
);
