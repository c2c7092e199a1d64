import { describe, expect, test } from 'vitest';
import type { TokenInput } from '../../src/core/chain/embedding.ts';
import type { WordContrast } from '../../src/core/measures/word-contrast.ts';
import { cut, encode, tokenInput } from '../../src/explorer/tokenized-text.ts';
import { vocabularyWords } from '../../src/explorer/vocabulary-words.ts';
import { wordQuestion } from '../../src/explorer/word-question.ts';
import type { LoadedModel } from '../../src/loaders/load-model.ts';
import { createStageRecorder } from '../../src/run/stage-recorder.ts';
import { createTraceGraph } from '../../src/run/trace-graph.ts';
import { createTraceInputs } from '../../src/run/trace-inputs.ts';
import { wordSteps } from '../../src/run/word-answer.ts';
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

function ask(textA: string, textB: string, selected = '', loaded: LoadedModel = useLite, layer = 1) {
  const [a, b] = [tokensOf(loaded, textA), tokensOf(loaded, textB)];
  const at = textA.indexOf(selected);
  const selectedA = selected === '' ? -1 : a.tokens.findIndex(({ end }) => end !== null && end > at);
  const { tokenizer, model } = loaded;
  const { maxPositions } = model;
  const asked = wordQuestion({
    tokenizer,
    maxPositions,
    textA,
    textB,
    tokensA: a.tokens,
    tokensB: b.tokens,
    selectedA,
    layer,
  });
  return { ...asked, a, b };
}

function study(textA: string, textB: string, selected = '', loaded: LoadedModel = useLite, layer = 1) {
  const { question, a, b } = ask(textA, textB, selected, loaded, layer);
  const run = (tokens: TokenInput) => traceOfIds(loaded.model, tokens);
  return answerOf(loaded.model, question!, run(tokenInput(a)), run(tokenInput(b)), run);
}

const textOf = ({ tokens }: { tokens: readonly { text: string }[] }, places: readonly number[]) =>
  places.map((place) => tokens[place]!.text);

describe('which word', () => {
  test('the selected one, in any case, at its own place', () => {
    const { question, a, b } = ask('The Bank and the other bank.', 'A river bank.', 'Bank');
    expect(question).toMatchObject({ word: 'Bank', asked: null, layer: 1 });
    expect(textOf(a, question!.a.places)).toEqual(['▁Bank']);
    expect(textOf(b, question!.b.places)).toEqual(['▁bank']);
    expect(ask('The Bank and the other bank.', 'A river bank.', 'bank').question!.a.places).not.toEqual(
      question!.a.places,
    );
    expect(ask('The Bank', 'the money', 'The').question!.word).toBe('The');
  });

  test('else the last that both have, no function word', () => {
    expect(ask(money, river, 'money').question).toMatchObject({ word: 'bank', asked: 'money' });
    expect(ask('a cat in the water there', 'the water cat there').question).toMatchObject({
      word: 'water',
      asked: null,
    });
    expect(ask('one dog, two cat', 'cat dog').question!.word).toBe('cat');
  });

  test('a word of several tokens', () => {
    const { question, a } = ask('my zorblatt ran', 'the Zorblatt', 'zorblatt');
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
    const { question } = ask(money, river, '', loaded);
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
    const { question, a, b } = ask(money, river, '', loaded, 99);
    const run = (tokens: TokenInput) => traceOfIds(loaded.model, tokens);
    const copied = structuredClone(question!);
    const found = answerOf(loaded.model, copied, run(tokenInput(a)), run(tokenInput(b)), run);
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
    const { question, a } = ask(money, river, '', loaded);
    expect(a.tokens[0]!.start).toBeNull();
    expect(question!.a.textPlaces).not.toContain(0);
    expect(question!.a.textPlaces).toHaveLength(a.tokens.length - 2);
  });

  test('runs that write over one another change nothing', () => {
    const { question, a, b } = ask(money, river);
    const fresh = study(money, river);
    const { model } = useLite;
    const [traceA, traceB] = [a, b].map((side) => traceOfIds(model, tokenInput(side)));
    const found = answerOf(model, question!, traceA!, traceB!, oneGraph(model));
    expect(found).toEqual(fresh);
  });

  test('an unknown word has no numbers, and the rest has', () => {
    const example = builtInModel('example');
    const found = study('please dog study', 'dog man', 'dog', example, 0);
    expect(found.stages.map(({ cosine }) => cosine)).toEqual([null, null, null]);
    expect(found.stages.map(({ baseline }) => typeof baseline)).toEqual(['number', 'number', 'number']);
    expect([found.mixedA, found.mixedB, found.direction]).toEqual([null, null, null]);
    const known = study('please dog study', 'study man', 'study', example, 0);
    expect(known.stages[0]!.cosine).toBe(1);
    expect(known.mixedA!.keys.map(({ brought }) => brought === null)).toEqual([false, true, false]);
  });

  test('the difference points to words of the vocabulary, not to those of the sentences', () => {
    const words = new Map(useLiteWords.map((word) => [idOf(word), `▁${word}`]));
    const tokenizer = { ...useLite.tokenizer, tokenText: (id: number) => words.get(id) ?? '' };
    const { direction } = study(money, river, '', { ...useLite, tokenizer });
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
