import { Box, render, renderToString, Text } from 'ink';
import { memo } from 'react';
import { expect, test } from 'vitest';
import { Canvas } from '../../../src/terminal/canvas/canvas.tsx';
import type { Line } from '../../../src/terminal/canvas/cell.ts';
import { createCompositor } from '../../../src/terminal/canvas/compositor.ts';
import { ColourDepthContext, CompositorContext } from '../../../src/terminal/canvas/compositor-context.ts';
import { Emulator } from '../../support/terminal.ts';

const lines: Line[] = [
  [
    { text: '  ', style: { bg: 0x21818a } },
    { text: '1.5', style: {} },
  ],
  [{ text: 'second row', style: { bold: true } }],
];

test('without a compositor the lines are rows of text', () => {
  const canvas = <Canvas id="a" lines={lines} widthCells={6} heightCells={2} />;
  expect(renderToString(canvas, { columns: 40 })).toBe('  1.5\n\x1b[1msecond\x1b[22m');
  const coloured = <ColourDepthContext value="truecolor">{canvas}</ColourDepthContext>;
  expect(renderToString(coloured, { columns: 40 })).toContain('\x1b[48;2;33;129;138m  ');
});

/** Ink on an emulator, through a compositor. */
async function mount(columns: number, rows: number) {
  const emulator = new Emulator(columns, rows);
  const output = {
    columns,
    rows,
    writes: [] as string[],
    write(text: string) {
      this.writes.push(text);
      void emulator.feed(text);
      return true;
    },
    once: () => {},
  };
  const compositor = createCompositor({ output, depth: 'truecolor', synchronized: true });
  const Pane = memo(() => (
    <Box borderStyle="round">
      <Canvas id="a" lines={lines} widthCells={6} heightCells={2} />
    </Box>
  ));
  const app = (text: string, isShown: boolean) => (
    <CompositorContext value={compositor}>
      <Box flexDirection="column">
        <Text>{text}</Text>
        {isShown && <Pane />}
      </Box>
    </CompositorContext>
  );
  const ink = render(app('one line', true), {
    stdout: compositor.inkStdout,
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const settle = async (): Promise<string[]> => {
    await ink.waitUntilRenderFlush();
    await emulator.feed('');
    return emulator.screen();
  };
  return { emulator, output, compositor, ink, app, settle };
}

test('with a compositor it is painted inside the box that Ink laid out', async () => {
  const { emulator, output, ink, settle } = await mount(20, 6);
  expect(await settle()).toEqual([
    'one line',
    '╭──────────────────╮',
    '│  1.5             │',
    '│second            │',
    '╰──────────────────╯',
    '',
  ]);
  expect(emulator.cell(1, 2).bg).toBe(0x21818a);
  expect(output.writes).toHaveLength(1);
  ink.unmount();
});

test('it follows a box that moves without being rendered again, and goes with it', async () => {
  const { ink, app, output, settle } = await mount(20, 6);
  await settle();
  ink.rerender(app('two\nlines', true));
  expect((await settle())[4]).toBe('│second            │');
  expect(output.writes).toHaveLength(2);
  ink.rerender(app('two\nlines', false));
  expect(await settle()).toEqual(['two', 'lines', '', '', '', '']);
  ink.unmount();
});

test('it follows a new size of the terminal', async () => {
  const { emulator, compositor, ink, settle } = await mount(20, 6);
  await settle();
  emulator.xterm.resize(30, 8);
  compositor.resize(30, 8);
  const screen = await settle();
  expect(screen[1]).toBe(`╭${'─'.repeat(28)}╮`);
  expect(screen[3]).toBe(`│second${' '.repeat(22)}│`);
  ink.unmount();
});
