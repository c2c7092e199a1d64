import { CommanderError } from 'commander';
import { FormatError, UnknownModelError, UnsupportedModelError } from '../loaders/errors.ts';
import { colourDepth } from '../terminal/colour/depth.ts';
import { groundHint } from '../terminal/colour/ground.ts';
import { writeFully } from '../terminal/write-fully.ts';
import { parseArguments } from './arguments.ts';
import type { Options } from './command-table.ts';
import { ablationSweepCommand } from './commands/ablation-sweep.ts';
import { contextualityCommand } from './commands/contextuality.ts';
import { generateCommand } from './commands/generate.ts';
import { headsCommand } from './commands/heads.ts';
import { modelsCommand } from './commands/models.ts';
import { showText } from './commands/show.ts';
import { traceCommand } from './commands/trace.ts';
import { createSession, loadNamedModel, openNamedModel, readStandardInput } from './explorer-session.ts';
import { loadingBar } from './progress-bar.ts';
import { themeOf } from './theme-choice.ts';
import { UsageError } from './usage-error.ts';

const lessonSentence = 'I deposited money in the bank.';

/** Runs the program and returns its exit code: 0 success, 2 unusable input. Throws only on defects. */
export async function main(argv: readonly string[]): Promise<number> {
  if (!process.stdout.listeners('error').includes(onOutputError)) process.stdout.on('error', onOutputError);
  try {
    return await run(argv);
  } catch (error) {
    // commander has printed its help or version.
    if (error instanceof CommanderError) return error.exitCode;
    if (isOutputClosed(error)) return 0;
    if (!isBadInput(error)) throw error;
    process.stderr.write(`attnscope: ${error.message}\n`);
    return 2;
  }
}

async function run(argv: readonly string[]): Promise<number> {
  const { command, text, isPiped, options } = parseArguments(argv, process.env.ATTNSCOPE_VERSION ?? '0.0.0');
  const isExplorer =
    command === 'explore' &&
    process.stdin.isTTY === true &&
    process.stdout.isTTY === true &&
    process.env.TERM !== 'dumb';
  if (isExplorer && isPiped) {
    throw new UsageError('TEXT - reads standard input, but that is the terminal: give the text itself');
  }
  // commander has checked that there is a TEXT where a command requires one.
  const given = isPiped ? readStandardInput() : (text ?? '');
  switch (command) {
    case 'trace':
      return print(traceCommand(given, options));
    case 'heads':
      return print(
        headsCommand(text === null ? null : given, options, process.stdout.isTTY ? process.stdout.columns : null),
      );
    case 'contextuality':
      return print(contextualityCommand(options));
    case 'ablation-sweep':
      return print(await ablationSweepCommand(given, options));
    case 'generate':
      return print(generateCommand(given, options));
    case 'models':
      return print(modelsCommand(options));
    case 'pull': {
      const { pullCommand } = await import('./commands/pull.ts');
      const { answer, exitCode } = await pullCommand(given, options);
      print(answer);
      return exitCode;
    }
    case 'show':
      return print(await show(given, options));
    case 'explore':
      break;
  }
  if (isExplorer) {
    const { onProgress, erase } = loadingBar(options.model ?? 'use-lite', options);
    const [{ explore }, loaded] = await Promise.all([
      import('./explore.tsx'),
      openNamedModel(options, onProgress).finally(erase),
    ]);
    return explore(loaded, given, options);
  }
  process.stderr.write('attnscope: the explorer needs a terminal; this is what attnscope show prints\n');
  return print(await show(text === null ? lessonSentence : given, options));
}

async function show(text: string, options: Options): Promise<string> {
  const explorer = createSession(loadNamedModel(options), text, options);
  const { isTTY, columns } = process.stdout;
  return showText(explorer, {
    columns: isTTY === true ? columns : null,
    depth: colourDepth({ option: options.color, env: process.env, isTTY: isTTY === true }),
    theme: themeOf(explorer.inputs.theme.peek(), groundHint(process.env)),
    ascii: options.ascii === true,
  });
}

function print(answer: string): number {
  writeFully(1, answer);
  return 0;
}

/** A reader that leaves early, such as head, is no error: commander writes its help past the checks of `print`. */
function onOutputError(error: unknown): void {
  if (!isOutputClosed(error)) throw error;
}

function isOutputClosed(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

function isBadInput(error: unknown): error is Error {
  return (
    error instanceof UsageError ||
    error instanceof FormatError ||
    error instanceof UnknownModelError ||
    error instanceof UnsupportedModelError
  );
}
