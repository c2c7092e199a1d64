import { describe, expect, test } from 'vitest';
import { statusOf } from '../../src/app/screen.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import type { Explorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { attentionPane } from '../../src/panes/attention/pane.ts';
import { rowText } from '../../src/panes/kit/cells.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { opened } from '../support/pressed-explorer.ts';
import { blocksOf } from '../support/tensors.ts';

const useLite = builtInModel('use-lite');
const river = { loaded: useLite, text: 'The boat drifted toward the river bank.' };

/** The two lines at the bottom, with the attention in front. */
function lines(explorer: Explorer): string[] {
  return statusOf(explorer, attentionPane, 200).map((row) => rowText(row).trim());
}

async function status(lens: 'w' | 's' | 'o', initial: Partial<InitialInputs>) {
  const at = opened(initial);
  await at.press(lens);
  return { ...at, lines: lines(at.explorer) };
}

const shown = (value: number) => value.toFixed(3).replace('-', '−');
const layersOf = ({ shown: { value } }: Explorer) => value.layers;

/** Numbers with three decimals. */
const numbersIn = (text: string) => (text.match(/\d+\.\d{3}/g) ?? []).map(Number);

describe('under the norms', () => {
  test.each([
    [0, 0, 8, 5],
    [1, 3, 2, 2],
  ])('the lines tell the length that a key brings: L%i H%i, %i → %i', async (layer, head, query, key) => {
    const at = await status('w', { ...river, layer, head, query, key });
    const { attentionWeights, v } = layersOf(at.explorer)[layer]!;
    const { wO } = useLite.model.layers[layer]!.attention;
    const value = blocksOf(v as Tensor)[head]![key]!;
    // ‖v · W_O^h‖ in plain loops, in float64.
    const d = value.length;
    const length = Math.hypot(
      ...Array.from({ length: wO!.weight.outWidth }, (_, output) => {
        const column = wO!.weight.column(output);
        return value.reduce((sum, one, i) => sum + one * column[head * d + i]!, 0);
      }),
    );
    const weight = blocksOf(attentionWeights)[head]![query]![key]!;
    expect(at.lines[0]).toContain(`‖α·f(x)‖ ${shown(weight * length)}`);
    expect(at.lines[0]).not.toContain('weight');
    const [norm, alpha, long] = numbersIn(at.lines[1]!);
    expect([norm, alpha]).toEqual([Number(shown(weight * length)), Number(shown(weight))]);
    expect(long).toBeCloseTo(length, 2);
    expect(at.lines[1]).toMatch(/ = α·‖f\(x\)‖ = .* {3}α: weight {3}f\(x\): \d .*'s value · W_O$/);
    expect(at.lines[1]!.length).toBeLessThanOrEqual(79);
  });

  test('a masked key brings nothing, because its weight is 0', async () => {
    const at = await status('w', { loaded: hfModel('gpt2'), text: 'The cat sat', layer: 0, head: 0, query: 0, key: 2 });
    expect(at.lines[1]).toBe('0.000 = α·‖f(x)‖, as the weight α is 0');
  });

  test('a word without numbers is told of as before', async () => {
    const example = { loaded: builtInModel('example'), text: 'please dog man', layer: 0, head: 0, query: 0, key: 1 };
    expect((await status('w', example)).lines).toEqual(lines(opened(example).explorer));
  });
});

describe('under the rollout', () => {
  test('the first layer halves the weights and the token itself', async () => {
    const at = await status('o', { ...river, layer: 0, head: 1, query: 8, key: 8 });
    const all = blocksOf(layersOf(at.explorer)[0]!.attentionWeights);
    const mean = all.reduce((sum, rows) => sum + rows[8]![8]!, 0) / all.length;
    expect(at.lines).toEqual([
      `L0, all heads · 8 bank → 8 bank · rollout ${shown(0.5 + mean / 2)}`,
      `${shown(0.5 + mean / 2)} = (1.000 + ${shown(mean)}) ÷ 2   1.000: the token itself   ${shown(mean)}: mean weight over heads`,
    ]);
    const other = await status('o', { ...river, layer: 0, head: 1, query: 8, key: 7 });
    expect(other.lines[1]).toContain('0.000: another token');
  });

  test('a later layer halves the rollout before it and what its heads mix in', async () => {
    const at = await status('o', { ...river, layer: 1, head: 1, query: 8, key: 7 });
    const means = layersOf(at.explorer).map(({ attentionWeights }) => {
      const all = blocksOf(attentionWeights);
      return all[0]!.map((row, i) => row.map((_, j) => all.reduce((sum, rows) => sum + rows[i]![j]!, 0) / all.length));
    });
    const before = means[0]!.map((row, i) => row.map((one, j) => one / 2 + Number(i === j) / 2));
    const mixed = means[1]![8]!.reduce((sum, one, through) => sum + one * before[through]![7]!, 0);
    const all = (before[8]![7]! + mixed) / 2;
    expect(at.lines).toEqual([
      `L0 to L1, all heads · 8 bank → 7 river · rollout ${shown(all)}`,
      `${shown(all)} = (${shown(before[8]![7]!)} + ${shown(mixed)}) ÷ 2   ${shown(before[8]![7]!)}: L0's rollout   ${shown(mixed)}: through L1's heads`,
    ]);
  });
});

describe('without the sink', () => {
  /** A head whose queries mostly look at the first token, because the reader typed its weights. */
  const edits = Array.from({ length: 10 }, (_, row) => ({
    ...({ stage: 'attentionWeights', layer: 0, head: 0, row, column: 0, value: 2 } as const),
  }));
  const sunken = (key: number) =>
    status('s', {
      ...{ ...river, layer: 0, head: 0, query: 5, key },
      interventions: { ...noInterventions, edits, isRenormalised: true },
    });

  test('the lines tell what the weight is divided by', async () => {
    const at = await sunken(3);
    const row = blocksOf(layersOf(at.explorer)[0]!.attentionWeights)[0]![5]!;
    const rest = row.slice(1).reduce((sum, one) => sum + one, 0);
    expect(at.lines).toEqual([
      `L0 H0 · 5 toward → 3 if · without 0 The ${shown(row[3]! / rest)}`,
      `${shown(row[3]! / rest)} = ${shown(row[3]!)} ÷ ${shown(rest)}   ${shown(row[3]!)}: weight   ${shown(rest)}: sum of the row without 0 The`,
    ]);
    expect((await sunken(0)).lines[1]).toBe(`this view leaves 0 The out; its weight is ${shown(row[0]!)}`);
  });
});
