import { Box } from 'ink';
import { render } from 'ink-testing-library';
import type { ReactElement } from 'react';
import { describe, expect, test } from 'vitest';
import { cell } from '../../src/panes/kit/cells.ts';
import { defaultTheme } from '../../src/terminal/colour/theme.ts';
import type { Paint } from '../../src/terminal/paint.ts';
import { Pane } from '../../src/terminal/pane.tsx';
import { SentenceLine } from '../../src/terminal/sentence-line.tsx';

const paint: Paint = { theme: defaultTheme, depth: 'none', ascii: false };
const rect = { x: 0, y: 0, widthCells: 14, heightCells: 4 };

/** What is drawn into a space of so many rows: panes place themselves in it. */
function drawn(element: ReactElement, heightCells: number): string[] {
  const { lastFrame } = render(
    <Box width={40} height={heightCells}>
      {element}
    </Box>,
  );
  return lastFrame()?.split('\n') ?? [];
}

describe('a pane', () => {
  test('has its title in its frame, and its rows cut to its width', () => {
    const rows = [[cell('short')], [cell('longer than '), cell('the pane')]];
    const frame = drawn(<Pane name="a" title="1 title" rect={rect} rows={rows} isFocused={false} paint={paint} />, 4);
    expect(frame).toEqual(['╭─ 1 title ──╮', '│short       │', '│longer than │', '╰────────────╯']);
  });

  test('is framed in ASCII where asked', () => {
    const frame = drawn(
      <Pane name="a" title="t" rect={rect} rows={[[cell('x')]]} isFocused paint={{ ...paint, ascii: true }} />,
      4,
    );
    expect(frame).toEqual(['+- t --------+', '|x           |', '|            |', '+------------+']);
  });

  test('shows a weight as a shade where there are no colours', () => {
    const row = [0, 0.3, 0.6, 1].map((weight) => ({ text: ' ', tone: 'plain' as const, weight }));
    const frame = drawn(<Pane name="a" title="t" rect={rect} rows={[row]} isFocused={false} paint={paint} />, 4);
    expect(frame).toContain('│ ░▒█        │');
  });
});

describe('the sentence', () => {
  const line = { prompt: '›', ellipsis: '…', invitation: 'type a sentence', isFocused: true, paint };

  test('stands behind its prompt, with marks where it is cut', () => {
    const { lastFrame, rerender } = render(<SentenceLine {...line} text="hello" cutLeft={false} cutRight={false} />);
    expect(lastFrame()).toBe(' › hello');
    rerender(<SentenceLine {...line} text="hello" cutLeft cutRight />);
    expect(lastFrame()).toBe(' … hello…');
  });

  test('invites where it is empty', () => {
    const { lastFrame } = render(<SentenceLine {...line} text="" cutLeft={false} cutRight={false} />);
    expect(lastFrame()).toBe(' › type a sentence');
  });
});
