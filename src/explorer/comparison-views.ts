import { computed, type ReadonlySignal } from '@preact/signals-core';
import { isAblated, isUnaltered } from '../core/interventions.ts';
import { type AblationMeasure, defaultMeasure } from '../core/measures/ablation-effect.ts';
import { sweepView } from '../panes/ablation/view.ts';
import { changesView } from '../panes/changes/view.ts';
import { cell, type Row, type Size } from '../panes/kit/cells.ts';
import { pairView } from '../panes/sentences/view.ts';
import { wordView } from '../panes/word/view.ts';
import { layersOfPart } from './attention-part.ts';
import type { Explorer } from './explorer.ts';
import { changedSentences, commonInput, layerAt, tokenNames } from './pane-inputs.ts';
import { positionedLabel } from './token-view.ts';
import { tokenViews } from './tokenized-text.ts';

const widestName = 20;

/** The rows of the panes that compare: two sentences, or a run with the unaltered one. */
export function comparisonRows(
  explorer: Explorer,
  size: ReadonlySignal<Size>,
): Record<'pair' | 'word' | 'changes' | 'sweep', ReadonlySignal<Row[]>> {
  const rows = (of: typeof pairRows) => computed(() => of(explorer, size));
  return { pair: rows(pairRows), word: rows(wordRows), changes: rows(changesRows), sweep: rows(sweepRows) };
}

function pairRows(explorer: Explorer, size: ReadonlySignal<Size>): Row[] {
  const { inputs, other, comparison, selection, shownAblatedHeads } = explorer;
  const { layer } = selection.value;
  // Of no sentence nothing is computed.
  const isEmpty = other.tokenized.value.tokens.length === 0;
  const ofB = isEmpty ? undefined : other.layers.value[layer]?.attentionWeights;
  const hasB = ofB !== undefined;
  const { attentionWeights } = layerAt(explorer, layer);
  const { queries, keys } = commonInput(explorer, size);
  const off = shownAblatedHeads.value;
  return pairView({
    a: { text: explorer.shownText.value, queries, keys, weights: attentionWeights },
    b: {
      text: other.tokens.value.text,
      queries: hasB ? other.tokens.value.queries : [],
      keys: hasB ? other.tokens.value.keys : [],
      weights: ofB ?? attentionWeights,
    },
    queries: comparison.queries.value,
    keys: comparison.keys.value,
    ranked: comparison.ranked.value,
    selection: selection.value,
    isDifferenceInFront: inputs.isDifferenceInFront.value,
    isAblated: (at, head) => isAblated(off, at, head),
    size: size.value,
  });
}

function wordRows(explorer: Explorer, size: ReadonlySignal<Size>): Row[] {
  const { inputs, studies, other, textTokens } = explorer;
  const { tokenizer } = inputs.loaded.value;
  const tokensB = tokenViews(other.tokenized.value.tokens, other.tokens.value.text);
  return wordView({
    contrast: studies.word.value,
    problem: studies.wordProblem.value,
    tokensA: textTokens.value,
    tokensB,
    fromFile: studies.staticSide.value,
    tokenText: tokenNames(tokenizer),
    size: size.value,
  });
}

const invitation =
  'Press u: no √d_k. c: a causal mask. x: this head off. f: a factor on the scores. g: hide the selected key. S: exchange two values. =: type a number.';

function changesRows(explorer: Explorer, size: ReadonlySignal<Size>): Row[] {
  const { inputs, studies, selection, shown, isDistant } = explorer;
  const { queries, keys } = commonInput(explorer, size);
  const { model, tokenizer } = inputs.loaded.value;
  const { layer } = selection.value;
  const found = studies.changes.value;
  const after = shown.value.layers[layer]?.attentionWeights;
  const before = isDistant.value
    ? found?.unalteredWeights
    : layersOfPart(explorer.unaltered.value, shown.value.part)[layer]?.attentionWeights;
  const result = studies.resultToken.value;
  return changesView({
    interventions: changedSentences(explorer, layer),
    invitation,
    changes: found?.changes ?? null,
    weights: before === undefined || after === undefined ? null : { before, after },
    queries,
    keys,
    selection: selection.value,
    resultLabel: positionedLabel(result.tokens, result.position, widestName),
    predictionKind: model.head?.kind ?? null,
    tokenText: tokenNames(tokenizer),
    size: size.value,
  });
}

const measuredOn: Readonly<Record<AblationMeasure, (label: string, after: string) => string>> = {
  embedding: () => '1 − cosine of the sentence embedding without the head and with it',
  prediction: (label, after) => `change of the probability of the most probable token ${after} ${label}`,
  output: (label) => `change of ${label} after the last layer, as a share of its length`,
};

function sweepRows(explorer: Explorer, size: ReadonlySignal<Size>): Row[] {
  const { inputs, headCounts, shownAblatedHeads, place, interventions } = explorer;
  const { effects, total, token, isRunning } = inputs.sweep.value;
  const { model, tokenizer } = inputs.loaded.value;
  const measure = inputs.sweepMeasure.value ?? defaultMeasure(model);
  const off = shownAblatedHeads.value;
  const tokens = model.decoder === null ? explorer.textTokens.value : explorer.decoderTokens.value;
  if (token >= tokens.length) return [[cell('there is no token that a head could have an effect on', 'dim')]];
  const label = positionedLabel(tokens, token, widestName);
  const isBegun = inputs.sweep.value.isBegun;
  return sweepView({
    effects,
    total,
    measure,
    measuredOn: `${measuredOn[measure](label, model.head?.kind === 'causal' ? 'after' : 'at')}${isUnaltered(interventions.value) ? '' : ', beside what is changed'}`,
    invitation: isBegun ? 'there is no head that could be switched off' : 'these numbers are still to come',
    tokenText: tokenNames(tokenizer),
    selection: place.value,
    headCounts: headCounts.value,
    isAblated: (layer, head) => isAblated(off, layer, head),
    isRunning,
    size: size.value,
  });
}
