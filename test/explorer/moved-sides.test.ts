import { describe, expect, test } from 'vitest';
import { type TokenizedText, tokenInput } from '../../src/explorer/tokenized-text.ts';
import { type Asking, ask, money, river, study, tokensOf, useLite } from '../support/asked-word.ts';
import { hfModel } from '../support/hf-models.ts';
import { rowsOf } from '../support/tensors.ts';
import { traceOfIds } from '../support/trace-of-ids.ts';

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
