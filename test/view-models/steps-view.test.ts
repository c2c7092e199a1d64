import { describe, expect, test } from 'vitest';
import { createExplorer } from '../../src/graph/explorer.ts';
import type { LoadedModel } from '../../src/loaders/load-model.ts';
import { widthOf } from '../../src/text/graphemes.ts';
import { rowText } from '../../src/view-models/cells.ts';
import { type StepsInput, stepsOf } from '../../src/view-models/steps.ts';
import { stepsView } from '../../src/view-models/steps-view.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';

const example = builtInModel('example');

function inputOf(loaded: LoadedModel, text: string, query: number, widthCells = 90, heightCells = 30): StepsInput {
  const explorer = createExplorer({ loaded, text, query });
  const { shown, tokens, selection, inputs } = explorer;
  return {
    layer: shown.value.layers[0]!,
    attention: shown.value.parameters[0]!,
    scaleFactor: 1,
    lesson: loaded.model.lesson,
    isAblated: false,
    queries: tokens.value.queries,
    keys: tokens.value.keys,
    selection: selection.value,
    size: { widthCells, heightCells },
    symbols: inputs.symbols.value,
  };
}

const textOf = (input: StepsInput, name: string) => {
  const index = stepsOf(input).findIndex((step) => step.name === name);
  return stepsView(input, index).map((row) => rowText(row).trimEnd());
};

describe("the worked example tells the lesson's own story", () => {
  test.each([
    [0, ['0.422 × [1, 0] = [0.422, 0]', 'dim 1: 0.422 + 0.310 + 0.844 = 1.576', 'dim 2: 0 + 0.310 + 0.422 = 0.732']],
    [0, ['42.2 % each from itself and man: they dominate equally.', '[0.212, 0.212, 0.576]   [2, 1]   [1.788, 1.000]']],
    [
      1,
      ['0.787 × [2, 2] = [1.574, 1.574]', 'dim 1: 0.106 + 1.574 + 0.212 = 1.892', 'dim 2: 0 + 1.574 + 0.106 = 1.680'],
    ],
    [1, ['Mostly itself (78.7 %).']],
    [2, ['dim 1: 0.212 + 0.424 + 1.152 = 1.788', 'dim 2: 0 + 0.424 + 0.576 = 1.000', 'Mostly itself (57.6 %).']],
  ])('query %i: the products, the sums, what dominates', (query, lines) => {
    const rows = textOf(inputOf(example, 'please study man', query), 'values');
    for (const line of lines) expect(rows).toContain(line);
  });

  test('its output matrix stands at the end, with the exact numbers beside it', () => {
    const rows = textOf(inputOf(example, 'please study man', 0), 'concat');
    expect(rows.slice(-3)).toEqual([
      'please   [1.576, 0.732]  from unrounded weights [1.578, 0.733]',
      'study    [1.892, 1.680]  from unrounded weights [1.893, 1.680]',
      'man      [1.788, 1.000]',
    ]);
  });

  test("what a mask or a head that is off changed is not told as the lesson's", () => {
    const changed = { ...inputOf(example, 'please study man', 0), isAblated: true };
    expect(textOf(changed, 'concat').join('\n')).not.toContain('the output matrix of the lesson');
    const explorer = createExplorer({ loaded: example, text: 'please study man', query: 0, mask: 'causal' });
    const masked = { ...inputOf(example, 'please study man', 0), layer: explorer.shown.value.layers[0]! };
    const rows = textOf(masked, 'values').join('\n');
    expect(rows).toContain('1.000 × [1, 0] = [1, 0]');
    expect(rows).not.toMatch(/0\.422|three digits/);
  });

  test('other words are computed with the exact weights', () => {
    const rows = textOf(inputOf(example, 'study man', 0), 'values').join('\n');
    expect(rows).not.toContain('printed to three digits');
    const [first] = /dim 1: .* = ([\d.]+)/.exec(rows)!.slice(1);
    const input = inputOf(example, 'study man', 0);
    expect(Number(first)).toBeCloseTo(input.layer.context.data[0]!, 3);
  });
});

test.each([
  [
    'use-lite',
    builtInModel('use-lite'),
    ['embeddings', 'projection', 'scores', 'scale', 'softmax', 'values', 'concat', 'output', 'residual'],
  ],
  [
    'gpt2',
    hfModel('gpt2'),
    ['embeddings', 'projection', 'scores', 'scale', 'mask', 'softmax', 'values', 'concat', 'output', 'residual'],
  ],
  [
    'llama',
    hfModel('llama'),
    [
      'embeddings',
      'projection',
      'rotation',
      'scores',
      'scale',
      'mask',
      'softmax',
      'values',
      'concat',
      'output',
      'residual',
    ],
  ],
  [
    't5',
    hfModel('t5'),
    ['embeddings', 'projection', 'scores', 'positions', 'softmax', 'values', 'concat', 'output', 'residual'],
  ],
] as const)('%s has the steps of its model, and each fits its room', (_, loaded, names) => {
  const text = 'The cat sat on the mat and looked at the dog.';
  expect(stepsOf(inputOf(loaded, text, 2)).map(({ name }) => name)).toEqual(names);
  for (const [width, height] of [
    [40, 8],
    [58, 12],
    [76, 16],
    [90, 30],
  ] as const) {
    const input = inputOf(loaded, text, 2, width, height);
    for (const [index, name] of names.entries()) {
      const rows = stepsView(input, index);
      expect(rows.length, `${name} ${width}×${height}`).toBeLessThanOrEqual(height);
      for (const row of rows)
        expect(widthOf(rowText(row)), `${name} ${width}×${height}: ${rowText(row)}`).toBeLessThanOrEqual(width);
    }
  }
});
