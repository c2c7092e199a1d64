import { CommanderError } from 'commander';
import { describe, expect, test, vi } from 'vitest';
import { parseArguments } from '../../src/app/arguments.ts';
import { UsageError } from '../../src/app/usage-error.ts';

const parse = (...argv: string[]) => parseArguments(argv, '1.2.3');

describe('the command line', () => {
  test.each([
    [[], 'explore', null],
    [['hello there'], 'explore', 'hello there'],
    [['show', 'hello'], 'show', 'hello'],
    [['--model', 'example', 'show', 'hello'], 'show', 'hello'],
    [['show', '--', '--model'], 'show', '--model'],
    [['--', 'show'], 'explore', 'show'],
    [['trace', '-----', '--json'], 'trace', '-----'],
    [['trace', '-x is a flag', '--json'], 'trace', '-x is a flag'],
    [['show', '-'], 'show', '-'],
    [['show', ''], 'show', ''],
    [['models'], 'models', null],
    [['--ascii', '--layer', '1', 'show', 'hello'], 'show', 'hello'],
    [['--other', 'show', 'hello'], 'explore', 'hello'],
    [['--other=-x is a flag', 'hello'], 'explore', 'hello'],
    [['explore'], 'explore', 'explore'],
    [['heads', '--file', 'show'], 'heads', null],
    [['show', '--', 'trace'], 'show', 'trace'],
    [['--', '--'], 'explore', '--'],
    [['show', '--', '-'], 'show', '-'],
    [['-----'], 'explore', '-----'],
    [['--  two dashes'], 'explore', '--  two dashes'],
    [['-1'], 'explore', '-1'],
    [['show', 'two\nlines'], 'show', 'two\nlines'],
  ] as const)('%j', (argv, command, text) => {
    expect(parse(...argv)).toMatchObject({ command, text });
  });

  test('options keep their values, negative ones too', () => {
    const { options } = parse(
      'show',
      'a',
      '--layer',
      '-1',
      '--scale-factor',
      '0.5',
      '--ablate',
      '0.1',
      '--mask',
      'causal',
      '--other',
      '-x is a flag',
    );
    const expected = {
      layer: '-1',
      scaleFactor: '0.5',
      ablatedHeads: '0.1',
      mask: 'causal',
      sentenceB: '-x is a flag',
    };
    expect(options).toEqual(expected);
  });

  test.each([
    [['--bad'], "unknown option '--bad'"],
    [['--modell', 'x'], 'Did you mean --model?'],
    [['--layer'], 'argument missing'],
    [['show', 'a', 'b'], 'one TEXT is expected, not 2'],
    [['show'], 'show: a TEXT is missing, as in attnscope show "please study man"'],
    [['pull'], 'pull: a repository is missing'],
    [['models', 'a'], "models takes no TEXT, not 'a'"],
    [['trace', 'a', '--view', 'grid'], '--view is for the explorer and show only: attnscope ...'],
    [['heads', 'a', '--csv', '--json'], "option '--json' cannot be used with option '--csv'"],
    [['--state', 'a'], "unknown option '--state'"],
    [['--mask', 'half'], 'Allowed choices are none, causal'],
    [['--color', 'pink'], 'Allowed choices are never, 16, 256, truecolor, auto'],
    [['--theme', 'pink'], 'Allowed choices are auto, dark, light, projector, mono'],
    [['show', 'a', '--json'], '--json is for trace, heads, contextuality, ablation-sweep, generate and models only'],
    [['show', 'a', '--fields', 'q'], '--fields is for trace only'],
  ] as const)('%j is refused in one line', (argv, message) => {
    const run = () => parse(...argv);
    expect(run).toThrow(UsageError);
    expect(run).toThrow(message);
    expect(run).toThrow(/^[^\n]*$/);
  });

  test('every option is read, whichever side of the text it stands on', () => {
    const { options } = parse(
      ...['--model', './folder', '--layer', '1', '--head=2', '--query', '3', '--mask', 'none', 'a b'],
      ...['--scale-factor', '2e-1', '--ablate', '0.1,1.2', '--unscaled', '--view', 'grid', '--ascii'],
      ...['--color', '256', '--theme', 'light', '--no-synchronized', '--no-revectorize', '--no-second-thread'],
    );
    expect(options).toEqual({
      model: './folder',
      layer: '1',
      head: '2',
      query: '3',
      mask: 'none',
      scaleFactor: '2e-1',
      ablatedHeads: '0.1,1.2',
      isUnscaled: true,
      pane: 'grid',
      ascii: true,
      color: '256',
      theme: 'light',
      synchronized: false,
      revectorize: false,
      secondThread: false,
    });
  });

  test('a command has its options on either side of its name', () => {
    const { command, text, options } = parse('--model', 'm', '--json', 'trace', '--fields', 'q,k', 'a b');
    expect({ command, text, options }).toEqual({
      command: 'trace',
      text: 'a b',
      options: { model: 'm', json: true, fields: 'q,k' },
    });
  });

  test('- is standard input, but not after --', () => {
    expect(parse('show', '-')).toMatchObject({ text: '-', isPiped: true });
    expect(parse('show', '--', '-')).toMatchObject({ text: '-', isPiped: false });
  });

  test('an option after -- is text', () => {
    expect(parse('show', '--', '--json')).toMatchObject({ command: 'show', text: '--json' });
    expect(parse('show', '--', '--json').options).not.toHaveProperty('json');
    expect(() => parse('show', 'a', '--', '--json')).toThrow('one TEXT is expected, not 2');
  });

  test.each([
    ['--help', /usage/i],
    ['-h', /usage/i],
    ['--version', /^1\.2\.3\n$/],
    ['-V', /^1\.2\.3\n$/],
    ['show --help', /attnscope show "please study man" --view heads/],
    ['--help show', /^Usage: attnscope show /],
    ['show -V', /^1\.2\.3\n$/],
  ])('%s answers on standard output and ends well', (option, answer) => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      parse(...option.split(' '));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(CommanderError);
      expect((error as CommanderError).exitCode).toBe(0);
      expect(write.mock.calls.join('')).toMatch(answer);
    } finally {
      write.mockRestore();
    }
  });
});
