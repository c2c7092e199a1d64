import { describe, expect, test } from 'vitest';
import type { TokenInput } from '../../src/core/chain/embedding.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import type { WordContrast } from '../../src/core/measures/word-contrast.ts';
import { cut, encode, type TokenizedText, tokenInput } from '../../src/explorer/tokenized-text.ts';
import { vocabularyWords } from '../../src/explorer/vocabulary-words.ts';
import { wordQuestion } from '../../src/explorer/word-question.ts';
import type { LoadedModel } from '../../src/loaders/load-model.ts';
import { createStageRecorder } from '../../src/run/stage-recorder.ts';
import { createTraceGraph } from '../../src/run/trace-graph.ts';
import { createTraceInputs } from '../../src/run/trace-inputs.ts';
import { unknownSides, type WordRuns, wordSteps } from '../../src/run/word-answer.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { rowsOf } from '../support/tensors.ts';
import { traceOfIds } from '../support/trace-of-ids.ts';

const useLite = builtInModel('use-lite');
const money = 'I deposited money in the bank.';
const river = 'The boat drifted toward the river bank.';

const tokensOf = ({ model, tokenizer }: LoadedModel, text: string) =>
  cut(encode(tokenizer, text, null), model.maxPositions);

/** The answer after all its steps. */
function answerOf(...input: Parameters<typeof wordSteps>): WordContrast {
  const steps = wordSteps(...input);
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}

interface Asking {
  /** A part of the selected word of A. */
  readonly selected?: string;
  readonly loaded?: LoadedModel;
  readonly layer?: number;
  readonly c?: string;
  readonly chosenB?: number;
  readonly isCausal?: boolean;
}

function ask(textA: string, textB: string, asking: Asking = {}) {
  const { selected = '', loaded = useLite, layer = 1, c, chosenB = null, isCausal = false } = asking;
  const [a, b] = [tokensOf(loaded, textA), tokensOf(loaded, textB)];
  const at = textA.indexOf(selected);
  const selectedA = selected === '' ? -1 : a.tokens.findIndex(({ end }) => end !== null && end > at);
  const { tokenizer, model } = loaded;
  const { maxPositions } = model;
  const hasPositions = model.embedding.positions !== null;
  const asked = wordQuestion({
    ...{ tokenizer, maxPositions, hasPositions, isCausal, selectedA, chosenB, layer },
    a: { text: textA, tokens: a.tokens },
    b: { text: textB, tokens: b.tokens },
    c: c === undefined ? null : { text: c, tokens: tokensOf(loaded, c).tokens },
  });
  return { ...asked, a, b };
}

function runsOf({ model }: LoadedModel, a: TokenizedText, b: TokenizedText): WordRuns {
  const run = (tokens: TokenInput) => traceOfIds(model, tokens);
  return { model, interventions: noInterventions, a: run(tokenInput(a)), b: run(tokenInput(b)), run };
}

function study(textA: string, textB: string, asking: Asking = {}) {
  const { question, a, b } = ask(textA, textB, asking);
  return answerOf(runsOf(asking.loaded ?? useLite, a, b), question!);
}

const textOf = ({ tokens }: { tokens: readonly { text: string }[] }, places: readonly number[]) =>
  places.map((place) => tokens[place]!.text);

describe('which word', () => {
  test('the selected one, in any case, at its own place', () => {
    const { question, a, b } = ask('The Bank and the other bank.', 'A river bank.', { selected: 'Bank' });
    expect(question).toMatchObject({ word: 'Bank', asked: null, layer: 1 });
    expect(textOf(a, question!.a.places)).toEqual(['▁Bank']);
    expect(textOf(b, question!.b.places)).toEqual(['▁bank']);
    expect(ask('The Bank and the other bank.', 'A river bank.', { selected: 'bank' }).question!.a.places).not.toEqual(
      question!.a.places,
    );
    expect(ask('The Bank', 'the money', { selected: 'The' }).question!.word).toBe('The');
  });

  test('else the last that both have, no function word', () => {
    expect(ask(money, river, { selected: 'money' }).question).toMatchObject({ word: 'bank', asked: 'money' });
    expect(ask('a cat in the water there', 'the water cat there').question).toMatchObject({
      word: 'water',
      asked: null,
    });
    expect(ask('one dog, two cat', 'cat dog').question!.word).toBe('cat');
  });

  test('a word of several tokens', () => {
    const { question, a } = ask('my zorblatt ran', 'the Zorblatt', { selected: 'zorblatt' });
    expect(textOf(a, question!.a.places).join('')).toBe('▁zorblatt');
    expect(question!.a.places.length).toBeGreaterThan(1);
  });

  test.each([
    ['', 'bank', 'the two sentences share no word: type one that is in both'],
    ['cat', 'dog', 'the two sentences share no word: type one that is in both'],
    ["can't", 'can', 'the two sentences share no word: type one that is in both'],
    ['the cat', 'The dog', 'the two sentences share only function words: select "the" to compare its vectors'],
  ])('%j and %j: why there is none', (textA, textB, problem) => {
    expect(ask(textA, textB)).toMatchObject({ question: null, problem });
  });

  test('a word that is cut off does not count', () => {
    const long = `${'cat '.repeat(200)}bank`;
    expect(ask(long, 'bank').problem).toContain('share no word');
    expect(ask(long, 'bank cat').question!.word).toBe('cat');
  });
});

