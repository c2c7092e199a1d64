import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { CellPlace, Derivation, Operand } from '../core/derivation/derivation.ts';
import { placeIn, stagesOf } from '../core/derivation/places.ts';
import type { HeadContributions } from '../core/measures/head-contributions.ts';
import { type HeadScoreName, headScoreNames } from '../core/measures/head-scores.ts';
import { attentionRollout } from '../core/measures/rollout.ts';
import { findSink, type Sink, withoutSink } from '../core/measures/sink.ts';
import type { LayerStage } from '../core/trace.ts';
import { operandsOf } from '../panes/derivation/view.ts';
import { type ScoredHead, scoredTokens, scoresOfLayers, sortHeads } from '../panes/kit/head-role.ts';
import { type LensView, normsLens, rolloutLens, sinkLens } from '../panes/kit/lens.ts';
import { type Step, stepsOf } from '../panes/steps/steps.ts';
import type { Answers, RunInputs, StudiedChanges } from '../run/run.ts';
import type { ExplorerCore } from './explorer-core.ts';
import { predictedPlace } from './predicted-place.ts';
import type { Lens } from './selection.ts';
import { createWordSignals, type WordSignals } from './word-signals.ts';

/** Rollout multiplies as many rows as columns in every layer: of more tokens it would not answer at once. */
const mostRolloutTokens = 256;

/** What the studies are of. */
type Studied = Pick<
  ExplorerCore,
  'inputs' | 'run' | 'selection' | 'shown' | 'tokens' | 'decoderTokens' | 'other' | 'tokenized' | 'shownInterventions'
>;

/** What the panes that explain show; each is computed where it is looked at. */
export interface Studies extends WordSignals {
  /** null: the weights as they are. */
  readonly lens: ReadonlySignal<LensView | null>;
  /** Why a lens shows nothing here, and what to press instead; null: it does. */
  lensProblem(lens: Lens): string | null;
  /** Of the selected head. */
  readonly sink: ReadonlySignal<Sink | null>;
  readonly derivation: ReadonlySignal<Derivation | null>;
  readonly operands: ReadonlySignal<readonly Operand[]>;
  /** Whose numbers can be explained, in the order of the computation. */
  readonly stages: ReadonlySignal<readonly LayerStage[]>;
  readonly contributions: ReadonlySignal<HeadContributions | null>;
  /** The token whose results are looked at, among those of its text. */
  readonly resultToken: ReadonlySignal<ReturnType<typeof predictedPlace>>;
  /** How the run differs from the unaltered one at the selected head and query. */
  readonly changes: ReadonlySignal<StudiedChanges | null>;
  readonly steps: ReadonlySignal<readonly Step[]>;
  /** The step that is shown, and how many there are. */
  readonly step: ReadonlySignal<number>;
  readonly stepCount: ReadonlySignal<number>;
  readonly scores: ReadonlySignal<readonly ScoredHead[]>;
  readonly ranked: ReadonlySignal<readonly ScoredHead[]>;
  readonly sortNames: readonly (HeadScoreName | 'place')[];
  /** Where a run is asked for them. */
  readonly places: RunInputs<unknown>['places'];
}

