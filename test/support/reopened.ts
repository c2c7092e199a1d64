import { type Arguments, parseArguments } from '../../src/app/arguments.ts';
import { commandLineOf, wordsOf } from '../../src/app/command-line.ts';
import type { Options } from '../../src/app/command-table.ts';
import { createSession } from '../../src/app/explorer-session.ts';
import type { Explorer } from '../../src/explorer/explorer.ts';
import type { ExplorerModel } from '../../src/explorer/explorer-inputs.ts';
import type { State } from '../../src/explorer/settings/settings.ts';
import { builtInModel } from './models.ts';

export const useLite = builtInModel('use-lite');
export const money = 'I deposited money in the bank.';
export const river = 'The boat drifted toward the river bank.';

/** The words of a command line as a POSIX shell hands them on; it has no quotes but the single ones, and \'. */
export function shellWords(line: string): string[] {
  const words = line.match(/(?:[^\s'\\]|'[^']*'|\\')+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|\\'/g, (_, quoted?: string) => quoted ?? "'"));
}

/** What the real parser makes of a line. */
export function parsedLine(line: string): Arguments {
  const [program, ...argv] = shellWords(line);
  if (program !== 'attnscope') throw new Error(`the line begins with ${program}`);
  return parseArguments(argv, '1.0.0');
}

/** The explorer that the command line of this one opens. */
export function reopened(explorer: Explorer, options: Options = {}): Explorer {
  return openedBy(parsedLine(commandLineOf(explorer, true)), explorer.inputs.loaded.value, options);
}

/** The explorer that the words of a state open. */
export function openedState(state: State, loaded: ExplorerModel): Explorer {
  return openedBy(parseArguments(wordsOf(state), '1.0.0'), loaded);
}

function openedBy({ command, isPiped, text, options }: Arguments, loaded: ExplorerModel, more: Options = {}): Explorer {
  if (command !== 'explore' || isPiped) throw new Error('the line does not open the explorer');
  return createSession(loaded, text ?? '', { ...options, ...more });
}
