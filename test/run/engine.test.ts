import { describe, expect, test } from 'vitest';
import { layerStages } from '../../src/core/chain/forward.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { tokenInput } from '../../src/explorer/tokenized-text.ts';
import { attentionLens } from '../../src/panes/attention/lens.ts';
import { createEngine } from '../../src/run/engine.ts';
import type { Answer, ComputedAnswer, ComputeQuestion } from '../../src/run/messages.ts';
import { MatrixOutline, modelOfOutline, outlineOf } from '../../src/run/model-outline.ts';
import { builtInModel } from '../support/models.ts';

const loaded = builtInModel('use-lite');
const { model } = loaded;

function question(text: string, changes: Partial<ComputeQuestion> = {}): ComputeQuestion {
  return {
    kind: 'compute',
    run: 1,
    tokens: tokenInput(createExplorer({ loaded, text }).tokenized.value),
    targetTokens: { ids: [], typeIds: null },
    otherTokens: null,
    interventions: noInterventions,
    part: 'encoder',
    layer: 0,
    predictionsAt: [],
    needs: [],
    places: {},
    ...changes,
  };
}

function answersOf(
  engine: ReturnType<typeof createEngine>,
  asked: ComputeQuestion,
  isOutdated = () => false,
): Answer[] {
  const answers: Answer[] = [];
  engine.compute(asked, isOutdated, (answer) => answers.push(structuredClone(answer)));
  return answers;
}

describe('the engine', () => {
  const engine = createEngine(model);
  const text = 'The boat drifted toward the river bank.';

  test('answers with the numbers that are computed without it', () => {
    const answer = answersOf(engine, question(text)).at(-1) as ComputedAnswer;
    const { layers } = createExplorer({ loaded, text }).trace.value;
    expect(answer).toMatchObject({ kind: 'computed', run: 1, predictions: [] });
    for (const [index, layer] of layers.entries()) {
      for (const stage of layerStages.slice(0, layerStages.indexOf('concat'))) {
        expect(answer.layers[index]?.[stage]?.data, stage).toEqual(layer[stage]?.data);
      }
    }
  });

  test('computes with what was changed', () => {
    const interventions = {
      ...noInterventions,
      mask: 'causal',
      scaleFactor: 0.5,
      ablatedHeads: [{ layer: 0, head: 1 }],
    } as const;
    const changes = { interventions };
    const answer = answersOf(engine, question(text, changes)).at(-1) as ComputedAnswer;
    const expected = createExplorer({ loaded, text, ...changes }).trace.value;
    expect(answer.layers[1]?.attentionWeights?.data).toEqual(expected.layers[1]?.attentionWeights.data);
  });

  test('gives up between two stages, and answers the next question rightly', () => {
    let asked = 0;
    expect(answersOf(engine, question('another text of some words'), () => ++asked === 3)).toEqual([]);
    expect(asked).toBe(3);
    const answer = answersOf(engine, question('please study man', { run: 7 })).at(-1) as ComputedAnswer;
    const expected = createExplorer({ loaded, text: 'please study man' }).trace.value;
    expect(answer.run).toBe(7);
    expect(answer.layers[1]?.attentionWeights?.data).toEqual(expected.layers[1]?.attentionWeights.data);
  });

  test('of a text without tokens there are no numbers, and no error', () => {
    const answer = answersOf(engine, question('')).at(-1) as ComputedAnswer;
    expect(answer.layers[0]?.attentionWeights?.shape).toEqual([4, 0, 0]);
  });
});

describe('the outline of a model', () => {
  const outline = modelOfOutline(structuredClone(outlineOf(model)));

  test('has all that is told of it, and no numbers', () => {
    expect(outline).toMatchObject({ name: 'use-lite', type: 'use-lite', numHiddenLayers: 2, hiddenSize: 512 });
    const { attention } = outline.layers[1]!;
    expect(attention).toMatchObject({ numAttentionHeads: 4, headDim: 128, rotary: null, norm: { kind: 'layer' } });
    expect(attention.wQ.weight).toEqual(new MatrixOutline(512, 512));
    expect(() => attention.wQ.weight.at(0, 0)).toThrow('in the computing thread');
    expect(JSON.stringify(outline).length).toBeLessThan(20_000);
  });
});

test('explanations, norms and parts of heads come with the answer, the same as they are computed beside the screen', () => {
  const text = 'The boat drifted toward the river bank.';
  const explorer = createExplorer({ loaded, text, layer: 1, head: 2, pane: 'mix', lens: 'norms' });
  const weight = { part: 'encoder', stage: 'attentionWeights', layer: 1, head: 2, row: 8, column: 4 } as const;
  const step = { ...weight, stage: 'scaledScores' } as const;
  const asked = {
    needs: ['norms', 'contributions', 'derivation', 'tokenSteps'],
    places: { layer: 1, query: 8, cell: [weight, step] },
  } as const;
  const answers = answersOf(createEngine(model), question(text, { layer: 1, ...asked }));
  const { answers: found } = answers.at(-1) as ComputedAnswer;
  explorer.inputs.query.value = 8;
  explorer.inputs.key.value = 4;
  expect(found.norms?.data).toEqual(attentionLens(explorer).view.value?.values.data);
  expect(found.contributions).toEqual(explorer.run.value.answers.contributions.value);
  expect(found.tokenSteps).toEqual(explorer.run.value.answers.tokenSteps.value);
  expect(found.tokenSteps?.feedForward?.hidden).toHaveLength(1536);
  explorer.inputs.tracePath.value = [step];
  expect(found.derivation).toEqual(explorer.run.value.answers.derivation.value);
  expect(found.derivation).toMatchObject({ path: [weight, step], titles: ['weight', 'scaled score'], isCut: false });
});

test('what the last layer hands on is in the answer only where it was asked for', () => {
  const answered = (needs: ComputeQuestion['needs']) => {
    const answers = answersOf(createEngine(model), question('The boat.', { layer: 1, needs }));
    return (answers.at(-1) as ComputedAnswer).layers.at(-1);
  };
  expect(answered([])).not.toHaveProperty('concat');
  expect(Object.keys(answered(['end']) ?? {})).toEqual([...layerStages]);
});
