import { beforeAll, describe, expect, test } from 'vitest';
import { themes } from '../../src/terminal/colour/theme.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { openExplorer, patienceMs, press, sentenceOf, type } from './support/explorer.ts';
import { entry, prepareProgram, root } from './support/program.ts';

beforeAll(prepareProgram, 120_000);

/** The explorer in a terminal that answers the question for its background with `reply`. */
async function openAnswering(reply: string, args: readonly string[] = []): Promise<TestTerminal> {
  const terminal = openTerminal(process.execPath, { cwd: root, args: [entry, 'the river bank', ...args] });
  terminal.xterm.parser.registerOscHandler(11, (data) => {
    if (data === '?') terminal.type(reply);
    return true;
  });
  await terminal.waitFor((text) => text.includes('attnscope'), patienceMs);
  await terminal.settled(60);
  return terminal;
}

const white = '\x1b]11;rgb:ffff/ffff/ffff\x1b\\';
const black = '\x1b]11;rgb:0000/0000/0000\x07';
/** The colours of the row of positions: a dim number on the ground. */
const colours = (terminal: TestTerminal) => {
  const { fg, bg } = terminal.cell(1, 2);
  return { fg, bg };
};

describe('the theme', () => {
  test.each([
    ['light', white, 'light'],
    ['dark', black, 'dark'],
  ] as const)('is the one for a %s background, and leaves that to the terminal', async (_, reply, name) => {
    const terminal = await openAnswering(reply);
    expect(colours(terminal)).toEqual({ fg: themes[name].dim, bg: -1 });
    expect(sentenceOf(terminal)).toBe('the river bank');
    await type(terminal, 's');
    expect(sentenceOf(terminal)).toBe('the river banks');
    await terminal.dispose();
  });

  test('paints its background on a terminal that has another, and T turns to the next', async () => {
    const terminal = await openAnswering(white, ['--theme', 'dark']);
    expect(colours(terminal)).toEqual({ fg: themes.dark.dim, bg: themes.dark.ground });
    await press(terminal, 'escape');
    await press(terminal, 'T');
    expect(colours(terminal)).toEqual({ fg: themes.light.dim, bg: -1 });
    await press(terminal, 'T');
    expect(colours(terminal)).toEqual({ fg: themes.projector.dim, bg: 0xffffff });
    await press(terminal, 'L');
    expect(terminal.screen().join(' ')).toContain('--theme projector');
    await terminal.dispose();
  });

  test('is dark where nothing answers, and paints its background', async () => {
    const terminal = await openExplorer(['the river bank']);
    expect(colours(terminal)).toEqual({ fg: themes.dark.dim, bg: 0x000000 });
    expect(sentenceOf(terminal)).toBe('the river bank');
  });

  test('is not asked for where there are no colours', async () => {
    const terminal = await openExplorer(['the river bank'], { env: { NO_COLOR: '1' } });
    expect(terminal.output).not.toContain('\x1b]11;');
    await press(terminal, 'escape');
    await press(terminal, 'T');
    expect(terminal.screen().join(' ')).toContain('this terminal shows no colours');
  });
});
