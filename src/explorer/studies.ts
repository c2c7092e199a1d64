import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { CellPlace, Derivation, Operand } from '../core/derivation/derivation.ts';
import type { Interventions } from '../core/interventions.ts';
import type { HeadContributions } from '../core/measures/head-contributions.ts';
import { type HeadScoreName, headScoreNames } from '../core/measures/head-scores.ts';
import { attentionRollout } from '../core/measures/rollout.ts';
import { findSink, type Sink, withoutSink } from '../core/measures/sink.ts';
import type { AttentionParameters } from '../core/model.ts';
import { type AttentionTrace, type LayerStage, layerStages } from '../core/trace.ts';
import { operandsOf } from '../panes/derivation/view.ts';
import { type ScoredHead, scoredTokens, scoresOfLayers, sortHeads } from '../panes/kit/head-role.ts';
import { type LensView, normsLens, rolloutLens, sinkLens } from '../panes/kit/lens.ts';
import { type Step, stepsOf } from '../panes/steps/steps.ts';
import { changesOf, contributionsOf, derivationOf, normsOf, type StudiedRun, wordOf } from '../run/study.ts';
import { type ChangesPlace, noQuestion, type StudiedChanges, type StudyQuestion } from '../run/study-question.ts';
import type { ShownAttention, ShownTokens } from './attention-part.ts';
import type { ExplorerInputs } from './explorer-inputs.ts';
import type { OtherSentence } from './other-sentence.ts';
import { predictedPlace } from './predicted-place.ts';
import type { Lens, Selection } from './selection.ts';
import type { TokenView } from './token-view.ts';
import type { TokenizedText } from './tokenized-text.ts';
import { createWordSignals, type WordSignals } from './word-signals.ts';

/** Rollout multiplies as many rows as columns in every layer: of more tokens it would not answer at once. */
const mostRolloutTokens = 256;

/** What the studies are of. */
interface Studied {
  readonly inputs: ExplorerInputs;
  readonly selection: ReadonlySignal<Selection>;
  readonly shown: ReadonlySignal<ShownAttention>;
  readonly tokens: ReadonlySignal<ShownTokens>;
  readonly decoderTokens: ReadonlySignal<readonly TokenView[]>;
  readonly trace: ReadonlySignal<AttentionTrace>;
  readonly unaltered: ReadonlySignal<AttentionTrace>;
  readonly other: OtherSentence;
  readonly tokenized: ReadonlySignal<TokenizedText>;
  readonly isDistant: ReadonlySignal<boolean>;
  readonly shownInterventions: ReadonlySignal<Interventions>;
}

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
  /** What of these has to be asked of the thread that computes. */
  readonly question: ReadonlySignal<StudyQuestion>;
  /** The run that is studied, where it is computed in this thread. */
  run(): StudiedRun;
}

