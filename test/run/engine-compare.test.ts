import { describe, expect, test } from 'vitest';
import { type Interventions, noInterventions } from '../../src/core/interventions.ts';
import { mostProbable } from '../../src/core/measures/ablation-effect.ts';
import { createExplorer, type Explorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { sweptToken } from '../../src/explorer/sweep.ts';
import { tokenInput } from '../../src/explorer/tokenized-text.ts';
import { sweepAblations } from '../../src/run/ablation-sweep.ts';
import { createEngine, type Engine } from '../../src/run/engine.ts';
import type { Answer, ComputedAnswer, ComputeQuestion, SweepMessage } from '../../src/run/messages.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';

const money = 'I deposited money in the bank.';
const river = 'The boat drifted toward the river bank.';

const changed: Interventions = {
  ...noInterventions,
  ablatedHeads: [{ layer: 0, head: 1 }],
  ablation: 'mean',
  isUnscaled: true,
  hiddenKeys: [1],
  swappedValues: { layer: 1, tokens: [0, 2] },
  edits: [{ stage: 'attentionWeights', layer: 0, head: 0, row: 2, column: 1, value: 0.5 }],
  isRenormalised: true,
};

const t5 = hfModel('t5');
const cases: readonly (readonly [string, Pick<InitialInputs, 'loaded' | 'target' | 'part'>])[] = [
  ['use-lite', { loaded: builtInModel('use-lite') }],
  ['bert', { loaded: hfModel('bert') }],
  ['gpt2', { loaded: hfModel('gpt2') }],
  ['t5', { loaded: t5, target: 'the bank' }],
  ['the decoder of t5', { loaded: t5, target: 'the bank', part: 'decoder' }],
  ['the cross-attention of t5', { loaded: t5, target: 'the bank', part: 'cross' }],
];

/** What the explorer needs now, as it would be asked of another thread. */
function questionOf(explorer: Explorer): ComputeQuestion {
  const { inputs, tokenized, targetTokenized, other, askedPlaces } = explorer;
  const pane = inputs.pane.value;
  const isAsked = pane === 'changes' || pane === 'word';
  return {
    kind: 'compute',
    run: 1,
    tokens: tokenInput(tokenized.value),
    targetTokens: tokenInput(targetTokenized.value),
    otherTokens: other.live.value === null ? null : tokenInput(other.live.value),
    interventions: inputs.interventions.value,
    part: inputs.part.value,
    layer: explorer.place.value.layer,
    predictionsAt: [],
    needs: isAsked ? [pane] : [],
    places: isAsked ? { layer: explorer.place.value.layer, [pane]: askedPlaces[pane].value } : {},
  };
}

const answered = (engine: Engine, explorer: Explorer) => computed(engine, questionOf(explorer));

function computed(engine: Engine, question: ComputeQuestion): ComputedAnswer {
  const answers: Answer[] = [];
  engine.compute(
    question,
    () => false,
    (answer) => answers.push(structuredClone(answer)),
  );
  return answers.at(-1) as ComputedAnswer;
}

const weightsOf = (explorer: Explorer) =>
  explorer.other.layers.value.map(({ attentionWeights }) => Array.from(attentionWeights.data));

describe.each(cases)('%s: two sentences', (_, initial) => {
  const engine = createEngine(initial.loaded.model);

  test('the weights of every layer of B are in the answer, and nothing else of it', () => {
    const explorer = createExplorer({ ...initial, text: money, sentenceB: river, pane: 'sentences' });
    const { other } = answered(engine, explorer);
    expect(other!.map((layer) => Object.keys(layer))).toEqual(other!.map(() => ['attentionWeights']));
    expect(other!.map(({ attentionWeights }) => Array.from(attentionWeights!.data))).toEqual(weightsOf(explorer));
    expect(other).toHaveLength(initial.loaded.model.numHiddenLayers);
  });

  test('what is changed about the model is changed in B, what is changed at tokens of A is not', () => {
    const explorer = createExplorer({ ...initial, text: money, sentenceB: river, interventions: changed });
    const { other } = answered(engine, explorer);
    const { ablatedHeads, ablation, isUnscaled } = changed;
    const interventions = { ...noInterventions, ablatedHeads, ablation, isUnscaled };
    const { text: _text, ...alone } = { ...initial, text: '' };
    const { trace } = createExplorer({ ...alone, text: river, interventions });
    const { layers, decoder } = trace.value;
    const expected =
      initial.part === 'decoder' ? decoder!.layers : initial.part === 'cross' ? decoder!.crossLayers : layers;
    expect(other!.map(({ attentionWeights }) => attentionWeights!.data)).toEqual(
      expected.map(({ attentionWeights }) => attentionWeights.data),
    );
  });

  test('another sentence B, then none', () => {
    const explorer = createExplorer({ ...initial, text: money, sentenceB: river });
    answered(engine, explorer);
    explorer.inputs.sentenceB.value = 'a bank';
    expect(answered(engine, explorer).other!.map((layer) => Array.from(layer.attentionWeights!.data))).toEqual(
      weightsOf(explorer),
    );
    explorer.inputs.sentenceB.value = null;
    expect(answered(engine, explorer).other).toBeNull();
  });

  test('of an empty B there are no numbers, and no error', () => {
    const explorer = createExplorer({ ...initial, text: money, sentenceB: '' });
    const { other } = answered(engine, explorer);
    expect(other!.map((layer) => layer.attentionWeights!.shape)).toEqual(
      explorer.other.layers.value.map((layer) => layer.attentionWeights.shape),
    );
  });

  test.each([
    ['nothing', noInterventions],
    ['much', changed],
  ])('where %s is changed, what differs is the same that is found beside the screen', (_, interventions) => {
    const explorer = createExplorer({
      ...initial,
      text: money,
      pane: 'changes',
      layer: 1,
      head: 1,
      query: 1,
      interventions,
    });
    const { changes } = answered(engine, explorer).answers;
    expect(changes).not.toBeNull();
    expect(changes).toEqual(structuredClone(explorer.run.value.answers.changes.value));
  });

  test('one word in both is the same that is found beside the screen', () => {
    const explorer = createExplorer({ ...initial, text: money, sentenceB: river, pane: 'word', layer: 1 });
    const { word } = answered(engine, explorer).answers;
    expect(explorer.askedPlaces.word.value).toMatchObject({ word: 'bank' });
    expect(word).not.toBeNull();
    expect(word).toEqual(structuredClone(explorer.run.value.answers.word.value));
  });
});

/** The sweep that the explorer's pane would ask for. */
function sweepQuestion(explorer: Explorer, changes: Partial<SweepMessage> = {}): SweepMessage {
  const { tokens, targetTokens, interventions } = questionOf(explorer);
  const token = sweptToken(explorer)!.position;
  return {
    kind: 'sweep',
    run: 3,
    tokens,
    targetTokens,
    interventions,
    token,
    targets: mostProbable,
    known: [],
    kept: [],
    ...changes,
  };
}

function effectsOf(engine: Engine, question: SweepMessage, isOutdated = () => false) {
  const answers: Answer[] = [];
  engine.sweep(question, isOutdated, (answer) => answers.push(structuredClone(answer)));
  return answers.map((answer) => {
    if (answer.kind !== 'effect') throw new Error(`no effect: ${answer.kind}`);
    expect(answer.run).toBe(question.run);
    return answer.effect;
  });
}

describe.each(cases)('%s: each head off in turn', (_, initial) => {
  const engine = createEngine(initial.loaded.model);
  const explorer = createExplorer({ ...initial, text: money, interventions: changed });
  const expected = [
    ...sweepAblations(
      { model: initial.loaded.model, trace: explorer.trace, interventions: explorer.inputs.interventions },
      sweptToken(explorer)!.position,
    ),
  ];

  test('results that are kept give the same effects', () => {
    const kept = expected.map(({ layer, head, results }) => ({ layer, head, results }));
    expect(effectsOf(engine, sweepQuestion(explorer, { kept }))).toEqual(expected);
  });

  test('one effect a head, of the run as it is', () => {
    expect(expected.length).toBeGreaterThan(2);
    expect(effectsOf(engine, sweepQuestion(explorer))).toEqual(expected);
  });

  test('heads that are known are passed over', () => {
    const known = [expected[1]!, expected[2]!];
    expect(effectsOf(engine, sweepQuestion(explorer, { known }))).toEqual(
      expected.filter((one) => !known.includes(one)),
    );
    expect(effectsOf(engine, sweepQuestion(explorer, { known: expected }))).toEqual([]);
  });

  test('it gives up as soon as it is outdated; what is asked next is right', () => {
    const effects: unknown[] = [];
    // Between stages of the first run nothing is to be heard yet.
    engine.sweep(
      sweepQuestion(explorer),
      () => effects.length === 2,
      (answer) => effects.push(answer),
    );
    expect(effects).toHaveLength(2);
    let asked = 0;
    expect(effectsOf(engine, sweepQuestion(explorer), () => ++asked === 3)).toEqual([]);
    expect(effectsOf(engine, sweepQuestion(explorer))).toEqual(expected);
    asked = 0;
    effectsOf(engine, sweepQuestion(explorer), () => ++asked === 2);
    const { layers, answers } = answered(
      engine,
      createExplorer({ ...initial, text: money, pane: 'changes', interventions: changed }),
    );
    const shown = createExplorer({ ...initial, text: money, pane: 'changes', interventions: changed });
    expect(layers.map((layer) => layer.attentionWeights!.data)).toEqual(
      shown.shown.value.layers.map((layer) => layer.attentionWeights.data),
    );
    expect(answers.changes).toEqual(structuredClone(shown.run.value.answers.changes.value));
  });

  test('a sweep between two questions leaves the second right, of another text, too', () => {
    const [one, two] = [money, river].map((text) => createExplorer({ ...initial, text }));
    answered(engine, one!);
    effectsOf(engine, sweepQuestion(two!));
    expect(answered(engine, one!).layers.map((layer) => layer.attentionWeights!.data)).toEqual(
      one!.shown.value.layers.map((layer) => layer.attentionWeights.data),
    );
  });
});
