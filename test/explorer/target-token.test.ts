import { describe, expect, test } from 'vitest';
import { readToken, tokenProblem } from '../../src/explorer/target-token.ts';
import { hfModel } from '../support/hf-models.ts';

const tokenizers = new Map(['gpt2', 'bert', 'llama', 'roberta', 't5'].map((name) => [name, hfModel(name).tokenizer]));

/** The vocabulary's string of what a text is read as; the pieces if it is not one token. */
function read(name: string, text: string): string | readonly string[] {
  const tokenizer = tokenizers.get(name)!;
  const found = readToken(tokenizer, text);
  return 'id' in found ? tokenizer.tokenText!(found.id) : found.pieces.map((piece) => piece.text);
}

describe('a text as one token', () => {
  test.each([
    ['gpt2', ' the', 'Ġthe'],
    // Without a blank the fixture has only pieces of it.
    ['gpt2', 'the', 'Ġthe'],
    ['gpt2', '␣the', 'Ġthe'],
    ['gpt2', 'he', 'he'],
    ['gpt2', ' he', 'Ġhe'],
    ['gpt2', 'Ġthe', 'Ġthe'],
    ['roberta', 'the', 'Ġthe'],
    ['bert', 'the', 'the'],
    ['bert', '##ing', '##ing'],
    ['bert', '[MASK]', '[MASK]'],
    ['llama', 'the', '▁the'],
    ['t5', '␣the', '▁the'],
  ])('%s: %j is %s', (name, text, expected) => {
    expect(read(name, text)).toBe(expected);
  });

  test.each([
    ['gpt2', 'bank', ['b', 'an', 'k']],
    ['bert', 'bank', ['ba', '##n', '##k']],
    // One token stands for what the tokenizer does not know: not what was typed.
    ['bert', '☃', ['[UNK]']],
    ['gpt2', '', []],
  ])('%s: %j is not one', (name, text, pieces) => {
    expect(read(name, text)).toEqual(pieces);
  });

  test('says which pieces it makes, in one line', () => {
    const { pieces } = readToken(tokenizers.get('gpt2')!, 'bank') as { pieces: never };
    expect(tokenProblem('bank', pieces, 'gpt2')).toBe("'bank' is 3 tokens of gpt2, not one: b + an + k");
    expect(tokenProblem('', [], 'gpt2')).toBe("'' is no token of gpt2");
  });
});
