import { describe, expect, test } from 'vitest';
import { createScreen } from '../../../src/app/screen.ts';
import { type Interventions, noInterventions } from '../../../src/core/interventions.ts';
import { createExplorer } from '../../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../../src/explorer/explorer-inputs.ts';
import { rowText } from '../../../src/panes/kit/cells.ts';
import { hfModel } from '../../support/hf-models.ts';
import { builtInModel } from '../../support/models.ts';

const text = 'The boat drifted toward the river bank.';

function status(changes: Partial<Interventions>, inputs: Partial<InitialInputs> = {}): string[] {
  const explorer = createExplorer({
    loaded: builtInModel('use-lite'),
    text,
    query: 2,
    key: 1,
    columns: 200,
    rows: 50,
    interventions: { ...noInterventions, ...changes },
    ...inputs,
  });
  return createScreen(explorer).value.status.map(rowText);
}

const weight = (value: number, column = 1) =>
  ({ stage: 'attentionWeights', layer: 0, head: 0, row: 2, column, value }) as const;

describe('the two lines at the bottom say what the reader changed in the selected number', () => {
  const [, unaltered = ''] = status({});
  const computed = Number(/^ (0\.\d{3}) = exp\(/.exec(unaltered)![1]);

  test('a typed weight, and what its row sums to', () => {
    const [what, how] = status({ edits: [weight(0.9)] });
    expect(what).toContain('weight 0.900');
    expect(how).toBe(
      ` 0.900 = typed, replacing ${computed.toFixed(3)}; the row sums to ${(1 - computed + 0.9).toFixed(3)}`,
    );
  });

  test('a typed weight whose row is divided by its sum', () => {
    const [, how = ''] = status({ edits: [weight(0.9)], isRenormalised: true });
    const sum = 1 - computed + 0.9;
    expect(how).toContain(` ${(0.9 / sum).toFixed(3)} = 0.900 ÷ ${sum.toFixed(3)}, the sum of the row`);
    expect(how).toContain(`0.900 = typed, replacing ${computed.toFixed(3)}`);
  });

  test('another weight of such a row', () => {
    expect(status({ edits: [weight(0.9, 4)] })[1]).toBe(unaltered);
    const [, how = ''] = status({ edits: [weight(0.9, 4)], isRenormalised: true });
    expect(how).toMatch(/the sum of the row {3}0\.\d{3} = exp\(.*\) ÷ \d/);
  });

  test('a typed score', () => {
    const [, how] = status({ edits: [{ ...weight(3), stage: 'scores' }] });
    expect(how).toContain('3 = typed');
    expect(how).toContain('0.375 = 3 ÷ √64');
  });

  test('a typed number of Q', () => {
    const [what, how] = status({ edits: [{ ...weight(0.5, 0), stage: 'q' }] }, { pane: 'qkv' });
    expect(what).toContain('0.5000');
    expect(how).toContain('typed');
  });

  test('a hidden key, and one that a causal model does not see anyway', () => {
    expect(status({ hiddenKeys: [1] })[1]).toBe(' 1 boat is hidden from all queries, so its weight is exactly 0');
    const later = status({ hiddenKeys: [4] }, { loaded: hfModel('gpt2'), key: 4 });
    expect(later[1]).toContain('cannot see later tokens');
  });

  test('exchanged values', () => {
    const [, how] = status({ swappedValues: { layer: 0, tokens: [1, 6] } }, { pane: 'qkv', matrix: 'v' });
    expect(how).toContain("x is row 6 of the layer's input");
    expect(how).toContain('swapped with 6 the');
    expect(status({ swappedValues: { layer: 1, tokens: [1, 6] } }, { pane: 'qkv', matrix: 'v' })[1]).toContain(
      'row 1 of',
    );
  });

  test.each([
    ['zero', 'zeros'],
    ['mean', 'the mean of its rows'],
  ] as const)('a head that is off, replaced by %s', (ablation, words) => {
    const [, how] = status({ ablatedHeads: [{ layer: 0, head: 0 }], ablation }, { pane: 'context' });
    expect(how).toContain(`its context counts as ${words}`);
  });

  test('without √d_k the score is as it is', () => {
    expect(status({ isUnscaled: true })[1]).toMatch(
      /^ 0\.\d{3} = exp\((−?\d+\.\d{3}) [−+] \d+\.\d{3}\) ÷ \d+\.\d{3} {3}\1 = q·k$/,
    );
  });
});
