import { describe, expect, test } from 'vitest';
import { type Interventions, noInterventions } from '../../src/core/interventions.ts';
import { type RunChanges, runChanges, runParts } from '../../src/core/measures/run-changes.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { tokenViews } from '../../src/explorer/tokenized-text.ts';
import { changesPane } from '../../src/panes/changes/pane.ts';
import { type ChangesInput, changesView } from '../../src/panes/changes/view.ts';
import { type Row, rowText } from '../../src/panes/kit/cells.ts';
import { interventionSentences } from '../../src/panes/kit/intervention-sentences.ts';
import { tensor } from '../../src/tensor/tensor.ts';
import { asciiRow } from '../../src/terminal/ascii.ts';
import { widthOf } from '../../src/text/graphemes.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { blocks } from '../support/tensors.ts';

const tokens = ['▁please', '▁study', '▁man'].map((text, id) => ({ id, text, start: null, end: null }));
const before = blocks([
  [
    [0.5, 0.25, 0.25],
    [0.125, 0.75, 0.125],
    [0, 0, 1],
  ],
]);
const after = blocks([
  [
    [0.5, 0.25, 0.25],
    [0.5, 0.25, 0.25],
    [0, 0, 1],
  ],
]);
const changes: RunChanges = {
  weights: {
    meanVariation: 1 / 6,
    queryVariation: 0.5,
    largest: { query: 1, key: 1, before: 0.75, after: 0.25 },
  },
  context: { distance: 12.34, relative: 0.5, cosine: 0.75 },
  layerOutput: { distance: 0.00002, relative: 0.00002, cosine: 1 - 2e-10 },
  output: { distance: 0, relative: 0, cosine: 1 },
  embedding: { distance: 1, relative: 1, cosine: null },
  predictions: {
    top: [
      { id: 0, before: 0.5, after: 0.25, rankAfter: 2 },
      { id: 1, before: 0.25, after: 0.0001, rankAfter: 17 },
    ],
    now: { id: 2, before: 0.125, after: 0.5, rankBefore: 3 },
  },
};
const input = (rest: Partial<ChangesInput>): ChangesInput => ({
  interventions: ['head L0 H1: context replaced by zeros'],
  invitation: 'nothing is changed: every difference is exactly 0. u √d_k off, x head off',
  changes,
  weights: { before, after },
  queries: tokens,
  keys: tokens,
  selection: { layer: 0, head: 0, query: 1, key: 2, matrix: 'q', dimension: 0 },
  resultLabel: '2 man',
  predictionKind: 'causal',
  tokenText: (id) => ['▁the', 'a', ' boat'][id] ?? '',
  size: { widthCells: 78, heightCells: 40 },
  ...rest,
});
const texts = (rows: readonly Row[]) => rows.map((row) => rowText(row).trimEnd());
const squeezed = (rows: readonly Row[]) => texts(rows).map((line) => line.trim().replace(/\s+/g, ' '));

