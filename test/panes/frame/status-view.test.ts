import { describe, expect, test } from 'vitest';
import { noInterventions } from '../../../src/core/interventions.ts';
import { createExplorer } from '../../../src/explorer/explorer.ts';
import type { LoadedModel } from '../../../src/loaders/load-model.ts';
import { weightStatus } from '../../../src/panes/frame/status-view.ts';
import { projectionStatus } from '../../../src/panes/qkv/status.ts';
import { hfModel } from '../../support/hf-models.ts';
import { builtInModel } from '../../support/models.ts';

const models: readonly (readonly [string, LoadedModel])[] = [
  ['use-lite', builtInModel('use-lite')],
  ['example', builtInModel('example')],
  ['bert', hfModel('bert')],
  ['gpt2', hfModel('gpt2')],
  ['llama', hfModel('llama')],
  ['t5', hfModel('t5')],
];

const number = (text: string) => Number(text.replaceAll('−', '-'));
const changes = { 'as it is': {}, 'without √d_k': { isUnscaled: true }, 'times 3': { scaleFactor: 3 } };

/** The two lines for every query and key. */
function allStatuses(loaded: LoadedModel, change: object): (readonly [string, string])[] {
  const text = loaded.model.lesson === null ? 'The boat' : 'please study man';
  const interventions = { ...noInterventions, ...change };
  const explorer = createExplorer({ loaded, text, interventions });
  const count = explorer.tokens.value.queries.length;
  return Array.from({ length: count * count }, (_, index) => {
    explorer.inputs.query.value = Math.floor(index / count);
    explorer.inputs.key.value = index % count;
    return weightStatus(explorer);
  });
}

describe.each(models)('%s', (name, loaded) => {
  test.each(Object.entries(changes))(
    'a weight is exp of its score ÷ the sum of its row, as printed: %s',
    (_, change) => {
      const exact = allStatuses(loaded, change).flatMap(([, how]) => {
        expect(how).not.toContain('softmax(');
        const [, weight, sign, own, operator, largest, sum] =
          /^(0\.\d{3}|1\.000) ([=≈]) exp\((−?[\d.]+) ([−+]) ([\d.]+)\) ÷ ([\d.]+)/.exec(how) ?? [];
        if (weight === undefined) {
          expect(how).toMatch(/^masked: /);
          return [];
        }
        if (sign === '≈') return [];
        const power = Math.exp(number(own!) - (operator === '−' ? 1 : -1) * number(largest!));
        expect(Math.abs(power / number(sum!) - number(weight)), how).toBeLessThanOrEqual(0.0005 + 1e-6);
        return [how];
      });
      expect(exact.length).toBeGreaterThan(2);
    },
  );

  test('a score is called scaled only if something scales it', () => {
    const words = (change: object) => allStatuses(loaded, change).map(([what]) => what);
    const isScaled = loaded.model.layers[0]!.attention.scoreScale !== 1;
    for (const what of words({})) expect(what.includes('scaled score')).toBe(isScaled);
    for (const what of words({ isUnscaled: true })) {
      expect(what).not.toContain('scaled');
      expect(what).toContain(name === 't5' ? ' · score ' : ' · q·k ');
    }
    for (const what of words({ scaleFactor: 3 })) expect(what).toContain('scaled score');
  });
});

test('a column of the whole matrix is told by its head and dimension', () => {
  const at = (loaded: LoadedModel, matrix: 'q' | 'k') =>
    projectionStatus(createExplorer({ loaded, text: 'The boat', layer: 0, head: 3, matrix, dimension: 2 }))[1];
  expect(at(hfModel('gpt2'), 'k')).toContain('column 38 of W_K = head 3 × 12 + 2');
  // Heads 2 and 3 of Llama share keys and values.
  expect(at(hfModel('llama'), 'q')).toContain('column 38 of W_Q = head 3 × 12 + 2');
  expect(at(hfModel('llama'), 'k')).toContain('column 14 of W_K = key/value head 1 × 12 + 2');
});