describe('which occurrence', () => {
  const places = (textA: string, textB: string, asking: Asking = {}) => {
    const { question } = ask(textA, textB, asking);
    return [question!.a.places[0], question!.b.places[0], question!.b.index, question!.b.count];
  };
  const twice = 'The bank by the bank';

  test('of the same sentence twice: the same one', () => {
    expect(places(twice, twice)).toEqual([4, 4, 1, 2]);
    expect(places(twice, twice, { selected: 'bank' })).toEqual([1, 1, 0, 2]);
  });

  test('the one that the alignment sets beside it, not the first one', () => {
    expect(places('a bank near the bank', 'a boat near the bank', { selected: 'bank' })).toEqual([1, 4, 0, 1]);
    expect(places('near the bank', 'bank or boat near the bank')).toEqual([2, 5, 1, 2]);
  });

  test('without an aligned one: the one that comes as late', () => {
    expect(places('bank one bank', 'two bank bank three four', { selected: 'bank' })[1]).toBe(1);
  });

  test('the chosen one; a token of no such word changes nothing', () => {
    expect(places(twice, twice, { chosenB: 1 })).toEqual([4, 1, 0, 2]);
    for (const chosenB of [0, 2, 3, 99]) expect(places(twice, twice, { chosenB })).toEqual([4, 4, 1, 2]);
  });

  test('other occurrences are no other tokens', () => {
    expect(ask(twice, twice).question!.a.otherPlaces).toEqual([0, 2, 3]);
    expect(ask(twice, twice).question!.b.firstPlaces).toEqual([1, 4]);
  });
});

describe('what the model reads', () => {
  const setting = (textA: string, textB: string, asking: Asking = {}) => {
    const { isSame, isSameText, alone } = ask(textA, textB, asking).question!;
    return { isSame, isSameText, alone };
  };

  test.each<[string, string, string, Asking, object]>([
    ['the same text', river, river, {}, { isSame: true, isSameText: true, alone: [] }],
    ['another occurrence', 'bank a bank', 'bank a bank', { chosenB: 2 }, { isSame: false, isSameText: true }],
    ['another text', money, river, {}, { isSame: false, isSameText: false }],
    ['the same beginning', 'the bank was', 'the bank is', {}, { isSame: false }],
    [
      'the same beginning, causal',
      'the bank was',
      'the bank is',
      { isCausal: true },
      { isSame: true, isSameText: false },
    ],
    ['first in A', 'bank notes', 'the bank', { isCausal: true }, { isSame: false, alone: ['A'] }],
    ['first in both', 'bank notes', 'bank here', { isCausal: true }, { isSame: true, alone: ['A', 'B'] }],
    ['first where later tokens count', 'bank notes', 'the bank', {}, { alone: [] }],
  ])('%s', (_, a, b, asking, expected) => {
    expect(setting(a, b, { selected: 'bank', ...asking })).toMatchObject(expected);
  });

  test('two unknown words are not the same token', () => {
    const loaded = builtInModel('example');
    expect(setting('dog study', 'dog study', { selected: 'dog', loaded }).isSame).toBe(false);
  });
});

describe('the third sentence', () => {
  const control = (c: string | undefined, asking: Asking = {}) => {
    const { question } = ask(money, river, { ...asking, ...(c === undefined ? {} : { c }) });
    return { ...question!.c, problem: question!.controlProblem };
  };

  test('has the word at its place', () => {
    expect(control('The Bank asked a bank')).toMatchObject({ problem: null, places: [4], index: 1, count: 2 });
  });

  test('is no control without the word, or if the model reads the same as in A', () => {
    expect(control(undefined).problem).toBe('none');
    expect(control('We had a picnic').problem).toBe('no word');
    expect(control('').problem).toBe('no word');
    expect(control(money).problem).toBe('same as A');
    expect(control('I deposited money in the bank today').problem).toBeNull();
    expect(control('I deposited money in the bank today', { isCausal: true }).problem).toBe('same as A');
  });
});

