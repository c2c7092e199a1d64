import { isUnaltered } from '../../core/interventions.ts';
import { measureProblem, measuresOf, rankByEffect } from '../../core/measures/ablation-effect.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { clampIndex } from '../../explorer/selection.ts';
import { sweptMeasure, type TargetName } from '../../explorer/sweep-target.ts';
import { positionedLabel } from '../../explorer/token-view.ts';
import { awaitedText, cell, type Row } from '../kit/cells.ts';
import { changedSentences, tokenNames } from '../kit/inputs.ts';
import { lookAtHead } from '../kit/look.ts';
import { moveAlong, roundFrom } from '../kit/moves.ts';
import { headName, isSameHead } from '../kit/names.ts';
import { type Binding, definePane, type PaneContext } from '../kit/pane.ts';
import { ablationView } from './view.ts';
import { effectStatus, replacementName, type TargetInput } from './words.ts';

const widestName = 20;
const headsOf = ({ inputs }: Explorer) =>
  inputs.loaded.value.model.layers.map(({ attention }) => attention.numAttentionHeads);

/** The selected head of the stack that is swept, whichever part is in view. */
function selectedHead(explorer: Explorer) {
  const { inputs } = explorer;
  const counts = headsOf(explorer);
  const layer = clampIndex(inputs.layer.value ?? 0, counts.length);
  return { layer, head: clampIndex(inputs.head.value, counts[layer] ?? 1) };
}

const replaceWith: Binding = {
  keys: ['Z'],
  label: 'Z',
  hint: 'Z mean/0',
  does: 'zeros or the mean over the tokens in place of each head',
  run: (c) => c.change(() => c.actions.toggleAblation()),
};

function tokenKey(key: string, name: TargetName, does: string, hint: string): Binding {
  const isFirst = name === 'targetToken';
  return {
    action: isFirst ? 'target-token' : 'against-token',
    keys: [key],
    label: key,
    does,
    hint: ({ explorer: { inputs } }) => {
      const isOffered = isFirst ? inputs.loaded.peek().model.head !== null : sweptMeasure(inputs) === 'logits';
      return isOffered ? `${key} ${hint}` : null;
    },
    problem: ({ explorer }) => measureProblem('prediction', explorer.inputs.loaded.peek().model),
    run: (c) => c.openBox(name),
  };
}

export const ablationPane = definePane({
  name: 'ablation',
  title: 'each head off in turn',
  order: 15,
  key: 'z',
  help: 'each head off in turn, ranked by its effect on a target that you choose',
  view: 'sweep',
  place: 'whole',
  isHeadless: true,
  upDown: [
    'head in the list',
    (c, steps) =>
      moveAlong(c, rankByEffect(c.explorer.sweep.state.peek().effects, sweptMeasure(c.explorer.inputs)), steps),
  ],
  leftRight: [
    'target',
    ({ explorer: { inputs } }, steps) => {
      inputs.sweepMeasure.value = roundFrom(measuresOf(inputs.loaded.peek().model), sweptMeasure(inputs), steps);
    },
  ],
  keys: [
    lookAtHead,
    tokenKey('P', 'targetToken', 'type the token whose probability is the target', 'token'),
    tokenKey('A', 'againstToken', 'type the token whose logit is subtracted', 'minus'),
    replaceWith,
  ],
  note: ({ inputs }) => `${replacementName(inputs.interventions.value)} in its place, heads from 0`,
  status,
  rows,
  heightOf: (explorer) => 2 * headsOf(explorer).reduce((sum, count) => sum + count, 0) + 30,
  // Only heads of the stack that reads the text are switched off.
  enter: ({ inputs: { part, query, key } }) => {
    if (part.peek() === 'encoder') return;
    part.value = 'encoder';
    query.value = null;
    key.value = null;
  },
  follow: ({ sweep, inputs }) => sweep.follow(() => inputs.pane.value === 'ablation'),
  prepare: ({ sweep }) => sweep.run(),
});

function targetOf(explorer: Explorer): TargetInput {
  const { inputs, interventions, sweep } = explorer;
  const { model } = inputs.loaded.value;
  const tokens = (model.decoder === null ? explorer.textTokens : explorer.decoderTokens).value;
  return {
    measure: sweptMeasure(inputs),
    model,
    place: positionedLabel(tokens, sweep.state.value.token, widestName),
    tokenText: tokenNames(explorer),
    chosen: sweep.targets.value,
    isPair: inputs.sentenceB.value !== null,
    hasAllHeads: interventions.value.ablatedHeads.length === 0,
  };
}

function rows(explorer: Explorer, { size }: PaneContext): Row[] {
  const { inputs, interventions, sweep } = explorer;
  const { effects, total, token, isRunning, isBegun } = sweep.state.value;
  const { model } = inputs.loaded.value;
  const tokens = (model.decoder === null ? explorer.textTokens : explorer.decoderTokens).value;
  if (token >= tokens.length) return [[cell('there is no token to measure an effect on', 'dim')]];
  const target = targetOf(explorer);
  const { ablatedHeads } = interventions.value;
  return ablationView({
    effects,
    total,
    target,
    measure: target.measure,
    problem: sweep.targets.value.problem,
    changes: isUnaltered(interventions.value) ? [] : changedSentences(explorer),
    invitation: isBegun && total === 0 ? 'there is no head to switch off' : awaitedText,
    selection: selectedHead(explorer),
    headCounts: headsOf(explorer),
    isAblated: (layer, head) => ablatedHeads.some((one) => isSameHead(one, { layer, head })),
    isRunning,
    size,
  });
}

/** The effect of the selected head and its arithmetic. */
function status(explorer: Explorer): readonly [what: string, how: string] {
  const { inputs, interventions, sweep } = explorer;
  const selected = selectedHead(explorer);
  const name = headName(selected);
  const { ablatedHeads } = interventions.value;
  if (ablatedHeads.some((one) => isSameHead(one, selected)))
    return [`${name} is off already`, 'effects of the other heads are measured on top of that'];
  const { effects } = sweep.state.value;
  const ranked = rankByEffect(effects, sweptMeasure(inputs));
  const rank = ranked.findIndex((one) => isSameHead(one, selected));
  const effect = ranked[rank];
  if (effect === undefined) return [`${name} · not measured yet`, ''];
  return effectStatus(targetOf(explorer), effect, rank + 1, ranked.length);
}
