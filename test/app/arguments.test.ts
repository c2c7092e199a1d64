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
    [['show'], 'show', null],
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
    );
    expect(options).toMatchObject({ layer: '-1', scaleFactor: '0.5', ablate: '0.1', mask: 'causal' });
  });

  test.each([
    [['--bad'], "unknown option '--bad'"],
    [['--modell', 'x'], 'Did you mean --model?'],
    [['--layer'], 'argument missing'],
    [['show', 'a', 'b'], 'one TEXT is expected, not 2'],
    [['--mask', 'half'], 'Allowed choices are none, causal'],
    [['--color', 'pink'], 'Allowed choices are never, 16, 256, truecolor, auto'],
    [['--theme', 'pink'], 'Allowed choices are dark, light, mono'],
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
      ...['--model', './folder', '--layer', '1', '--head=2', 'trace', '--query', '3', '--mask', 'none', 'a b'],
      ...['--scale-factor', '2e-1', '--ablate', '0.1,1.2', '--fields', 'q,k', '--json', '--ascii'],
      ...['--color', '256', '--theme', 'light', '--no-synchronized', '--no-revectorize', '--no-second-thread'],
    );
    expect(options).toEqual({
      model: './folder',
      layer: '1',
      head: '2',
      query: '3',
      mask: 'none',
      scaleFactor: '2e-1',
      ablate: '0.1,1.2',
      fields: 'q,k',
      json: true,
      ascii: true,
      color: '256',
      theme: 'light',
      synchronized: false,
      revectorize: false,
      secondThread: false,
    });
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
  ])('%s answers on standard output and ends well', (option, answer) => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      parse(option);
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
