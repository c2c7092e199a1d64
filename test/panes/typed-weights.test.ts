import { describe, expect, test } from 'vitest';
import { createScreen } from '../../src/app/screen.ts';
import { type CellEdit, noInterventions } from '../../src/core/interventions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { cell, rowText } from '../../src/panes/kit/cells.ts';
import { type HeatmapInput, heatmapView } from '../../src/panes/kit/heatmap.ts';
import { asciiRow } from '../../src/terminal/ascii.ts';
import { widthOf } from '../../src/text/graphemes.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { blocks } from '../support/tensors.ts';

const tokens = ['▁a', '▁b', '▁c'].map((text, id) => ({ id, text, start: null, end: null }));
const labelWidth = 5;

/** One head of three tokens whose second row is given, with cells of so many characters. */
function input(row: readonly [number, number, number], cellWidth: number, rest: Partial<HeatmapInput> = {}) {
  return {
    weights: blocks([[[1, 0, 0], row, [0.25, 0.25, 0.5]]]), // biome-ignore format: a matrix
    queries: tokens,
    keys: tokens,
    selection: { layer: 0, head: 0, query: 2, key: 2, matrix: 'q', dimension: 0 },
    size: { widthCells: labelWidth + 3 * cellWidth, heightCells: 12 },
    ...rest,
  } as const;
}

/** The cells of a query without blanks. */
function shown(map: HeatmapInput, query = 1): string[] {
  const row = heatmapView(map).find((cells) => cells[0]?.text.slice(1).startsWith(`${query} `));
  return row!.slice(1).map(({ text }) => text.trim());
}

const typedAt =
  (...places: readonly (readonly [number, number])[]) =>
  (query: number, key: number) =>
    places.some(([row, column]) => row === query && column === key);

describe('a typed weight has a star', () => {
  test('and no other has', () => {
    const isTyped = typedAt([1, 0]);
    expect(shown(input([0.5, 0.25, 0.25], 8, { isTyped }))).toEqual(['0.500*', '0.250', '0.250']);
    expect(shown(input([0.5, 0.25, 0.25], 8, { isTyped }), 0)).toEqual(['1.000', '·', '·']);
    expect(shown(input([0.5, 0.25, 0.25], 8))).toEqual(['0.500', '0.250', '0.250']);
  });

  test.each([
    [8, '0.500*', '[0.500*]'],
    [6, '.500*', '▸.500*'],
    [5, '.50*', '▸.50*'],
    [4, '.50*', '.50*'],
    [3, '*', '[*]'],
    [2, '*', '*'],
  ])('in cells of %i where there is room, selected or not', (cellWidth, plain, selected) => {
    const isTyped = typedAt([1, 1]);
    const map = input([0.25, 0.5, 0.25], cellWidth, { isTyped });
    expect(shown(map)[1]).toBe(plain);
    expect(shown({ ...map, selection: { ...map.selection, query: 1, key: 1 } })[1]).toBe(selected);
  });

  test('a typed 0 is no mask', () => {
    expect(shown(input([0, 0, 1], 8, { isTyped: typedAt([1, 0]) }))).toEqual(['·*', '·', '1.000']);
  });

  test('the number and its colour are those of the weight', () => {
    const one = heatmapView(input([0.5, 0.25, 0.25], 8, { isTyped: typedAt([1, 0]) }));
    const plain = heatmapView(input([0.5, 0.25, 0.25], 8));
    const weights = (rows: typeof one) => rows.map((row) => row.map(({ weight, tone }) => [weight, tone]));
    expect(weights(one)).toEqual(weights(plain));
  });
});

