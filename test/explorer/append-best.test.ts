import { describe, expect, test } from 'vitest';
import { createActions } from '../../src/explorer/actions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { tokenInput } from '../../src/explorer/tokenized-text.ts';
import type { LoadedModel } from '../../src/loaders/load-model.ts';
import { generateGreedily } from '../../src/run/generation.ts';
import { hfModel } from '../support/hf-models.ts';

const gpt2 = { ...hfModel('gpt2'), endTokenIds: [] };
const llama = { ...hfModel('llama'), endTokenIds: [] };
const t5 = { ...hfModel('t5'), endTokenIds: [] };

function opened(loaded: LoadedModel, text: string, more: Partial<InitialInputs> = {}) {
  const explorer = createExplorer({ loaded, text, ...more });
  const actions = createActions(explorer);
  const texts: string[] = [];
  const append = (times: number) => {
    for (let i = 0; i < times; i++) {
      const problem = actions.appendBest();
      if (problem !== null) throw new Error(problem);
      const { model } = explorer.inputs.loaded.value;
      texts.push((model.decoder === null ? explorer.inputs.text : explorer.inputs.target).value ?? '');
    }
  };
  const ids = () => explorer.tokenized.value.tokens.map(({ id }) => id);
  const targetIds = () => explorer.targetTokenized.value.tokens.map(({ id }) => id);
  return { explorer, actions, append, texts, ids, targetIds };
}

function greedy(loaded: LoadedModel, text: string, count: number): number[] {
  const { tokenized, targetTokenized } = createExplorer({ loaded, text });
  return generateGreedily({
    model: loaded.model,
    tokens: tokenInput(tokenized.value),
    targetTokens: tokenInput(targetTokenized.value),
    count,
    endTokenIds: [],
  });
}

describe('appending token by token', () => {
  test('gives the greedy continuation, ids and all, also where another cutting has fewer tokens or more', () => {
    const { append, ids, explorer } = opened(llama, 'The cat sat');
    append(14);
    expect(ids()).toEqual(greedy(llama, 'The cat sat', 14));
    const text = explorer.inputs.text.value;
    expect(text.startsWith('The cat sat')).toBe(true);
    const cutAnew = llama.tokenizer.encode!(text).tokens.map(({ id }) => id);
    expect(cutAnew).not.toEqual(ids());
  });

  test('covers the text with tokens that follow each other', () => {
    const { append, explorer } = opened(llama, 'The cat sat');
    append(6);
    const { tokens } = explorer.tokenized.value;
    const length = Array.from(explorer.inputs.text.value).length;
    const appended = tokens.slice(-6);
    expect(appended[0]!.start).toBe('The cat sat'.length);
    expect(appended.at(-1)!.end).toBe(length);
    for (let i = 1; i < appended.length; i++) expect(appended[i]!.start).toBe(appended[i - 1]!.end);
  });

  test('of an encoder–decoder grows the target alone', () => {
    const { append, ids, targetIds, explorer } = opened(t5, 'The house is small.');
    const before = ids();
    append(4);
    expect(targetIds()).toEqual(greedy(t5, 'The house is small.', 4));
    expect(ids()).toEqual(before);
    expect(explorer.inputs.text.value).toBe('The house is small.');
    expect(explorer.inputs.target.value).not.toBeNull();
  });

  test('goes on behind a target that was typed', () => {
    const { append, targetIds } = opened(t5, 'The house is small.', { target: 'Das Haus' });
    const typed = targetIds();
    append(2);
    expect(targetIds().slice(0, typed.length)).toEqual(typed);
    expect(targetIds()).toHaveLength(typed.length + 2);
  });
});

