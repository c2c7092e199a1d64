import { describe, expect, test } from 'vitest';
import { titleView } from '../../../src/panes/frame/title-view.ts';
import { rowText } from '../../../src/panes/kit/cells.ts';
import { settled } from '../../../src/run/run.ts';
import { widthOf } from '../../../src/text/graphemes.ts';
import { builtInModel } from '../../support/models.ts';

const { model } = builtInModel('use-lite');
const input = {
  ...{ model, part: null, headCounts: [4, 4], headDim: 64, selection: { layer: 1, head: 3 }, tokenCount: 10 },
  ...{ computeMs: 4.9, status: settled },
};
const titleAt = (widthCells: number, more: Partial<typeof input> = {}) =>
  rowText(titleView({ ...input, ...more, widthCells }));

describe('the title says that layers and heads count from 0', () => {
  test.each([
    [80, 'L1 H3 (from 0)'],
    [100, 'L1 H3 (from 0)'],
    [120, 'layer 1, head 3, counted from 0 (L1 H3)'],
  ])('at %i columns', (width, words) => {
    expect(titleAt(width)).toContain(` ${words} `);
    expect(titleAt(width)).toContain('10 tokens');
    expect(widthOf(titleAt(width))).toBe(width);
  });

  test.each([80, 100, 120, 200])('at %i columns the same words stay, however long the computation took', (width) => {
    const left = [0.1, 4.9, 171, 999, 12_345].map((computeMs) => titleAt(width, { computeMs }).split(/ {3,}/)[0]);
    expect(new Set(left).size).toBe(1);
  });

  test('while a long computation runs, its progress and the key that stops it are in view', () => {
    const status = { ...settled, isComputing: true, progress: 0.5 };
    expect(titleAt(80, { status })).toContain('Esc stops');
  });
});