describe('a weight of any size is written as it is', () => {
  test.each([
    [8, ['5.000', '−0.500', '12.340']],
    [6, ['5.000', '−.500', '12.34']],
    [5, ['5.00', '−.50', '>1']],
    [4, ['5', '<0', '>1']],
    [3, ['5', '<0', '>1']],
    [2, ['5', '', '']],
  ] as const)('in cells of %i', (cellWidth, says) => {
    expect(shown(input([5, -0.5, 12.34], cellWidth))).toEqual(says);
  });

  test.each([
    [1_000_000, '1.0e6'],
    [-1_000_000, '−1.0e6'],
    [123_456, '1.2e5'],
    [99_999, '99999'],
    [-3, '−3.000'],
    [1.0004, '1.000'],
    [1.001, '1.001'],
    [-0.001, '−0.001'],
  ])('%d', (value, says) => {
    expect(shown(input([value, 0, 0], 8))[0]).toBe(says);
  });

  test('in ASCII', () => {
    expect(shown(input([5, -0.5, 12.34], 8)).map((text) => rowText(asciiRow([cell(text)], 80)))).toEqual([
      '5.000',
      '-0.500',
      '12.340',
    ]);
  });

  test('selected or typed it fills its cell, and no more', () => {
    for (const value of [-1_000_000, -123.4, -12.34, -1, -0.5, -0.001, 0, 0.5, 1, 1.5, 12.34, 123.4, 99_999, 1_000_000])
      for (const cellWidth of [2, 3, 4, 5, 6, 8])
        for (const isTyped of [typedAt(), typedAt([1, 1])])
          for (const query of [1, 2])
            for (const isAscii of [false, true]) {
              const map = input([0.5, value, 0.5], cellWidth, { isTyped });
              const rows = heatmapView({ ...map, selection: { ...map.selection, query, key: 1 } });
              const where = `${value} in ${cellWidth}, ${query}`;
              const found = rows.find((row) => row[0]?.text.slice(1).startsWith('1 '))!;
              const cells = (isAscii ? asciiRow(found, map.size.widthCells) : found).slice(1);
              expect(
                cells.map(({ text }) => widthOf(text)),
                where,
              ).toEqual([cellWidth, cellWidth, cellWidth]);
            }
  });
});

const text = 'The boat drifted toward the river bank.';
const edit = { stage: 'attentionWeights', layer: 0, head: 0, row: 2, column: 1, value: 0.9 } as const;

/** What stands on the screen, the heatmap in front. */
function screen(edits: readonly CellEdit[], inputs: Partial<InitialInputs> = {}) {
  const { isRenormalised = false, mask = 'none' } = inputs.interventions ?? {};
  const view = createScreen(
    createExplorer({
      ...{ loaded: builtInModel('use-lite'), text, query: 2, key: 1, columns: 120, rows: 40 },
      ...inputs,
      interventions: { ...noInterventions, isRenormalised, mask, edits },
    }),
  ).value;
  return { lines: view.panes.flatMap(({ rows }) => rows.map(rowText)), status: view.status.map(rowText) };
}

describe('on the screen', () => {
  const note = ' * typed in place of the computed weight';
  const starred = (lines: readonly string[]) => lines.filter((line) => /\d\]?\*/.test(line));

  test('the star, and below what it means', () => {
    const { lines } = screen([edit]);
    expect(starred(lines)).toHaveLength(1);
    expect(starred(lines)[0]).toMatch(/^.?▸2 dr +\.17 \.90\*/);
    expect(lines.map((line) => line.trimEnd())).toContain(note);
  });

  test.each([
    ['of another head', [{ ...edit, head: 1 }], {}],
    ['of a score', [{ ...edit, stage: 'scores' }], {}],
    ['of another layer', [edit], { layer: 1 }],
    ['behind a lens', [edit], { lens: 'norms' }],
    ['at a token that is not there', [{ ...edit, row: 40 }], {}],
  ] as const)('neither %s', (_, edits, inputs) => {
    const { lines } = screen(edits, inputs);
    expect(starred(lines)).toEqual([]);
    expect(lines.map((line) => line.trimEnd())).not.toContain(note);
  });

  test('a masked weight that was typed is said to be typed', () => {
    const { status } = screen([{ ...edit, column: 4 }], { loaded: hfModel('gpt2'), key: 4 });
    expect(status[0]).toContain('weight 0.900');
    expect(status[1]).toBe(' 0.900 = typed, replacing 0.000; the row sums to 1.900');
  });

  test.each([false, true])('a masked weight beside a typed one is masked, isRenormalised %s', (isRenormalised) => {
    const interventions = { ...noInterventions, isRenormalised };
    const { status } = screen([edit], { loaded: hfModel('gpt2'), key: 4, interventions });
    expect(status[0]).toContain('weight 0.000');
    expect(status[1]).toMatch(/^ masked: 2 .+ cannot see later tokens, so this weight is exactly 0$/);
  });
});
