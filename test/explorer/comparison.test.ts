import { describe, expect, test } from 'vitest';
import { aboutModel, type Interventions, noInterventions } from '../../src/core/interventions.ts';
import { attentionParts } from '../../src/core/trace.ts';
import type { Explorer } from '../../src/explorer/explorer.ts';
import { blocksOf } from '../support/tensors.ts';
import {
  diagonal,
  expectOwnRun,
  models,
  money,
  ofA,
  ofB,
  places,
  river,
  t5,
  twoSentences,
} from '../support/two-sentences.ts';

/** Mean over the rows that both have of ½ Σ |w_B − w_A|, in plain loops: keys of one alone count with all of their weight. */
function plainChange(a: number[][], b: number[][], queries: (number | null)[][], keys: (number | null)[][]): number {
  const rows = queries.filter(([i, j]) => i !== null && j !== null) as number[][];
  const sums = rows.map(([i, j]) =>
    keys.reduce((sum, [left, right]) => {
      const [before, after] = [left == null ? 0 : a[i!]![left]!, right == null ? 0 : b[j!]![right]!];
      return sum + Math.abs(after - before) / 2;
    }, 0),
  );
  return sums.reduce((sum, one) => sum + one, 0) / sums.length;
}

/** The ranking of the shown part must be the one of plain loops over alignments that are written by hand. */
function expectPlainRanking(explorer: Explorer, queries: (number | null)[][], keys: (number | null)[][]): void {
  const { comparison, shown, other } = explorer;
  expect(places(comparison.queries.value)).toEqual(queries);
  expect(places(comparison.keys.value)).toEqual(keys);
  const changes = shown.value.layers.flatMap((layer, index) => {
    const [a, b] = [layer, other.layers.value[index]!].map((one) => blocksOf(one.attentionWeights));
    return a!.map((rows, head) => ({ layer: index, head, change: plainChange(rows, b![head]!, queries, keys) }));
  });
  const ranked = comparison.ranked.value;
  expect(ranked.length).toBe(changes.length);
  for (const { layer, head, change } of ranked) {
    const plain = changes.find((one) => one.layer === layer && one.head === head)!;
    expect(Math.abs(change! - plain.change)).toBeLessThan(1e-6);
  }
  const sizes = ranked.map((one) => one.change!);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(new Set(ranked.map((one) => `${one.layer}.${one.head}`)).size).toBe(changes.length);
}

describe.each(models)('%s', (_, loaded) => {
  const target = loaded.model.decoder === null ? null : 'a dog';

  test.each(attentionParts.slice(0, target === null ? 1 : 3))(
    '%s: a letter in A runs nothing of B, and one in B nothing of A',
    (part) => {
      const { actions, opening, take } = twoSentences({ loaded, target, part });
      expect(ofB(opening).length).toBeGreaterThan(8);
      for (const [stage, count] of Object.entries(opening)) expect(count, stage).toBe(1);
      actions.setText(`${river}a`);
      const first = take();
      expect(ofB(first)).toEqual([]);
      expect(first.tokens).toBe(1);
      actions.setOther(`${money}b`);
      const second = take();
      expect(ofA(second)).toEqual([]);
      expect(second['B tokens']).toBe(1);
      actions.setText(`${river}ab`);
      expect(ofB(take())).toEqual([]);
      actions.moveHead(1);
      actions.moveQuery(-1);
      expect(take()).toEqual({});
    },
  );

  test('B has what is changed in the model, and not what is changed at tokens', () => {
    const interventions: Interventions = {
      mask: 'causal',
      isUnscaled: true,
      scaleFactor: 0.5,
      ablatedHeads: [{ layer: 0, head: 1 }],
      ablation: 'mean',
      hiddenKeys: [1],
      swappedValues: { layer: 0, tokens: [0, 2] },
      edits: [{ stage: 'scores', layer: 0, head: 0, row: 2, column: 0, value: 4 }],
      isRenormalised: true,
    };
    const { explorer, actions, take } = twoSentences({ loaded, target });
    explorer.inputs.interventions.value = interventions;
    expectOwnRun(explorer, aboutModel(interventions));
    const { mask, isUnscaled, scaleFactor, ablatedHeads, ablation } = interventions;
    const named = { ...noInterventions, mask, isUnscaled, scaleFactor, ablatedHeads, ablation };
    expect(aboutModel(interventions)).toEqual(named);
    actions.resetInterventions();
    expectOwnRun(explorer, noInterventions);
    take();
    for (const change of [
      actions.toggleKey,
      () => actions.moveKey(-1),
      actions.toggleSwap,
      () => actions.editCell('attentionWeights', 0.5),
    ]) {
      change();
      expect(ofB(take())).toEqual([]);
    }
    actions.setScaleFactor(2);
    expect(ofB(take())).toContain('B L0 scaledScores');
  });

  test('equal sentences differ by exactly 0, also typed letter by letter, and with changes of the model', () => {
    const { explorer, actions } = twoSentences({ loaded, target, text: '', sentenceB: money });
    for (let end = 1; end <= money.length; end++) actions.setText(money.slice(0, end));
    const expectNoChange = () => {
      for (const part of attentionParts) {
        explorer.inputs.part.value = part;
        const { comparison } = explorer;
        expect(comparison.ranked.value.length).toBeGreaterThan(3);
        for (const { change } of comparison.ranked.value) expect(change).toBe(0);
        expect(comparison.keys.value.every(({ a, b, isSame }) => a === b && isSame)).toBe(true);
      }
    };
    expectNoChange();
    actions.setScaleFactor(1.5);
    actions.toggleHead();
    expectNoChange();
    explorer.inputs.part.value = 'encoder';
    explorer.inputs.interventions.value = { ...noInterventions, hiddenKeys: [1] };
    expect(explorer.comparison.ranked.value[0]!.change).toBeGreaterThan(0.01);
    actions.resetInterventions();
    expectNoChange();
  });
});

