import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noInterventions } from '../../src/core/interventions.ts';
import { effectOf, logProbabilityChange } from '../../src/core/measures/ablation-effect.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { ExplorerModel, InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { loadModel } from '../../src/loaders/load-model.ts';
import { float64Llama, type HeadOff, softmax } from '../support/float64-llama.ts';
import { hfModel } from '../support/hf-models.ts';

const beside = join(import.meta.dirname, '../../../shared/models/stories260k');
const fixture = join(import.meta.dirname, '../../fixtures/hf/llama');

describe('a small random Llama', () => {
  compareAll(fixture, () => hfModel('llama'), {});
});

describe.skipIf(!existsSync(beside))('stories260k, a trained model (only where it lies beside the project)', () => {
  compareAll(beside, () => loadModel(beside, 'stories260k'), { targetToken: 'she', againstToken: 'he' });
});

/** Switches off every head in turn, in the program and in plain loops over float64. */
function compareAll(folder: string, load: () => ExplorerModel, chosen: Partial<InitialInputs>): void {
  test.each([
    ['zeros', 'zero', []],
    ['means', 'mean', []],
    [
      'zeros, on top of two heads that are off',
      'zero',
      [
        { layer: 0, head: 2 },
        { layer: 1, head: 0 },
      ],
    ],
  ] as const)('%s in the place of each head: probabilities, logits and vectors', async (_, by, offBefore) => {
    const loaded = load();
    const explorer = createExplorer({
      ...{ loaded, text: 'Once upon a time, there was a little girl', pane: 'ablation', ...chosen },
      interventions: { ...noInterventions, ablation: by, ablatedHeads: offBefore },
    });
    await explorer.sweep.run();
    const ids = explorer.tokenized.value.tokens.map(({ id }) => id ?? Number.NaN);
    const { effects, total } = explorer.sweep.state.value;
    const heads = loaded.model.layers.reduce((sum, { attention }) => sum + attention.numAttentionHeads, 0);
    expect([effects.length, total]).toEqual([heads - offBefore.length, heads - offBefore.length]);
    const forward = float64Llama(folder);
    const best = softmax(
      forward(
        ids,
        offBefore.map((one) => ({ ...one, by })),
      ).logits.at(-1)!,
    );
    const ranked = [...best.keys()].sort((a, b) => best[b]! - best[a]!);
    const idOf = (piece: string) => [...best.keys()].find((id) => loaded.tokenizer.tokenText?.(id) === piece)!;
    const [she, he] = chosen.targetToken === undefined ? [ranked[0]!, ranked[1]!] : [idOf('▁she'), idOf('▁he')];
    const resultsWith = (off: readonly HeadOff[]) => {
      const { last, logits } = forward(ids, off);
      const row = logits.at(-1)!;
      return { x: last.at(-1)!, p: softmax(row)[she]!, difference: row[she]! - row[he]! };
    };
    const already = offBefore.map((one) => ({ ...one, by }));
    const whole = resultsWith(already);
    const signs = new Set<number>();
    for (const one of effects) {
      const without = resultsWith([...already, { layer: one.layer, head: one.head, by }]);
      expect(one.prediction).toMatchObject({ id: she });
      expect(one.prediction!.before).toBeCloseTo(whole.p, 5);
      expect(effectOf(one, 'prediction')).toBeCloseTo(without.p - whole.p, 5);
      expect(logProbabilityChange(one)).toBeCloseTo(Math.log(without.p / whole.p), 4);
      expect(one.logits).toMatchObject({ ids: [she, he] });
      expect(effectOf(one, 'logits')).toBeCloseTo(without.difference - whole.difference, 4);
      const length = Math.hypot(...whole.x);
      expect(one.outputNorm).toBeCloseTo(length, 4);
      const moved = Math.hypot(...whole.x.map((value, i) => without.x[i]! - value));
      expect(effectOf(one, 'output')).toBeCloseTo(moved / length, 5);
      signs.add(Math.sign(effectOf(one, 'prediction')!));
    }
    // Heads that raise the probability and heads that lower it.
    expect([...signs].sort()).toEqual([-1, 1]);
  });
}
