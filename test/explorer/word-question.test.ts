import { describe, expect, test } from 'vitest';
import { vocabularyWords } from '../../src/explorer/vocabulary-words.ts';
import { type Asking, ask, money, river, textOf, useLite } from '../support/asked-word.ts';
import { builtInModel } from '../support/models.ts';

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

  test('unknown words are told apart by their text', () => {
    const loaded = builtInModel('example');
    expect(setting('dog study', 'dog study', { selected: 'study', loaded }).isSame).toBe(true);
    expect(setting('dog study', 'cat study', { selected: 'study', loaded }).isSame).toBe(false);
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

  test('those of one text do not depend on the other', () => {
    const of = (a: string, b: string) => ask(a, b).question!.shuffles;
    expect(of(`${money} Now.`, river).map(({ b }) => b)).toEqual(of(money, river).map(({ b }) => b));
    expect(of(money, 'a bank').map(({ a }) => a)).toEqual(of(money, river).map(({ a }) => a));
    expect(of(river, river).some(({ a, b }) => JSON.stringify(a) !== JSON.stringify(b))).toBe(true);
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
