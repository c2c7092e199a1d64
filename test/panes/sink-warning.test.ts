import { describe, expect, test } from 'vitest';
import { keyOf } from '../../src/app/keys/bindings.ts';
import { noInterventions } from '../../src/core/interventions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { attentionPane } from '../../src/panes/attention/pane.ts';
import { rowText } from '../../src/panes/kit/cells.ts';
import { builtInModel } from '../support/models.ts';

const text = 'The boat drifted toward the river bank.';
/** Scores of one row, so large that its weights are almost all at one key. */
const bright = (row: number, column: number) => ({
  ...({ stage: 'scores', layer: 0, head: 0, row, column, value: 60 } as const),
});

function drawn(
  heightCells: number,
  {
    edits = [bright(6, 0)],
    query = 6,
    widthCells = 60,
  }: { edits?: readonly object[]; query?: number; widthCells?: number } = {},
): string[] {
  const explorer = createExplorer({
    ...{ loaded: builtInModel('use-lite'), text, layer: 0, head: 0, query, key: 0 },
    interventions: { ...noInterventions, edits: edits as never },
  });
  return attentionPane
    .rows(explorer, { size: { widthCells, heightCells }, keyOf })
    .map((row) => rowText(row).trimEnd());
}

const caveat = /^ \d\.\d\d on 0 The.*: often a sink/;

describe('a row that is bright at the first token', () => {
  test('gets a caveat below the heatmap, as long as fits', () => {
    const rows = drawn(18);
    expect(rows.find((row) => caveat.test(row))).toBeDefined();
    expect(rows.join(' ').replace(/\s+/g, ' ')).toContain(
      '(0.50 or more): often a sink. Many heads park weight there (Xiao et al. 2023); it does not show that the token matters.',
    );
    expect(rows.some((row) => row.startsWith(' weight 0'))).toBe(true);
  });

  test('gets one line where there is one, and in place of the legend where there is none', () => {
    const whole = drawn(18).findIndex((row) => row.startsWith(' weight 0')) + 1;
    const one = drawn(whole + 1);
    expect(one).toHaveLength(whole + 1);
    expect(one.at(-1)).toMatch(/often a sink; it need not matter$/);
    // Ten queries, two lines of names and the line of caveat take thirteen.
    const none = drawn(13);
    expect(none).toHaveLength(13);
    expect(none.at(-1)).toMatch(/often a sink; it need not matter$/);
    expect(none.filter((row) => /^.\d /.test(row))).toHaveLength(10);
    expect(none.some((row) => row.startsWith(' weight 0'))).toBe(false);
  });

  test('takes one row of a window that shows not all of them, and keeps the legend that says so', () => {
    const rows = drawn(9);
    expect(rows).toHaveLength(9);
    expect(rows.at(-1)).toMatch(caveat);
    expect(rows.at(-2)).toMatch(/^ weight 0 .*rows \d–\d of 10/);
    expect(rows.some((row) => row.startsWith('▸6 the'))).toBe(true);
  });

  test.each([20, 30, 59, 60])('is no wider than %i cells', (widthCells) => {
    for (const height of [6, 9, 12, 18]) {
      const rows = drawn(height, { widthCells });
      expect(rows.length).toBeLessThanOrEqual(height);
      for (const row of rows.slice(-1)) expect(row.length).toBeLessThanOrEqual(widthCells);
    }
  });
});

describe('no caveat', () => {
  test('for a row that is bright elsewhere, or at its own token', () => {
    expect(drawn(18, { edits: [bright(6, 3)] }).some((row) => row.includes('sink'))).toBe(false);
    expect(drawn(18, { edits: [bright(0, 0)], query: 0 }).some((row) => row.includes('often a sink'))).toBe(false);
  });

  test('for a row whose weight the reader typed', () => {
    const typed = { stage: 'attentionWeights', layer: 0, head: 0, row: 6, column: 0, value: 0.9 };
    expect(drawn(18, { edits: [typed] }).some((row) => row.includes('often a sink'))).toBe(false);
  });

  test('for another row than the selected one', () => {
    expect(drawn(18, { query: 5 }).some((row) => row.includes('often a sink'))).toBe(false);
  });

  test('at a full stop there is one as well', () => {
    expect(drawn(18, { edits: [bright(6, 9)] }).join(' ')).toMatch(/on 9 \. \(0\.50 or more\): often a sink\. .*Clark/);
  });
});
