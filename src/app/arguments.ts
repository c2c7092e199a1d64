import { Command, CommanderError, Option } from 'commander';
import type { CommandName, OptionRow } from '../explorer/settings/setting.ts';
import { settingGroups } from '../explorer/settings/settings.ts';
import { listed } from '../text/list.ts';
import { commandNames, commands, drawingOptions, isCommandName, type Options, ownOptions } from './command-table.ts';
import { UsageError } from './usage-error.ts';

/** Hides the leading dash of a text from commander. */
const textMark = '\u0001';

/** The command line as given: not yet checked against a model. */
export interface Arguments {
  readonly command: CommandName;
  /** null: none was given. */
  readonly text: string | null;
  /** Whether TEXT was - before any --, so that standard input holds the text. */
  readonly isPiped: boolean;
  readonly options: Options;
}

/** Every option by its group in the help. */
export const optionGroups: Readonly<Record<string, Readonly<Record<string, OptionRow>>>> = {
  'Output:': ownOptions,
  ...settingGroups,
  'Drawing and computing:': drawingOptions,
};
const rows: readonly (readonly [name: string, row: OptionRow, group: string])[] = Object.entries(optionGroups).flatMap(
  ([group, table]) => Object.entries(table).map(([name, row]) => [name, row, group] as const),
);

const notes = `
TEXT - reads standard input. The word after -- is TEXT, even if it looks like an option.
attnscope COMMAND --help lists the options of a command.
`;

const rowsOf = (command: CommandName) =>
  rows.filter(([, { commands: takers, flag }]) => flag !== null && takers.includes(command));

function optionOf({ flag, metavar, help, choices, conflicts = [] }: OptionRow, group: string): Option {
  const flags = metavar === null ? `--${flag}` : `--${flag} <${metavar}>`;
  const option = new Option(flags, help).helpGroup(group).conflicts([...conflicts]);
  return choices === undefined ? option : option.choices([...choices]);
}

/** Gives the command its argument, options and help; parsing then calls `onRun`. */
function describe(command: Command, name: CommandName, version: string, onRun: (parsed: Arguments) => void): void {
  const { argument, does, examples } = commands[name];
  const own = rowsOf(name).map(([row, words, group]) => ({ row, option: optionOf(words, group) }));
  for (const { option } of own) command.addOption(option);
  if (argument !== null) command.argument(argument);
  command
    .description(does)
    .helpOption('-h, --help', 'print this help')
    .version(version, '-V, --version', 'print the version')
    .addHelpText(
      'after',
      `\nExamples:\n${examples.map((line) => `  ${line}\n`).join('')}${name === 'explore' ? notes : ''}`,
    )
    .action(() => {
      const values = command.opts();
      const given = own.flatMap(({ row, option }): [string, unknown][] => {
        const value: unknown = values[option.attributeName()];
        // commander sets the option of a --no-… flag to true unless the flag is given.
        if (value === undefined || (option.negate && value === true)) return [];
        return [[row, typeof value === 'string' ? unshielded(value) : value]];
      });
      const word = command.args[0] ?? null;
      onRun({
        command: name,
        text: word === null ? null : unshielded(word),
        isPiped: word === '-' && argument?.includes('TEXT') === true,
        options: Object.fromEntries(given),
      });
    });
}

function program(version: string, onRun: (parsed: Arguments) => void): Command {
  const root = new Command('attnscope')
    .usage('[command] [options] [TEXT]')
    .enablePositionalOptions()
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} });
  describe(root, 'explore', version, onRun);
  for (const name of commandNames.slice(1)) describe(root.command(name), name, version, onRun);
  return root;
}

/** @throws UsageError when it cannot use the command line.  @throws CommanderError when it printed the help or the version. */
export function parseArguments(argv: readonly string[], version: string): Arguments {
  const end = argv.indexOf('--');
  const before = end < 0 ? argv : argv.slice(0, end);
  const literal = end < 0 ? [] : argv.slice(end + 1);
  // A word such as "-----" or "-x is a flag" is a text: the mark hides its dash from commander.
  const words = before.map((word) => (looksLikeText(word) || word.startsWith(textMark) ? textMark + word : word));
  const named = commandPlace(words);
  const command = commandNames.find((name) => name === words[named]) ?? 'explore';
  // commander wants the command before its options.
  const ordered = named < 0 ? words : [command, ...words.toSpliced(named, 1)];
  let parsed: Arguments | undefined;
  try {
    program(version, (found) => {
      parsed = found;
    }).parse([...ordered, ...literal.map((word) => textMark + word)], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode === 0) throw error;
    throw new UsageError(explained(error, command, words));
  }
  if (parsed === undefined) throw new Error('commander ran no command');
  return parsed;
}

/** Index of the command: the first word that is neither an option nor the value of one; −1 if that names no command. */
function commandPlace(words: readonly string[]): number {
  const valued = new Set(rows.flatMap(([, { flag, metavar }]) => (metavar === null ? [] : `--${flag}`)));
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (valued.has(word)) at++;
    else if (!word.startsWith('-') || word === '-') return isCommandName(word) ? at : -1;
  }
  return -1;
}

/** What commander found wrong, in one line. */
function explained({ code, message }: CommanderError, command: CommandName, words: readonly string[]): string {
  const { argument, examples } = commands[command];
  if (code === 'commander.missingArgument') {
    const what = argument === '<TEXT>' ? 'a TEXT' : 'a repository';
    return `${command}: ${what} is missing, as in ${examples[0]}`;
  }
  if (code === 'commander.excessArguments') {
    const [, count = '', given = ''] = /but got (\d+): (.*)\.$/s.exec(unmarked(message)) ?? [];
    if (argument === null) return `${command} takes no TEXT, not '${given}'`;
    return `one ${argument.slice(1, -1)} is expected, not ${count}: put it in quotes, as in ${examples[0]}`;
  }
  if (code === 'commander.unknownOption') {
    const flag = words.map((word) => /^--([a-z-]+)/.exec(word)?.[1]).find((one) => message.includes(`'--${one}`));
    const takers = rows.filter(([, row]) => row.flag === flag).flatMap(([, row]) => row.commands);
    const [first] = takers;
    if (first !== undefined) {
      const name = first === 'explore' ? 'attnscope' : `attnscope ${first}`;
      const all = takers.map((one) => (one === 'explore' ? 'the explorer' : one));
      return `--${flag} is for ${listed(all)} only: ${name} ...`;
    }
  }
  return unmarked(message)
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ');
}

/** Whether a word begins with a dash but cannot be an option. */
function looksLikeText(word: string): boolean {
  return word.length > 1 && word.startsWith('-') && !/^--?[a-z][\w-]*(=.*)?$/is.test(word);
}

const unshielded = (word: string) => (word.startsWith(textMark) ? word.slice(textMark.length) : word);
const unmarked = (message: string) => message.replaceAll(textMark, '');
