import { Command, CommanderError, Option } from 'commander';
import { type CommandName, commandNames, type OptionRow } from '../explorer/settings/setting.ts';
import { settingGroups } from '../explorer/settings/settings.ts';
import { listed } from '../text/list.ts';
import { commands, drawingOptions, isCommandName, type Options, ownOptions } from './command-table.ts';
import { UsageError } from './usage-error.ts';

/** The command line as it was given; numbers are not yet checked against a model. */
export interface Arguments {
  readonly command: CommandName;
  /** null: none was given. */
  readonly text: string | null;
  /** Whether the text is to be read from standard input: it was - before any --. */
  readonly isPiped: boolean;
  readonly options: Options;
}

/** Every option by its group in the help. */
export const optionGroups: Readonly<Record<string, Readonly<Record<string, OptionRow>>>> = {
  'What is printed:': ownOptions,
  ...settingGroups,
  'How it is drawn and computed:': drawingOptions,
};
const rows: readonly (readonly [name: string, row: OptionRow, group: string])[] = Object.entries(optionGroups).flatMap(
  ([group, table]) => Object.entries(table).map(([name, row]) => [name, row, group] as const),
);

const rowsOf = (command: CommandName) =>
  rows.filter(([, { commands: takers, flag }]) => flag !== null && takers.includes(command));

const flagsOf = ({ flag, metavar }: OptionRow) => (metavar === null ? `--${flag}` : `--${flag} <${metavar}>`);

function optionOf({ choices, conflicts = [], ...row }: OptionRow, group: string): Option {
  const option = new Option(flagsOf(row), row.help).helpGroup(group).conflicts([...conflicts]);
  return choices === undefined ? option : option.choices([...choices]);
}

/** Gives the command its argument, its options and its help; `onRun` gets TEXT and the options of the command's rows. */
function describe(command: Command, name: CommandName, version: string, onRun: (parsed: Arguments) => void): void {
  const { argument, does, examples } = commands[name];
  const own = rowsOf(name).map(([row, words, group]) => ({ row, option: optionOf(words, group) }));
  for (const { option } of own) command.addOption(option);
  if (argument !== null) command.argument(argument);
  command
    .description(does)
    .helpOption('-h, --help', 'print this help')
    .version(version, '-V, --version', 'print the version')
    .addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}\n`).join('')}${notes(name)}`)
    .action(() => {
      const values = command.opts();
      const given = own.flatMap(({ row, option }): [string, unknown][] => {
        const value: unknown = values[option.attributeName()];
        // What --no-… switches off is on where nothing is said.
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

function notes(name: CommandName): string {
  if (name !== 'explore') return '';
  return '\nTEXT - reads standard input; after -- the next word is TEXT, whatever it looks like.\nattnscope COMMAND --help tells of the options of a command.\n';
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

/** Reads the command line.
 *  @throws UsageError for what it does not know; CommanderError with code commander.help… or commander.version when it printed those. */
export function parseArguments(argv: readonly string[], version: string): Arguments {
  const end = argv.indexOf('--');
  const before = end < 0 ? argv : argv.slice(0, end);
  const literal = end < 0 ? [] : argv.slice(end + 1);
  // A word such as "-----" or "-x is a flag" cannot be an option: it is a text, and commander is not to see its dash.
  const words = before.map((word) => (looksLikeText(word) || word.startsWith(textMark) ? textMark + word : word));
  const named = commandPlace(words);
  const command = commandNames.find((name) => name === words[named]) ?? 'explore';
  // Options may stand before the name of their command: commander wants it first.
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

/** Where the name of a command stands: it is the first word that is neither an option nor the value of one; −1: nowhere. */
function commandPlace(words: readonly string[]): number {
  const valued = new Set(rows.flatMap(([, { flag, metavar }]) => (metavar === null ? [] : `--${flag}`)));
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (valued.has(word)) at++;
    else if (!word.startsWith('-') || word === '-') return isCommandName(word) ? at : -1;
  }
  return -1;
}

/** One line for what commander found wrong. */
function explained({ code, message }: CommanderError, command: CommandName, words: readonly string[]): string {
  const { argument, examples } = commands[command];
  if (code === 'commander.missingArgument') {
    const what = argument === '<TEXT>' ? 'a TEXT' : 'a repository';
    return `${command}: ${what} is missing, as in ${examples[0]}`;
  }
  if (code === 'commander.excessArguments') {
    const [, count = '', given = ''] = /but got (\d+): (.*)\.$/s.exec(unmarked(message)) ?? [];
    if (argument === null) return `${command}: takes no TEXT, not '${given}'`;
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

const textMark = '\u0001';

/** Whether a word with a dash at its beginning cannot be an option. */
export function looksLikeText(word: string): boolean {
  return word.length > 1 && word.startsWith('-') && !/^--?[a-z][\w-]*(=.*)?$/is.test(word);
}

const unshielded = (word: string) => (word.startsWith(textMark) ? word.slice(textMark.length) : word);
const unmarked = (message: string) => message.replaceAll(textMark, '');
