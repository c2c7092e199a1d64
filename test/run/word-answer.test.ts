import { describe, expect, test } from 'vitest';
import type { TokenInput } from '../../src/core/chain/embedding.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import { tokenInput } from '../../src/explorer/tokenized-text.ts';
import type { LoadedModel } from '../../src/loaders/load-model.ts';
import { createStageRecorder } from '../../src/run/stage-recorder.ts';
import { createTraceGraph } from '../../src/run/trace-graph.ts';
import { createTraceInputs } from '../../src/run/trace-inputs.ts';
import { unknownSides, type WordRuns } from '../../src/run/word-answer.ts';
import { type Asking, answerOf, ask, money, river, runsOf, study, useLite } from '../support/asked-word.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { rowsOf } from '../support/tensors.ts';
import { traceOfIds } from '../support/trace-of-ids.ts';

describe('the answer', () => {
  test('use-lite: one static vector, two after attention, as plain loops have it', () => {
    const { a, b, question } = ask(money, river);
    const found = study(money, river);
    expect(found.stages.map(({ stage }) => stage)).toEqual([
      'static embedding',
      'input',
      'L0 attention',
      'L0 output',
      'L1 attention',
      'L1 output',
    ]);
    expect(found.stages[0]).toMatchObject({ cosine: 1, shuffled: 1 });
    const [one, two] = [a, b].map((side) => traceOfIds(useLite.model, tokenInput(side)).layers[1]!);
    const [rowsA, rowsB] = [rowsOf(one!.residPost!), rowsOf(two!.residPost!)];
    const cos = (x: number[], y: number[]) =>
      x.reduce((sum, v, i) => sum + v * y[i]!, 0) / Math.hypot(...x) / Math.hypot(...y);
    const [atA, atB] = [question!.a.places[0]!, question!.b.places[0]!];
    const others = rowsA.flatMap((x, i) => rowsB.flatMap((y, j) => (i === atA || j === atB ? [] : [cos(x, y)])));
    const last = found.stages.at(-1)!;
    expect(last.cosine).toBeCloseTo(cos(rowsA[atA]!, rowsB[atB]!), 6);
    expect(last.cosine).toBeLessThan(0.9);
    expect(last.baseline).toBeCloseTo(others.reduce((sum, x) => sum + x, 0) / others.length, 6);
    const shuffled = question!.shuffles.map(({ a: mixedA, b: mixedB }) => {
      const row = ({ tokens, places }: typeof mixedA) =>
        rowsOf(traceOfIds(useLite.model, tokens).layers[1]!.residPost!)[places[0]!]!;
      return cos(row(mixedA), row(mixedB));
    });
    expect(last.shuffled).toBeCloseTo(
      shuffled.reduce((sum, x) => sum + x / 3, 0),
      6,
    );
  });

  test('what was mixed in is named by its place', () => {
    const { a, b } = ask(money, river);
    const { mixedA, mixedB } = study(money, river);
    const largest = (mixed: typeof mixedA, tokens: typeof a) => {
      const [first] = mixed!.keys.toSorted((x, y) => y.brought!.share - x.brought!.share);
      return tokens.tokens[first!.key]!.text;
    };
    expect([largest(mixedA, a), largest(mixedB, b)]).toEqual(['▁money', '▁bank']);
  });

  test.each(['bert', 'gpt2', 'llama', 't5'])('%s, question and answer being copied between threads', (name) => {
    const loaded = hfModel(name);
    const { question, a, b } = ask(money, river, { loaded, layer: 99 });
    const copied = structuredClone(question!);
    const found = answerOf(runsOf(loaded, a, b), copied);
    expect(structuredClone(found)).toEqual(found);
    expect(found.layer).toBe(loaded.model.layers.length - 1);
    expect(found.stages[0]!.cosine).toBe(1);
    expect(
      found.stages.every(({ cosine, baseline, shuffled }) => [cosine, baseline, shuffled].every(Number.isFinite)),
    ).toBe(true);
    expect(found.mixedA!.keys).toHaveLength(a.tokens.length);
  });

  test('special tokens are no part of the baseline', () => {
    const loaded = hfModel('bert');
    const { question, a } = ask(money, river, { loaded });
    expect(a.tokens[0]!.start).toBeNull();
    expect(question!.a.otherPlaces).not.toContain(0);
    expect(question!.a.otherPlaces).toHaveLength(a.tokens.length - 2 - question!.a.places.length);
  });

  test('runs that write over one another change nothing', () => {
    const { question, a, b } = ask(money, river);
    const fresh = study(money, river);
    // Another object, for which no control is known yet.
    const model = { ...useLite.model };
    const found = answerOf({ ...runsOf(useLite, a, b), model, run: oneGraph(model) }, question!);
    expect(found).toEqual(fresh);
  });

  test('an unknown word has no numbers, and the rest has', () => {
    const example = builtInModel('example');
    const found = study('please dog study', 'dog man', { selected: 'dog', loaded: example, layer: 0 });
    expect(found.stages.map(({ cosine }) => cosine)).toEqual([null, null, null]);
    expect(found.stages.map(({ baseline }) => typeof baseline)).toEqual(['number', 'number', 'number']);
    expect([found.mixedA, found.mixedB, found.direction]).toEqual([null, null, null]);
    const known = study('please dog study', 'study man', { selected: 'study', loaded: example, layer: 0 });
    expect(known.stages[0]!.cosine).toBe(1);
    expect(known.mixedA!.keys.map(({ brought }) => brought === null)).toEqual([false, true, false]);
  });

  test('the difference points to words of the vocabulary, not to those of the sentences', () => {
    const words = new Map(useLiteWords.map((word) => [idOf(word), `▁${word}`]));
    const tokenizer = { ...useLite.tokenizer, tokenText: (id: number) => words.get(id) ?? '' };
    const { direction } = study(money, river, { loaded: { ...useLite, tokenizer } });
    expect(direction).toMatchObject({ kind: 'alone', stage: 'L1 attention', count: useLiteWords.length });
    const name = ({ id }: { id: number }) => words.get(id);
    expect(direction!.towardsA.slice(0, 3).map(name).sort()).toEqual(['▁cash', '▁dollars', '▁income']);
    expect(direction!.towardsB.slice(0, 3).map(name).sort()).toEqual(['▁hill', '▁lake', '▁road']);
    expect([...direction!.towardsA, ...direction!.towardsB].map(name)).not.toContain('▁river');
  });
});

