import { describe, expect, test } from 'vitest';
import { keyOf } from '../../src/app/keys/bindings.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { LoadedModel } from '../../src/loaders/load-model.ts';
import { rowText } from '../../src/panes/kit/cells.ts';
import { stepsInput } from '../../src/panes/steps/pane.ts';
import { type StepsInput, stepsOf } from '../../src/panes/steps/steps.ts';
import { stepsView } from '../../src/panes/steps/view.ts';
import { blockRow } from '../../src/tensor/tensor.ts';
import { widthOf } from '../../src/text/graphemes.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { blocks } from '../support/tensors.ts';

const example = builtInModel('example');

function inputOf(loaded: LoadedModel, text: string, query: number, widthCells = 90, heightCells = 30): StepsInput {
  return stepsInput(createExplorer({ loaded, text, query }), { size: { widthCells, heightCells }, keyOf });
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

  test('all products, both sums and the whole output matrix stay in the smallest pane', () => {
    const input = inputOf(example, 'please study man', 0, 40, 8);
    expect(textOf(input, 'values').slice(-5)).toEqual([
      '0.422 × [1, 0] = [0.422, 0]',
      '0.155 × [2, 2] = [0.310, 0.310]',
      '0.422 × [2, 1] = [0.844, 0.422]',
      'dim 1: 0.422 + 0.310 + 0.844 = 1.576',
      'dim 2: 0 + 0.310 + 0.422 = 0.732',
    ]);
    const rows = textOf(input, 'concat').join('\n');
    for (const row of ['[1.576, 0.732]', '[1.892, 1.680]', '[1.788, 1.000]']) expect(rows).toContain(row);
  });

  test('the exact vector is told beside only where it differs', () => {
    const rows = (query: number) => textOf(inputOf(example, 'please study man', query), 'values').join(' ');
    expect(rows(0)).toContain('unrounded weights give [1.578, 0.733].');
    expect(rows(2)).not.toContain('unrounded');
  });

  test.each(['embeddings', 'projection', 'scores', 'scale'])("%s says that its numbers are attnscope's own", (name) => {
    for (const [width, height] of [
      [40, 8],
      [90, 30],
    ] as const) {
      const rows = textOf(inputOf(example, 'please study man', 0, width, height), name).join(' ');
      expect(rows, `${width}×${height}`).toContain("attnscope's own");
    }
  });

  test('the softmax shows the sum, and an unknown word is left out of every sum', () => {
    expect(textOf(inputOf(example, 'please study man', 0), 'softmax').at(-1)).toMatch(/^ sum +1\.000$/);
    const rows = textOf(inputOf(example, 'please foo man', 0), 'values');
    expect(rows).toContain('dim 1: 0.500 + 1 = 1.500');
    expect(rows).toContain('[0.500, —, 0.500]   [1, 0]   [1.500, 0.500]');
  });

  test("what a mask or a head that is off changed is not told as the lesson's", () => {
    const changed = { ...inputOf(example, 'please study man', 0), replacedBy: 'zero' } as const;
    expect(textOf(changed, 'concat').join('\n')).not.toContain('the output matrix of the lesson');
    const explorer = createExplorer({
      loaded: example,
      text: 'please study man',
      query: 0,
      interventions: { ...noInterventions, mask: 'causal' },
    });
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

test('of wide vectors the first dimensions are summed, the selected one among them, as the context has them', () => {
  const input = inputOf(builtInModel('use-lite'), 'The cat sat on the mat.', 2, 90, 30);
  const chosen = { ...input, selection: { ...input.selection, dimension: 40 } };
  const { head, query } = chosen.selection;
  const context = blockRow(chosen.layer.context, head, query);
  const sums = textOf(chosen, 'values').flatMap((row) => {
    const found = /^dim (\d+): .* = (−?[\d.]+)$/.exec(row);
    return found === null ? [] : [[Number(found[1]), Number(found[2]!.replace('−', '-'))] as const];
  });
  expect(sums.length).toBeGreaterThan(2);
  expect(sums[0]?.[0]).toBe(0);
  expect(sums.at(-1)?.[0]).toBe(40);
  for (const [d, sum] of sums) expect(Math.abs(sum - context[d]!), `dim ${d}`).toBeLessThanOrEqual(0.00051);
});

test('masked keys are dots; a weight that is 0 for its low score is a number', () => {
  const input = inputOf(hfModel('gpt2'), 'The cat sat', 0);
  const rows = textOf(input, 'softmax').filter((row) => / → /.test(row) && !row.includes('before'));
  expect(rows[0]).toMatch(/1\.000/);
  for (const row of rows.slice(1)) expect(row).toMatch(/· → +·$/);
  const low = inputOf(example, 'please study man', 0);
  const far = {
    maskedScores: blocks([
      [
        [200, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
    ]),
    attentionWeights: blocks([
      [
        [1, 0, 0],
        [1, 0, 0],
        [1, 0, 0],
      ],
    ]),
  };
  const changed = { ...low, layer: { ...low.layer, ...far, scores: low.layer.scores } };
  expect(textOf(changed, 'softmax').some((row) => /study +0\.000 → +0\.000/.test(row))).toBe(true);
});

test('a huge factor and a narrow pane: rows keep their width, and the half of the formula that is worked on is lit', () => {
  const input = inputOf(builtInModel('use-lite'), 'The cat sat.', 1, 40, 12);
  const huge = { ...input.layer.scores, data: input.layer.scores.data.map((score) => score * 1e30) };
  const changed = { ...input, layer: { ...input.layer, scores: huge, scaledScores: huge, maskedScores: huge } };
  for (const [index, { name }] of stepsOf(changed).entries())
    for (const row of stepsView(changed, index))
      expect(widthOf(rowText(row)), `${name}: ${rowText(row)}`).toBeLessThanOrEqual(40);
  const lit = stepsOf(input).map((_, index) =>
    stepsView(input, index)[1]!
      .filter(({ tone }) => tone === 'strong')
      .map(({ text }) => text.trim()),
  );
  // Without the norm, which has a formula of its own.
  lit.splice(1, 1);
  expect(lit.slice(0, 7).map((parts) => parts.join(' '))).toEqual([
    'Q Kᵀ · V',
    'Q Kᵀ · V',
    'Q Kᵀ',
    '/ √d_k',
    'softmax',
    '· V',
    'Concat(head 1 … head h)',
  ]);
});

const attention = ['projection', 'scores', 'scale', 'softmax', 'values', 'concat', 'output'];
const masked = ['projection', 'scores', 'scale', 'mask', 'softmax', 'values', 'concat', 'output'];
const preNorm = ['residual', 'feedForwardInput', 'feedForward', 'feedForwardResidual', 'layerOutput'];

test.each([
  ['example', example, ['embeddings', ...attention.slice(0, -1)]],
  ['use-lite', builtInModel('use-lite'), ['embeddings', 'attentionInput', ...attention, ...preNorm]],
  ['gpt2', hfModel('gpt2'), ['embeddings', 'attentionInput', ...masked, ...preNorm]],
  [
    'llama',
    hfModel('llama'),
    ['embeddings', 'attentionInput', 'projection', 'rotation', ...masked.slice(1), ...preNorm],
  ],
  [
    'bert',
    hfModel('bert'),
    [
      'embeddings',
      ...attention,
      'residual',
      'attentionSum',
      'feedForward',
      'feedForwardResidual',
      'feedForwardSum',
      'layerOutput',
    ],
  ],
  [
    't5',
    hfModel('t5'),
    [
      'embeddings',
      'attentionInput',
      'projection',
      'scores',
      'positions',
      'softmax',
      'values',
      'concat',
      'output',
      ...preNorm,
    ],
  ],
] as const)('%s has the steps of its model, and each fits its room', (_, loaded, names) => {
  const text = loaded === example ? 'please study man' : 'The cat sat on the mat and looked at the dog.';
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

test('the largest hidden units of the feed-forward, the largest first, as many as the run has', () => {
  const input = inputOf(builtInModel('use-lite'), 'The cat sat on the mat.', 2, 90, 30);
  const hidden = Array.from(input.tokenSteps!.feedForward!.hidden);
  const expected = hidden
    .map((value, unit) => ({ value, unit }))
    .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, 8);
  const rows = textOf(input, 'feedForward');
  const units = rows.flatMap((row) => /^unit (\d+) .* (−?[\d.]+)$/.exec(row)?.slice(1).map(Number) ?? []);
  expect(units).toEqual(expected.flatMap(({ value, unit }) => [unit, Number(value.toFixed(3))]));
  const above = hidden.filter((value) => value > 0).length;
  expect(rows).toContain(`largest of ${hidden.length} hidden units; ${above} of them are above 0:`);
});
