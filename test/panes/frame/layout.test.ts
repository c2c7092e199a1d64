import { describe, expect, test } from 'vitest';
import { paneNamed } from '../../../src/app/pane-named.ts';
import { paneNames } from '../../../src/explorer/pane-names.ts';
import { arrange, minimumColumns, minimumRows, type Rect } from '../../../src/panes/frame/layout.ts';

const sizes: [number, number][] = [
  [60, 16],
  [75, 20],
  [76, 20],
  [80, 24],
  [99, 29],
  [99, 60],
  [100, 29],
  [100, 30],
  [120, 40],
  [159, 50],
  [160, 39],
  [160, 40],
  [200, 50],
  [300, 100],
];

describe.each(sizes)('%i × %i', (columns, rows) => {
  test.each([...paneNames])('the regions cover the body once and nothing else, with %s in front', (pane) => {
    const { kind, body, regions } = arrange(columns, rows, paneNamed(pane));
    expect(kind).not.toBe('none');
    expect(body.x + body.widthCells).toBeLessThanOrEqual(columns);
    expect(body.y + body.heightCells).toBeLessThanOrEqual(rows);
    const covered = new Uint8Array(columns * rows);
    for (const { rect } of regions) paint(covered, columns, rect);
    const expected = new Uint8Array(columns * rows);
    paint(expected, columns, body);
    expect(Buffer.compare(covered, expected)).toBe(0);
  });

  test.each([...paneNames])('%s is shown when it is chosen, and each region has room inside its border', (pane) => {
    const { regions } = arrange(columns, rows, paneNamed(pane));
    const names = regions.map((region) => region.name);
    expect(names).toContain(pane);
    expect(new Set(names).size).toBe(names.length);
    for (const { rect } of regions) {
      expect(rect.widthCells).toBeGreaterThanOrEqual(10);
      expect(rect.heightCells).toBeGreaterThanOrEqual(6);
    }
  });
});

test('nothing moves when another pane is chosen where all are shown', () => {
  const corePanes = paneNames.filter((pane) => paneNamed(pane).place === 'core');
  const arrangements = corePanes.map((pane) => arrange(120, 40, paneNamed(pane)));
  for (const one of arrangements) expect(one).toEqual(arrangements[0]);
  expect(arrangements[0]?.regions.map((region) => region.name).sort()).toEqual([...corePanes].sort());
});

describe('zoomed', () => {
  test.each(sizes)('at %i × %i the pane in front has the whole body, and other lines stay', (columns, rows) => {
    for (const name of paneNames) {
      const pane = paneNamed(name);
      const extras = { hasPredictions: true, hasTarget: true, hasOther: true, hasChanges: true };
      const unzoomed = arrange(columns, rows, pane, { ...extras, isZoomed: false });
      const zoomed = arrange(columns, rows, pane, { ...extras, isZoomed: true });
      expect(zoomed.regions).toEqual([{ name, rect: unzoomed.body }]);
      expect([zoomed.body, zoomed.tokenLines]).toEqual([unzoomed.body, unzoomed.tokenLines]);
      const isAlone = unzoomed.regions.length === 1;
      expect([unzoomed.fills, zoomed.fills]).toEqual(isAlone ? ['always', 'always'] : ['no', 'zoomed']);
    }
  });
});

test('too narrow or too low is said to be so', () => {
  expect(arrange(minimumColumns - 1, 50, paneNamed('attention')).kind).toBe('none');
  expect(arrange(200, minimumRows - 1, paneNamed('attention')).kind).toBe('none');
  expect(arrange(1, 1, paneNamed('attention'))).toMatchObject({ kind: 'none', regions: [] });
  expect(arrange(minimumColumns, minimumRows, paneNamed('attention')).kind).toBe('one');
});

/** Counts how often each cell is covered. */
function paint(cells: Uint8Array, columns: number, { x, y, widthCells, heightCells }: Rect): void {
  for (let row = y; row < y + heightCells; row++) {
    for (let column = x; column < x + widthCells; column++) cells[row * columns + column]! += 1;
  }
}