describe('texts read from other positions', () => {
  const moved = (textA: string, textB: string, asking: Asking = {}) => ask(textA, textB, asking).question!.moved;
  const firsts = (found: ReturnType<typeof moved>) =>
    found && [found.position, ...[found.a, found.b, found.c].map((side) => side?.tokens.firstPosition ?? 0)];

  test('the word stands at the last of its positions', () => {
    expect(firsts(moved(money, river))).toEqual([8, 2, 0, 0]);
    expect(firsts(moved(river, money))).toEqual([8, 0, 2, 0]);
    expect(firsts(moved(money, 'the bank', { c: 'bank' }))).toEqual([6, 0, 5, 6]);
  });

  test('none where that changes nothing', () => {
    expect(moved('a bank', 'the bank')).toBeNull();
    expect(moved(money, river, { loaded: hfModel('llama') })).toBeNull();
  });

  test('none where the positions end', () => {
    const long = `${'cat '.repeat(120)}bank`;
    expect(firsts(moved(long, 'the bank'))).toEqual([120, 0, 119, 0]);
    expect(moved(`bank ${'cat '.repeat(120)}`, long, { selected: 'bank' })).toBeNull();
  });

  test('their cosines are those of runs at these positions', () => {
    const [a, b] = [tokensOf(useLite, money), tokensOf(useLite, river)];
    const found = study(money, river);
    const end = (side: TokenizedText, firstPosition: number, place: number) =>
      rowsOf(traceOfIds(useLite.model, { ...tokenInput(side), firstPosition }).layers[1]!.residPost!)[place]!;
    const [one, two] = [end(a, 2, 6), end(b, 0, 8)];
    const cos = one.reduce((sum, x, i) => sum + x * two[i]!, 0) / Math.hypot(...one) / Math.hypot(...two);
    expect(found.stages.at(-1)!.moved).toBeCloseTo(cos, 6);
    expect(found.stages[1]).toMatchObject({ part: 'input', moved: 1 });
    expect(found.stages[1]!.cosine).toBeLessThan(0.95);
  });

  test.each(['llama', 't5'])('%s: positions that are distances do not depend on the first one', (name) => {
    const { model } = hfModel(name);
    const at = (firstPosition: number) => {
      const { layers } = traceOfIds(model, { ids: [3, 9, 4, 7], typeIds: null, firstPosition });
      return rowsOf(layers.at(-1)!.residPost!);
    };
    expect(at(5)).toEqual(at(0));
  });
});

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
    const text = 'the river bank';
    const first = runOnce(text, { selected: 'bank', c: 'a bank' });
    expect(first.count).toBe(9);
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

describe('shuffles', () => {
  test('three of both, with the same tokens in another order, the same every time', () => {
    const { question, a } = ask(money, river);
    expect(question!.shuffles).toHaveLength(3);
    expect(ask(money, river).question).toEqual(question);
    for (const { a: mixed, b } of question!.shuffles) {
      expect(mixed.places).toHaveLength(1);
      expect(mixed.tokens.ids[mixed.places[0]!]).toBe(a.tokens[question!.a.places[0]!]!.id);
      expect(b.places).toHaveLength(1);
      expect([...mixed.tokens.ids].sort()).toEqual(a.tokens.map(({ id }) => id).sort());
    }
  });

  test('none where there is no order', () => {
    expect(ask('bank', 'bank').question!.shuffles).toEqual([]);
    expect(ask('bank', 'a bank').question!.shuffles).toHaveLength(3);
  });
});

describe('words of a vocabulary', () => {
  const tokenizer = (texts: string[]) => ({
    vocabSize: texts.length,
    tokenize: () => [],
    tokenText: (id: number) => texts[id]!,
  });

  test.each([
    ['▁', ['▁bank', 'bank', '▁an', '▁Élan', '▁x1y', '▁'], [0, 3]],
    ['Ġ', ['Ġbank', 'bank', 'ĠÃ©lan', 'Ġof'], [0]],
    ['##', ['bank', '##ing', '[CLS]', 'of', '...'], [0]],
    ['</w>', ['bank</w>', 'bank', 'of</w>'], [0]],
  ])('marked by %s', (_, texts, ids) => {
    expect(vocabularyWords(tokenizer(texts)).ids).toEqual(ids);
  });

  test('none where the tokenizer does not tell its texts', () => {
    expect(vocabularyWords({ vocabSize: 9, tokenize: () => [] }).ids).toEqual([]);
  });

  test('those of the sentences are left out, in any case', () => {
    const loaded = {
      ...useLite,
      tokenizer: { ...useLite.tokenizer, tokenText: (id: number) => ['▁Bank', '▁bank', '▁cash'][id] ?? '' },
    };
    const { question } = ask(money, river, { loaded });
    expect([question!.vocabulary, question!.leftOut]).toEqual([
      [0, 1, 2],
      [0, 1],
    ]);
  });
});

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
