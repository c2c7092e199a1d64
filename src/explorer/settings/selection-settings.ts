import { attentionParts } from '../../core/trace.ts';
import {
  checkIndex,
  checkLayer,
  checkToken,
  choiceSetting,
  type Facts,
  indexSetting,
  ownerOf,
  refuse,
  screenCommands,
} from './setting.ts';

const selecting = ['explore', 'show', 'trace'] as const;

/** What is selected; all indices from 0. */
export const selectionSettings = {
  /** The attention that is looked at. */
  part: {
    ...choiceSetting(
      {
        flag: 'part',
        help: 'of an encoder-decoder model: the attention to look at; encoder is the default',
        commands: screenCommands,
      },
      'PART',
      attentionParts,
      'encoder',
    ),
    check: (value: string, { model }: Facts) => {
      if (value !== 'encoder' && model.decoder === null)
        refuse(`${model.name} (${model.type}) has no decoder; --model t5-small has`);
    },
  },
  layer: indexSetting({ flag: 'layer', help: 'layer to look at, from 0', commands: selecting }, 0, (layer, facts) =>
    checkLayer(layer, facts),
  ),
  head: indexSetting({ flag: 'head', help: 'head to look at, from 0', commands: selecting }, 0, (head, facts) => {
    const { part, layer, parameters } = facts;
    const range = `layer ${layer} of ${ownerOf(part, facts)} has heads`;
    checkIndex(head, parameters[part][layer]?.numAttentionHeads ?? 0, range);
  }),
  /** null: the last token. */
  query: indexSetting<number | null>(
    {
      flag: 'query',
      help: 'token whose attention is shown, from 0; the last one by default',
      commands: [...selecting, 'ablation-sweep'],
    },
    null,
    (query, facts) => checkToken(query, facts, undefined, undefined, facts.part === 'encoder' ? 'text' : 'target'),
  ),
  /** null: the key with the largest weight. */
  key: indexSetting<number | null>(
    {
      flag: 'key',
      help: 'token that the query looks at, from 0; the one with the largest weight by default',
      commands: screenCommands,
    },
    null,
    (key, facts) => checkToken(key, facts, undefined, undefined, facts.part === 'decoder' ? 'target' : 'text'),
  ),
  /** The matrix and the column selected in the Q K V pane. */
  matrix: choiceSetting(
    { flag: 'matrix', help: 'matrix to point at where Q, K and V are shown; q by default', commands: screenCommands },
    'MATRIX',
    ['q', 'k', 'v'],
    'q',
  ),
  dimension: indexSetting(
    { flag: 'dimension', help: 'dimension of q, k and v to point at, from 0', commands: screenCommands },
    0,
  ),
};