describe('tokens that were appended stay', () => {
  test('while something is typed behind them', () => {
    const { append, ids, actions, explorer } = opened(llama, 'The cat sat');
    append(9);
    const grown = ids();
    actions.setText(`${explorer.inputs.text.value} and`);
    const behind = llama.tokenizer.encodePlain!(' and').map(({ id }) => id);
    expect(ids()).toEqual([...grown, ...behind]);
    const { end } = explorer.tokenized.value.tokens.at(-1)!;
    expect(end).toBe(Array.from(explorer.inputs.text.value).length);
  });

  test('while more are appended behind what was typed', () => {
    const { append, ids, actions, explorer } = opened(llama, 'The cat sat');
    append(9);
    actions.setText(`${explorer.inputs.text.value} and`);
    const before = ids();
    append(2);
    expect(ids().slice(0, before.length)).toEqual(before);
    expect(ids()).toHaveLength(before.length + 2);
  });

  test('when one after them goes, as undo or backspace takes it', () => {
    const { append, texts, ids, actions } = opened(llama, 'The cat sat');
    append(10);
    const grown = ids();
    for (let left = 9; left >= 1; left--) {
      actions.setText(texts[left - 1]!);
      expect(ids()).toEqual(grown.slice(0, grown.length - 10 + left));
    }
    actions.setText('The cat sat');
    expect(ids()).toEqual(llama.tokenizer.encode!('The cat sat').tokens.map(({ id }) => id));
  });

  test.each(['A cat sat', 'The cat sits'])('until the text before them is edited, to %j', (start) => {
    const { append, actions, ids, explorer } = opened(llama, 'The cat sat');
    append(12);
    const edited = start + explorer.inputs.text.value.slice('The cat sat'.length);
    actions.setText(edited);
    expect(ids()).toEqual(llama.tokenizer.encode!(edited).tokens.map(({ id }) => id));
  });

  test('not after the model was changed', () => {
    const { append, actions, ids, explorer } = opened(llama, 'The cat sat');
    append(9);
    const { value: text } = explorer.inputs.text;
    actions.setModel(gpt2, text);
    expect(ids()).toEqual(gpt2.tokenizer.encode!(text).tokens.map(({ id }) => id));
    actions.setModel(llama, text);
    expect(ids()).toEqual(llama.tokenizer.encode!(text).tokens.map(({ id }) => id));
  });

  test('of a target too, whose last token is then read', () => {
    const { append, texts, targetIds, actions } = opened(t5, 'The house is small.', { target: 'Das Haus' });
    append(3);
    const grown = targetIds();
    actions.setTarget(texts[1]!);
    expect(targetIds()).toEqual(grown.slice(0, -1));
    actions.setTarget('Das Haus');
    const typed = t5.tokenizer.encode!('Das Haus').tokens.map(({ id }) => id);
    expect(targetIds()).toEqual([0, ...typed.slice(0, -1)]);
  });
});

describe('nothing is appended, and it is said why,', () => {
  const problem = (loaded: LoadedModel, text: string, more: Partial<InitialInputs> = {}) => {
    const { actions, explorer, ids } = opened(loaded, text, more);
    const before = ids();
    const problem = actions.appendBest();
    expect(explorer.inputs.text.value).toBe(text);
    expect(ids()).toEqual(before);
    return problem;
  };

  test('where a model guesses masks', () => {
    expect(problem(hfModel('bert'), 'a')).toBe('bert does not predict the next token, so there is nothing to append');
  });

  test('where there is no text and no token to begin with', () => {
    expect(problem(gpt2, '')).toBe('there is no text yet to continue');
  });

  test('where the text is as long as the model can read', () => {
    const full = 'gpt2 cannot read a longer text';
    expect(problem(gpt2, ' the'.repeat(64))).toBe(full);
    expect(problem(gpt2, ' the'.repeat(80))).toBe(full);
  });

  test('where the model ends the text', () => {
    const [end] = greedy(gpt2, 'The cat', 1).slice(-1);
    expect(problem({ ...gpt2, endTokenIds: [end!] }, 'The cat')).toBe('gpt2 ends the text here');
  });

  test('where there is a second text behind the first', () => {
    expect(problem(gpt2, 'The cat', { segmentB: 'sat' })).toMatch(/--pair/);
  });
});

test('a text that the model can read one more token of grows by it', () => {
  const { append, ids } = opened(gpt2, ' the'.repeat(63));
  append(1);
  expect(ids()).toHaveLength(64);
});

test('where the tokenizer puts a token before an empty text, text grows from nothing', () => {
  const { append, ids } = opened(llama, '');
  append(2);
  expect(ids()).toEqual(greedy(llama, '', 2));
});