export function createStudies(studied: Studied): Studies {
  const { inputs, run, selection, shown, tokens, shownInterventions } = studied;
  const answers = <Name extends keyof Answers>(name: Name) =>
    computed(() => run.value.answers[name].value as Answers[Name]);
  // A move of the cursor along queries and keys leaves what depends on these as it is.
  const selectedLayer = computed(() => selection.value.layer);
  const selectedHead = computed(() => selection.value.head);
  const selectedQuery = computed(() => selection.value.query);
  const norms = answers('norms');
  const rollout = computed(() => attentionRollout(shown.value.layers.map((one) => one.attentionWeights)));
  const sink = computed(() => {
    const weights = shown.value.layers[selectedLayer.value]?.attentionWeights;
    if (weights === undefined || tokens.value.keys.length === 0) return null;
    const kinds = scoredTokens(tokens.value.keys);
    const found = findSink(
      weights,
      selectedHead.value,
      kinds.map(({ isSpecial, isPunctuation }) => ({ isSeparator: isSpecial || isPunctuation })),
      shown.value.part === 'cross',
    );
    // The first token of another text is no place of rest: it is a word like the others.
    return shown.value.part === 'cross' && found?.kind === 'first token' ? null : found;
  });
  const lens = computed((): LensView | null => {
    if (lensProblem(inputs.lens.value) !== null) return null;
    const layer = selectedLayer.value;
    const weights = shown.value.layers[layer]?.attentionWeights;
    if (weights === undefined) return null;
    switch (inputs.lens.value) {
      case 'weights':
        return null;
      case 'norms':
        return norms.value === null ? null : normsLens(norms.value, selectedHead.value);
      case 'no sink': {
        const key = sink.value?.key;
        return key === undefined ? null : sinkLens(withoutSink(weights, new Set([key])), key);
      }
      case 'rollout':
        return rolloutLens(rollout.value, layer);
    }
  });
  function lensProblem(name: Lens): string | null {
    if (name === 'no sink' && sink.value === null)
      return 'no token of this head takes half of the attention: there is no sink to hide; PgUp and PgDn lead to other heads';
    if (name !== 'rollout') return null;
    if (shown.value.part === 'cross')
      return 'rollout follows one text through its layers, and this attention joins two: p leads to the encoder or the decoder';
    const count = tokens.value.queries.length;
    return count > mostRolloutTokens
      ? `rollout is for up to ${mostRolloutTokens} tokens, these are ${count}: w shows the norms of this layer`
      : null;
  }
  const attention = computed(() => shown.value.parameters[selectedLayer.value] ?? null);
  const stages = computed(() => stagesOf(inputs.loaded.value.model, shown.value.part, selectedLayer.value));
  const root = computed((): CellPlace | null => {
    const { traceFrom } = inputs;
    if (attention.value === null) return null;
    return placeIn(traceFrom.value, selection.value, shown.value.part, attention.value);
  });
  const place = computed(() => inputs.tracePath.value.at(-1) ?? root.value);
  const derivation = answers('derivation');
  const operands = computed(() => (derivation.value === null ? [] : operandsOf(derivation.value)));
  const resultToken = computed(() => predictedPlace(studied));
  const changesPlace = computed(() => ({
    head: selectedHead.value,
    query: selectedQuery.value,
    token: resultToken.value.position,
  }));
  const words = createWordSignals({
    inputs,
    other: studied.other,
    tokenized: studied.tokenized,
    shown,
    query: selectedQuery,
    layer: selectedLayer,
    answer: answers('word'),
  });
  const steps = computed(() => {
    const layer = shown.value.layers[selectedLayer.value];
    return attention.value === null || layer === undefined || !run.value.hasEnd(selectedLayer.value)
      ? []
      : stepsOf({
          layer,
          attention: attention.value,
          scaleFactor: shownInterventions.value.scaleFactor,
        });
  });
  const stepCount = computed(() => steps.value.length);
  const scores = computed(() => {
    const { part, layers, parameters } = shown.value;
    if (tokens.value.keys.length === 0) return [];
    return scoresOfLayers({
      part,
      layers: layers.map((one) => one.attentionWeights),
      parameters,
      mask: part === 'encoder' ? shownInterventions.value.mask : 'none',
      hiddenKeys: part === 'encoder' ? shownInterventions.value.hiddenKeys : [],
      keys: tokens.value.keys,
    });
  });
  return {
    lens,
    lensProblem,
    sink,
    derivation,
    operands,
    stages,
    contributions: answers('contributions'),
    resultToken,
    changes: answers('changes'),
    ...words,
    steps,
    step: computed(() => Math.max(0, Math.min(inputs.step.value, stepCount.value - 1))),
    stepCount,
    scores,
    ranked: computed(() => sortHeads(scores.value, inputs.sortBy.value)),
    sortNames: ['place', ...headScoreNames],
    places: {
      layer: selectedLayer,
      query: selectedQuery,
      cell: place,
      changes: changesPlace,
      word: words.wordQuestion,
    },
  };
}