describe('by hand', () => {
  const rows = changesView(input({}));

  test('what is changed, then the numbers', () => {
    expect(squeezed(rows).slice(0, 13)).toEqual([
      'head L0 H1: context replaced by zeros',
      'L0 H0: unaltered → changed change relative cosine',
      'weights, mean over queries 0.167',
      'weights of 1 study 0.500',
      'largest: 1 study to 1 study −0.500 0.750 → 0.250',
      'context of 1 study 12.3 50.0 % 0.7500',
      "layer's output of 1 study 2e−5 < 0.1 % 1−2e−10",
      'final output of 2 man 0 0 % 1',
      'sentence embedding 1.000 100.0 % —',
      'predicted after 2 man p before p after rank',
      '␣the 0.500 0.250 1 → 2',
      'a 0.250 1e−4 2 → 17',
      'now first: ␣boat 0.125 0.500 3 → 1',
    ]);
  });

  test('the columns are aligned', () => {
    const ends = texts(rows)
      .slice(1, 10)
      .map((line) => line.length);
    expect(new Set([ends[0], ends[3], ends[4], ends[5], ends[6], ends[7], ends[8]]).size).toBe(1);
  });

  test('the difference of the weights, one cell selected', () => {
    const signed = rows.map((row) => row.flatMap((cell) => (cell.signed === undefined ? [] : [cell.signed])));
    const matrix = signed.filter((line) => line.length === 3);
    expect(matrix.map((line) => line.map(Math.sign))).toEqual([
      [0, 0, 0],
      [1, -1, 1],
      [0, 0, 0],
    ]);
    expect(matrix[1]?.[1]).toBe(-1);
    const selected = rows.flat().filter((cell) => cell.selected === true);
    expect(selected.map(({ text }) => text.trim())).toEqual(['[+.125]']);
    expect(texts(rows)).toContain('weights of L0 H0: changed − unaltered');
  });

  test('the selected query in both runs, on one scale', () => {
    const line = texts(rows).findIndex((text) => text.startsWith('unaltered weights of 1 study'));
    expect(texts(rows)[line]).toMatch(/ changed weights of 1 study$/);
    expect(texts(rows)[line + 1]?.match(/0\.750/g)).toHaveLength(2);
  });

  test('nothing is changed: the invitation, and differences of 0', () => {
    const zero = { distance: 0, relative: 0, cosine: 1 };
    const none: RunChanges = {
      ...{ context: zero, layerOutput: zero, output: zero, embedding: null, predictions: null },
      weights: { meanVariation: 0, queryVariation: 0, largest: { query: 0, key: 0, before: 0.5, after: 0.5 } },
    };
    const shown = squeezed(
      changesView(input({ interventions: [], changes: none, weights: { before, after: before } })),
    );
    expect(shown[0]).toBe('nothing is changed: every difference is exactly 0. u √d_k off, x head off');
    expect(shown.slice(2, 8)).toEqual([
      'weights, mean over queries 0',
      'weights of 1 study 0',
      'largest weight change 0',
      'context of 1 study 0 0 % 1',
      "layer's output of 1 study 0 0 % 1",
      'final output of 2 man 0 0 % 1',
    ]);
    expect(shown).toContain('no difference: all are 0');
  });

  test('numbers and weights that are still to come', () => {
    expect(texts(changesView(input({ changes: null })))[1]).toBe('not computed yet');
    expect(texts(changesView(input({ changes: null, interventions: [] })))).toHaveLength(1);
    expect(texts(changesView(input({ weights: null }))).join()).not.toContain('weights of L0 H0');
  });

  test('the change that has no room is counted', () => {
    const interventions = Array.from(
      { length: 30 },
      (_, i) => `weights[${i}, 0] of L0 H0 set to 0.5, its row as typed`,
    );
    const shown = texts(changesView(input({ interventions, size: { widthCells: 58, heightCells: 17 } })));
    const said = shown.filter((line) => line.includes('as typed')).length;
    // A third of 17 rows, one of them with the count.
    expect(said).toBe(4);
    expect(shown[said]).toBe(`+${30 - said} more`);
  });

  test('the least telling numbers go first, and are counted', () => {
    const shown = squeezed(changesView(input({ size: { widthCells: 58, heightCells: 8 } })));
    expect(shown.map((line) => line.split(' ')[0])).toEqual([
      'head',
      'L0',
      'weights,',
      'final',
      'sentence',
      'predicted',
      '␣the',
      '6',
    ]);
  });

  test('on a wide screen the heatmap is beside the numbers', () => {
    const wide = texts(changesView(input({ size: { widthCells: 118, heightCells: 31 } })));
    expect(wide[1]).toMatch(/cosine +weights of L0 H0: changed − unaltered$/);
    expect(wide.some((line) => line.startsWith('unaltered weights of'))).toBe(true);
  });
});

