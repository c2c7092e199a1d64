import type { Explorer } from '../../explorer/explorer.ts';
import { predictedPlace } from '../../explorer/predicted-place.ts';
import { positionedLabel } from '../../explorer/token-view.ts';
import type { Row } from '../kit/cells.ts';
import { changedSentences, commonInput, tokenNames } from '../kit/inputs.ts';
import { withKeys } from '../kit/key-names.ts';
import { moveKey, moveQuery } from '../kit/moves.ts';
import { definePane, type PaneContext } from '../kit/pane.ts';
import { changesView } from './view.ts';

const widestName = 20;

export const changesPane = definePane({
  name: 'changes',
  title: 'what changed',
  order: 14,
  key: 'd',
  help: 'what changed: this run compared with the unaltered one',
  hint: 'd what changed',
  view: 'changes',
  place: 'whole',
  needs: ['changes'],
  upDown: moveQuery,
  leftRight: moveKey,
  edits: () => 'attentionWeights',
  rows,
  heightOf: ({ tokens }) => tokens.value.queries.length + 40,
});

function rows(explorer: Explorer, context: PaneContext): Row[] {
  const { inputs, run, shown } = explorer;
  const common = commonInput(explorer, context);
  const { layer } = common.selection;
  const after = shown.value.layers[layer]?.attentionWeights;
  const found = run.value.answers.changes.value;
  const before = found?.unalteredWeights;
  const result = predictedPlace(explorer);
  const { model } = inputs.loaded.value;
  const label = positionedLabel(result.tokens, result.position, widestName);
  return changesView({
    ...common,
    interventions: changedSentences(explorer),
    invitation: withKeys(
      'Press {scaling} to drop √d_k, {mask} for a causal mask, {head-off} to switch this head off, {factor} to scale scores, {hide-key} to hide this key, {swap} to swap two values, {edit} to type a number.',
      context.keyOf,
    ),
    changes: found?.changes ?? null,
    weights: before === undefined || after === undefined ? null : { before, after },
    // Its rows may be those of an encoder, which has other tokens.
    resultLabel: model.decoder === null ? label : `decoder ${label}`,
    predictionKind: model.head?.kind ?? null,
    tokenText: tokenNames(explorer),
  });
}