describe('heads by how much they change, as in plain loops', () => {
  test('a word in the place of another', () => {
    const { explorer } = twoSentences();
    const count = explorer.tokenized.value.tokens.length;
    expect(explorer.other.tokenized.value.tokens.length).toBe(count);
    expectPlainRanking(explorer, diagonal(count), diagonal(count));
    expect(explorer.comparison.queries.value.map((one) => one.isSame)).toEqual([
      true,
      true,
      true,
      true,
      false,
      true,
      true,
    ]);
    expect(explorer.comparison.ranked.value[0]!.change).toBeGreaterThan(0.01);
  });

  test('words that one of them alone has', () => {
    const { explorer, actions } = twoSentences({ text: 'one two three four', sentenceB: 'one three four five' });
    const pairs = [
      [0, 0],
      [1, null],
      [2, 1],
      [3, 2],
      [null, 3],
    ];
    expectPlainRanking(explorer, pairs, pairs);
    actions.setText('one three four five');
    expectPlainRanking(explorer, diagonal(4), diagonal(4));
  });

  test('nothing in common but the places', () => {
    const { explorer } = twoSentences({ text: 'red green', sentenceB: 'one two' });
    expectPlainRanking(explorer, diagonal(2), diagonal(2));
  });

  test('of a decoder, and of its attention to the two sentences', () => {
    const { explorer } = twoSentences({
      loaded: t5,
      text: 'the cat sat',
      sentenceB: 'the cat on the',
      target: 'a dog',
      part: 'decoder',
    });
    const target = diagonal(explorer.tokens.value.queries.length);
    expectPlainRanking(explorer, target, target);
    for (const { layer, change } of explorer.comparison.ranked.value)
      if (layer === 0) expect(change).toBe(0);
      else expect(change).toBeGreaterThan(0);
    expect(explorer.other.layers.value).toBe(explorer.other.trace.value.decoder!.layers);
    expect(explorer.other.tokens.value.keys).toBe(explorer.tokens.value.keys);

    explorer.inputs.part.value = 'cross';
    const { tokens, other, comparison } = explorer;
    expect(other.layers.value).toBe(other.trace.value.decoder!.crossLayers);
    expect(other.tokens.value.queries).toBe(tokens.value.queries);
    const texts = ({ keys }: typeof tokens.value) => keys.map(({ text }) => text);
    expect(texts(other.tokens.value)).toEqual(other.tokenized.value.tokens.map(({ text }) => text));
    const keys = places(comparison.keys.value);
    // Every key of both has its place, in order, and pairs of the same token are of the same text.
    for (const [side, count] of [
      [0, texts(tokens.value).length],
      [1, texts(other.tokens.value).length],
    ] as const)
      expect(keys.flatMap((pair) => pair[side] ?? [])).toEqual(Array.from({ length: count }, (_, place) => place));
    for (const { a, b, isSame } of comparison.keys.value)
      if (a !== null && b !== null) expect(texts(tokens.value)[a] === texts(other.tokens.value)[b]).toBe(isSame);
    expectPlainRanking(explorer, target, keys);
  });
});