const text = 'The boat drifted toward the river bank.';
const cases: readonly (readonly [string, InitialInputs])[] = [
  ['use-lite', { loaded: builtInModel('use-lite'), text }],
  ['one token', { loaded: builtInModel('use-lite'), text: 'Yes' }],
  ['128 tokens', { loaded: builtInModel('use-lite'), text: 'the man said that '.repeat(40) }],
  ['wide letters', { loaded: builtInModel('use-lite'), text: '漢字仮名交じり文 👩‍👩‍👧‍👦 🇩🇪 cafe\u0301' }],
  ['example, an unknown word', { loaded: builtInModel('example'), text: 'please drifting man' }],
  ['example, unknown words', { loaded: builtInModel('example'), text: 'drifting dogs' }],
  ['gpt2', { loaded: hfModel('gpt2'), text }],
];
const interventions: Interventions = {
  ...noInterventions,
  mask: 'causal',
  isUnscaled: true,
  scaleFactor: 0.123456,
  ablatedHeads: [{ layer: 0, head: 0 }],
};

test.each(cases)('%s: at every size it fits, without NaN', (_, inputs) => {
  const { model, tokenizer } = inputs.loaded;
  const runs = [createExplorer(inputs), createExplorer({ ...inputs, interventions })];
  const shown = tokenViews(runs[0]!.tokenized.value.tokens, inputs.text ?? '');
  const layers = runs.map(({ trace }) => trace.value.layers[0]!);
  for (const query of [0, shown.length - 1]) {
    const [one, other] = runs.map(({ trace }, run) =>
      runParts(trace.value, { layer: layers[run]!, head: 0, query, token: shown.length - 1 }, model),
    );
    for (const [widthCells, heightCells] of [
      [58, 10],
      [78, 17],
      [99, 25],
      [100, 12],
      [118, 31],
      [198, 41],
      [78, 90],
    ] as const) {
      for (const isAscii of [false, true]) {
        const made = changesView({
          ...input({ queries: shown, keys: shown, size: { widthCells, heightCells } }),
          interventions: interventionSentences(interventions, shown, 32),
          changes: runChanges(one!, other!),
          weights: { before: layers[0]!.attentionWeights, after: layers[1]!.attentionWeights },
          selection: { layer: 0, head: 0, query, key: 0, matrix: 'q', dimension: 0 },
          resultLabel: `${shown.length - 1} ${'long'.repeat(20)}`,
          tokenText: (id) => tokenizer.tokenText?.(id) ?? '',
        });
        const rows = isAscii ? made.map((row) => asciiRow(row, widthCells)) : made;
        expect(rows.length).toBeLessThanOrEqual(heightCells);
        for (const line of rows.map(rowText)) {
          expect(widthOf(line), line).toBeLessThanOrEqual(widthCells);
          expect(line).not.toMatch(/NaN|undefined|\p{Cc}/u);
          if (isAscii) expect(line).not.toMatch(/[√×→−–·…│┤╭Σ‖¹²½Δ▸—␣]/u);
        }
      }
    }
  }
});

test('an empty text has no rows of numbers', () => {
  const nothing = tensor(['head', 'query', 'key'], [1, 0, 0]);
  const rows = changesView(
    input({ changes: null, weights: { before: nothing, after: nothing }, queries: [], keys: [] }),
  );
  expect(rows).toHaveLength(2);
});

test("of an encoder–decoder, results are those of the decoder's token and say so", () => {
  const interventions = { ...noInterventions, ablatedHeads: [{ layer: 0, head: 1 }] };
  const explorer = createExplorer({
    loaded: hfModel('t5'),
    text: 'a cat',
    target: 'a',
    pane: 'changes',
    interventions,
  });
  const shown = changesPane
    .rows(explorer, { size: { widthCells: 78, heightCells: 30 }, keyOf: (action) => action })
    .map(rowText)
    .join('\n');
  const { text } = explorer.decoderTokens.value.at(-1)!;
  const label = `decoder ${explorer.decoderTokens.value.length - 1} ${text.replace('▁', '')}`;
  expect(shown).toContain(`final output of ${label} `);
  expect(shown).toContain(`predicted after ${label} `);
});
