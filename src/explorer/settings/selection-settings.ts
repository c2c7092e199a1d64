import { attentionParts } from '../../core/trace.ts';
import { matrices } from '../selection.ts';
import {
  checkHeadIn,
  checkIndex,
  checkLayer,
  checkToken,
  choiceValue,
  type Facts,
  indexValue,
  option,
  refuse,
  screenCommands,
} from './setting.ts';

const selecting = ['explore', 'show', 'trace'] as const;
const layerHelp = 'layer to look at, from 0; the first one by default, the last one with --view word';
const queryHelp = 'token whose attention is shown, from 0; the last one by default';
const keyHelp = 'key that the query looks at, from 0; the one with the largest weight by default';
const queryBHelp = 'with --view word: token of the second sentence where the word stands; the aligned one by default';
const matrixHelp = 'matrix to point at where Q, K and V are shown; q by default';

/** What is selected; all indices from 0. */
export const selectionSettings = {
  part: {
    ...option('part', 'PART', 'attention of an encoder-decoder model to look at; encoder by default', screenCommands),
    ...choiceValue(attentionParts, 'encoder'),
    check: (value: string, { model }: Facts) => {
      if (value !== 'encoder' && model.decoder === null)
        refuse(`${model.name} (${model.type}) has no decoder; --model t5-small has one`);
    },
  },
  /** null: the first, or the last in the pane that judges the end. */
  layer: {
    ...option('layer', 'N', layerHelp, selecting),
    ...indexValue<number | null>(null, (layer, facts) => checkLayer(layer, facts)),
  },
  head: {
    ...option('head', 'N', 'head to look at, from 0', selecting),
    ...indexValue(0, (head, facts) => checkHeadIn(facts, head)),
  },
  /** null: the last token. */
  query: {
    ...option('query', 'N', queryHelp, [...selecting, 'ablation-sweep']),
    ...indexValue<number | null>(null, (query, facts) =>
      checkToken(query, facts, undefined, undefined, facts.part === 'encoder' ? 'text' : 'target'),
    ),
  },
  /** null: the key with the largest weight. */
  key: {
    ...option('key', 'N', keyHelp, screenCommands),
    ...indexValue<number | null>(null, (key, facts) =>
      checkToken(key, facts, undefined, undefined, facts.part === 'decoder' ? 'target' : 'text'),
    ),
  },
  /** null: the occurrence that is aligned with A's. */
  queryB: {
    ...option('query-b', 'N', queryBHelp, screenCommands),
    ...indexValue<number | null>(null, (query, { otherCount }) =>
      checkIndex(query, otherCount, 'the second sentence has tokens'),
    ),
  },
  matrix: { ...option('matrix', 'MATRIX', matrixHelp, screenCommands), ...choiceValue(matrices, 'q') },
  dimension: {
    ...option('dimension', 'N', 'dimension of q, k and v to point at, from 0', screenCommands),
    ...indexValue(0),
  },
};