export function createStudies(studied: Studied): Studies {
  const { inputs, selection, shown, tokens, trace, isDistant, shownInterventions } = studied;
  const distant = () => inputs.loaded.value.distant?.value?.study ?? null;
  const answeredQuestion = () => inputs.loaded.value.distant?.value?.studyQuestion ?? null;
  const run = (): StudiedRun => ({
    model: inputs.loaded.value.model,
    trace: trace.value,
    part: shown.value.part,
    interventions: shownInterventions.value,
    // Read where they are asked for: what is explained of A does not depend on B.
    get unaltered() {
      return studied.unaltered.value;
    },
    get other() {
      return inputs.other.value === null ? null : studied.other.trace.value;
    },
  });
  // A move of the cursor along queries and keys leaves what depends on these as it is.
  const selectedLayer = computed(() => selection.value.layer);
  const selectedHead = computed(() => selection.value.head);
  const selectedQuery = computed(() => selection.value.query);
  const norms = computed(() => (isDistant.value ? (distant()?.norms ?? null) : normsOf(run(), selectedLayer.value)));
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
  const stages = computed(() => (attention.value === null ? [] : stagesOf(attention.value, shown.value.part)));
  const root = computed((): CellPlace | null => {
    const { traceFrom } = inputs;
    if (attention.value === null) return null;
    return rootPlace(selection.value, traceFrom.value, shown.value.part, attention.value);
  });
  const place = computed(() => inputs.tracePath.value.at(-1) ?? root.value);
  const derivation = computed(() => {
    if (isDistant.value) return distant()?.derivation ?? null;
    return place.value === null || tokens.value.queries.length === 0 ? null : derivationOf(run(), place.value);
  });
  const operands = computed(() => (derivation.value === null ? [] : operandsOf(derivation.value)));
  const contributions = computed(() => {
    if (isDistant.value) {
      const asked = answeredQuestion();
      const isOfThis = asked?.layer === selectedLayer.value && asked.contributionsAt === selectedQuery.value;
      return isOfThis ? (distant()?.contributions ?? null) : null;
    }
    return contributionsOf(run(), selectedLayer.value, selectedQuery.value);
  });
  const resultToken = computed(() => predictedPlace(studied));
  const changesPlace = computed(() => ({
    head: selectedHead.value,
    query: selectedQuery.value,
    token: resultToken.value.position,
  }));
  const changes = computed(() => {
    if (isDistant.value) {
      const asked = answeredQuestion();
      const isOfThis = asked?.layer === selectedLayer.value && isSame(asked.changes, changesPlace.value);
      return isOfThis ? (distant()?.changes ?? null) : null;
    }
    return tokens.value.queries.length === 0 ? null : changesOf(run(), selectedLayer.value, changesPlace.value);
  });
  const words = createWordSignals({
    inputs,
    other: studied.other,
    tokenized: studied.tokenized,
    shown,
    query: selectedQuery,
    layer: selectedLayer,
    answer: (asked, isPlain) => (isDistant.value ? (distant()?.word ?? null) : wordOf(run(), asked, isPlain)),
  });
  const steps = computed(() => {
    const layer = shown.value.layers[selectedLayer.value];
    // Another thread may not have answered yet what the layer hands on.
    const isThere = inputs.loaded.value.distant?.value?.hasEnd(selectedLayer.value) ?? true;
    return attention.value === null || layer === undefined || !isThere
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
  const question = computed((): StudyQuestion => {
    const pane = inputs.pane.value;
    const wanted = {
      norms: inputs.lens.value === 'norms',
      contributionsAt: pane === 'mix' ? selectedQuery.value : null,
      place: pane === 'trace' ? place.value : null,
      changes: pane === 'changes' ? changesPlace.value : null,
      word: pane === 'word' ? words.wordQuestion.value : null,
      end: pane === 'steps',
    };
    const isAsked =
      wanted.norms ||
      wanted.end ||
      [wanted.contributionsAt, wanted.place, wanted.changes, wanted.word].some((one) => one !== null);
    return isAsked ? { ...wanted, layer: inputs.layer.value } : noQuestion;
  });
  return {
    lens,
    lensProblem,
    sink,
    derivation,
    operands,
    stages,
    contributions,
    resultToken,
    changes,
    ...words,
    steps,
    step: computed(() => Math.max(0, Math.min(inputs.step.value, stepCount.value - 1))),
    stepCount,
    scores,
    ranked: computed(() => sortHeads(scores.value, inputs.sortBy.value)),
    sortNames: ['place', ...headScoreNames],
    question,
    run,
  };
}

function isSame(a: ChangesPlace | null, b: ChangesPlace): boolean {
  return a?.head === b.head && a.query === b.query && a.token === b.token;
}

/** The number of a stage at the selected query, key or dimension. */
function rootPlace(selection: Selection, stage: LayerStage, part: CellPlace['part'], attention: AttentionParameters) {
  const { layer, head, query, key, dimension } = selection;
  const at = (row: number, column: number, ofHead: number | null = head): CellPlace => ({
    part,
    stage,
    layer,
    head: ofHead,
    row,
    column,
  });
  const within = (width: number) => Math.min(dimension, width - 1);
  switch (stage) {
    case 'q':
    case 'rotatedQ':
      return at(query, within(attention.headDim));
    case 'k':
    case 'rotatedK':
      return at(key, within(attention.headDim));
    case 'v':
      return at(key, within(attention.valueDim));
    case 'scores':
    case 'scaledScores':
    case 'maskedScores':
    case 'attentionWeights':
      return at(query, key);
    case 'context':
      return at(query, within(attention.valueDim));
    case 'concat':
      return at(query, head * attention.valueDim + within(attention.valueDim), null);
    default:
      return at(query, dimension, null);
  }
}

/** The stages that the attention has, in the order of the computation. */
function stagesOf({ wO, residual, rotary }: AttentionParameters, part: CellPlace['part']): readonly LayerStage[] {
  return layerStages.filter((stage) => {
    if (stage === 'rotatedQ' || stage === 'rotatedK') return rotary !== null;
    if (stage === 'attentionOutput') return wO !== null;
    if (stage === 'residPost') return wO !== null && part !== 'cross';
    return stage !== 'residMid' || residual !== null;
  });
}
