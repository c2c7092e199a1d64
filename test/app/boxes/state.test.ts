import { describe, expect, test } from 'vitest';
import { stateBox } from '../../../src/app/boxes/state.ts';
import type { Controller, Kept } from '../../../src/app/controller-type.ts';
import { rowText } from '../../../src/panes/kit/cells.ts';
import { opened } from '../../support/pressed-explorer.ts';

const size = { widthCells: 78, heightCells: 16 };

/** The rows of the box over a screen. */
function rowsOf(controller: Controller, kept: Kept = { isSentToClipboard: true, isPrintedOnLeaving: true }): string[] {
  const { parts } = controller.keepLine();
  return stateBox({ ...controller, keepLine: () => ({ parts, ...kept }) })
    .rows(size)
    .map(rowText);
}

describe('the box of L', () => {
  test('breaks the command between options, with what a shell needs to read on', async () => {
    const { controller, press } = opened({ text: 'The boat drifted toward the river bank.', sentenceB: 'The boat' });
    await press('x', 'u', '=', '5', 'enter', 'g');
    const { parts } = controller.keepLine();
    const rows = rowsOf(controller);
    const command = rows.slice(0, rows.indexOf('')).map((row) => row.trim());
    expect(command.length).toBeGreaterThan(1);
    for (const line of command.slice(0, -1)) expect(line).toMatch(/ \\$/);
    expect(command.map((line) => line.replace(/ \\$/, '')).join(' ')).toBe(parts.join(' '));
    for (const part of parts)
      expect(
        command.some((line) => line.includes(part)),
        part,
      ).toBe(true);
  });

  test.each([
    [{ isSentToClipboard: false, isPrintedOnLeaving: true }, /is printed when you leave/, /copy/],
    [{ isSentToClipboard: true, isPrintedOnLeaving: false }, /asked to copy it/, /printed/],
    [{ isSentToClipboard: false, isPrintedOnLeaving: false }, /opens this screen again/, /copy|printed/],
  ])('with %j it says no more than that', (kept, says, saysNot) => {
    const words = rowsOf(opened().controller, kept).join(' ');
    expect(words).toMatch(says);
    expect(words).not.toMatch(saysNot);
  });

  test('has no option that means nothing here', async () => {
    const { controller, press, explorer } = opened({ sentenceB: 'please', pane: 'sentences' });
    const command = () => controller.keepLine().parts.join(' ');
    await press('space');
    expect(command()).toContain('--front');
    await press('b');
    expect(command()).not.toContain('--front');
    await press('x', 'Z');
    expect(command()).toContain('--ablate-with mean');
    await press('X');
    expect(command()).not.toContain('--ablate-with');
    await press('7', 'n');
    expect(command()).toContain('--step 1');
    await press('1');
    expect(command()).not.toContain('--step');
    await press('9', 'right');
    expect(command()).toContain('--sort ');
    await press('1', '=', '2', 'enter', 'N');
    expect(command()).not.toContain('--sort ');
    expect(command()).toContain('--renormalise');
    await press('-');
    expect(command()).not.toContain('--renormalise');
    expect(explorer.inputs.interventions.value.isRenormalised).toBe(true);
  });
});
