import { isUnaltered } from '../../core/interventions.ts';
import { type AblationMeasure, defaultMeasure, measuresOf, rankByEffect } from '../../core/measures/ablation-effect.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { positionedLabel } from '../../explorer/token-view.ts';
import { awaitedText, cell, type Row } from '../kit/cells.ts';
import { ablatedIn, tokenNames } from '../kit/inputs.ts';
import { lookAtHead } from '../kit/look.ts';
import { moveAlong, roundFrom } from '../kit/moves.ts';
import { definePane, type PaneContext } from '../kit/pane.ts';
import { ablationView } from './view.ts';

const widestName = 20;

export const ablationPane = definePane({
  name: 'ablation',
  title: 'each head off in turn',
  order: 15,
  key: 'z',
  help: 'each head off in turn, ranked by its effect',
  view: 'sweep',
  place: 'whole',
  isHeadless: true,
  upDown: [
    'head in the list',
    (c, steps) => moveAlong(c, rankByEffect(c.explorer.sweep.state.peek().effects, measureOf(c.explorer)), steps),
  ],
  leftRight: [
    'effect to rank by',
    ({ explorer }, steps) => {
      const measures = measuresOf(explorer.inputs.loaded.peek().model);
      explorer.inputs.sweepMeasure.value = roundFrom(measures, measureOf(explorer), steps);
    },
  ],
  keys: [lookAtHead],
  rows,
  heightOf: ({ headCounts }) => 2 * headCounts.value.reduce((sum, count) => sum + count, 0) + 24,
  follow: ({ sweep, inputs }) => sweep.follow(() => inputs.pane.value === 'ablation'),
  prepare: ({ sweep }) => sweep.run(),
});

function measureOf({ inputs }: Explorer): AblationMeasure {
  return inputs.sweepMeasure.value ?? defaultMeasure(inputs.loaded.value.model);
}

const measuredOn: Readonly<Record<AblationMeasure, (label: string, after: string) => string>> = {
  embedding: () => '1 − cosine of the sentence embeddings with and without the head',
  prediction: (label, after) => `change in the probability of the most probable token ${after} ${label}`,
  output: (label) => `change of ${label} after the last layer, relative to its length`,
};

function rows(explorer: Explorer, { size }: PaneContext): Row[] {
  const { inputs, headCounts, place, interventions, sweep } = explorer;
  const { effects, total, token, isRunning, isBegun } = sweep.state.value;
  const { model } = inputs.loaded.value;
  const measure = measureOf(explorer);
  const tokens = (model.decoder === null ? explorer.textTokens : explorer.decoderTokens).value;
  if (token >= tokens.length) return [[cell('there is no token to measure an effect on', 'dim')]];
  const label = positionedLabel(tokens, token, widestName);
  const what = measuredOn[measure](label, model.head?.kind === 'causal' ? 'after' : 'at');
  return ablationView({
    effects,
    total,
    measure,
    measuredOn: isUnaltered(interventions.value) ? what : `${what}, on top of your changes`,
    invitation: isBegun && total === 0 ? 'there is no head to switch off' : awaitedText,
    tokenText: tokenNames(explorer),
    selection: place.value,
    headCounts: headCounts.value,
    isAblated: ablatedIn(explorer),
    isRunning,
    size,
  });
}