const useLiteWords = ['cash', 'dollars', 'income', 'river', 'lake', 'road', 'hill', 'money', 'music', 'table'];
const idOf = (word: string) => useLite.tokenizer.tokenize(word)[0]!.id!;

/** Further runs over one graph, whose stages write into the same memory again. */
function oneGraph(model: LoadedModel['model']) {
  const inputs = createTraceInputs(model);
  const { trace } = createTraceGraph(inputs, createStageRecorder());
  return (tokens: TokenInput) => {
    inputs.tokens.value = tokens;
    return trace.value;
  };
}
describe('controls that are known', () => {
  test('are not run again for another layer, nor after the cursor came back', () => {
    const model = { ...useLite.model };
    const loaded = { ...useLite, model };
    let count = 0;
    const runOnce = (textA: string, asking: Asking) => {
      const { question, a, b } = ask(textA, river, { ...asking, loaded });
      const runs = runsOf(loaded, a, b);
      count = 0;
      const run: WordRuns['run'] = (...input) => {
        count += 1;
        return runs.run(...input);
      };
      const found = answerOf({ ...runs, run }, question!);
      return { count, found };
    };
    const text = 'we saw an old river near the other bank';
    const first = runOnce(text, { selected: 'bank', c: 'a bank' });
    // Six shuffles, C, and C read from a later position.
    expect(first.count).toBe(8);
    const again = runOnce(text, { selected: 'bank', c: 'a bank', layer: 0 });
    expect(again.count).toBe(0);
    expect(again.found.stages).toEqual(first.found.stages);
    expect(runOnce(text, { selected: 'river' }).count).toBeGreaterThan(0);
    expect(runOnce(text, { selected: 'bank', c: 'a bank' }).count).toBe(0);
  });

  test('are run again under other changes', () => {
    const model = { ...useLite.model };
    const { question, a, b } = ask(money, river);
    const runs = { ...runsOf(useLite, a, b), model };
    answerOf(runs, question!);
    expect(unknownSides(runs, question!)).toEqual([]);
    const causal = { ...noInterventions, mask: 'causal' } as const;
    expect(unknownSides({ model, interventions: causal }, question!)).toHaveLength(7);
    // Numbers typed into A act on A alone: its own text, read from another position.
    const typed = { ...noInterventions, hiddenKeys: [0] };
    expect(unknownSides({ model, interventions: typed }, question!)).toEqual([question!.moved!.a]);
  });
});
