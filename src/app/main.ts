import { CommanderError } from 'commander';
import { FormatError, UnknownModelError, UnsupportedModelError } from '../loaders/errors.ts';
import { colourDepth } from '../terminal/colour/depth.ts';
import { defaultTheme, themeByName } from '../terminal/colour/theme.ts';
import { writeFully } from '../terminal/write-fully.ts';
import { type Options, parseArguments } from './arguments.ts';
import { ablationSweepCommand } from './commands/ablation-sweep.ts';
import { contextualityCommand } from './commands/contextuality.ts';
import { generateCommand } from './commands/generate.ts';
import { headsCommand } from './commands/heads.ts';
import { modelsCommand } from './commands/models.ts';
import { showText } from './commands/show.ts';
import { prepareView, viewOf } from './commands/show-views.ts';
import { traceCommand } from './commands/trace.ts';
import { createSession, loadNamedModel, openNamedModel, readText } from './explorer-session.ts';
import { loadingBar } from './progress-bar.ts';
import { openState, refuseBesideState } from './saved-state.ts';
import type { SavedState } from './state-fields.ts';
import { decodeState } from './state-string.ts';
import { UsageError } from './usage-error.ts';

const lessonSentence = 'I deposited money in the bank.';

/** Runs the program and returns its exit code: 0 success, 2 input that cannot be used; a defect of ours is thrown. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    return await run(argv);
  } catch (error) {
    // commander printed its help or version itself.
    if (error instanceof CommanderError) return error.exitCode;
    if (isOutputClosed(error)) return 0;
    if (!isBadInput(error)) throw error;
    process.stderr.write(`attnscope: ${error.message}\n`);
    return 2;
  }
}

async function run(argv: readonly string[]): Promise<number> {
  const { command, text, options } = parseArguments(argv, process.env.ATTNSCOPE_VERSION ?? '0.0.0');
  switch (command) {
    case 'trace':
      return print(traceCommand(text, options));
    case 'heads':
      return print(headsCommand(text, options));
    case 'contextuality':
      return print(contextualityCommand(text, options));
    case 'ablation-sweep':
      return print(await ablationSweepCommand(text, options));
    case 'generate':
      return print(generateCommand(text, options));
    case 'models':
      return print(modelsCommand(text, options));
    case 'pull': {
      const { pullCommand } = await import('./commands/pull.ts');
      const { answer, exitCode } = await pullCommand(text, options);
      print(answer);
      return exitCode;
    }
    case 'show':
      if (text === null && options.state === undefined)
        throw new UsageError('show: a TEXT is missing, as in attnscope show "please study man"');
      return print(await show(text, options));
    case 'explore':
      break;
  }
  if (process.stdin.isTTY === true && process.stdout.isTTY === true && process.env.TERM !== 'dumb') {
    if (text === '-') {
      throw new UsageError('TEXT - reads standard input, which is the terminal here: give the text itself');
    }
    const state = stateOption(text, options);
    const named = state === null ? options : { ...options, model: state.model };
    const { onProgress, erase } = loadingBar(named.model ?? 'use-lite', named);
    const [{ explore }, loaded] = await Promise.all([
      import('./explore.tsx'),
      openNamedModel(named, onProgress).finally(erase),
    ]);
    return explore(loaded, { text, state }, named);
  }
  process.stderr.write('attnscope: the explorer needs a terminal; this is what attnscope show prints\n');
  return print(await show(text ?? (options.state === undefined ? lessonSentence : null), options));
}

/** The state that is to be opened; null: none was given. */
function stateOption(text: string | null, options: Options): SavedState | null {
  if (options.state === undefined) return null;
  refuseBesideState(text, options);
  return decodeState(options.state);
}

async function show(given: string | null, options: Options): Promise<string> {
  const state = stateOption(given, options);
  const explorer =
    state === null
      ? createSession(loadNamedModel(options), readText(given ?? ''), options)
      : openState(state, loadNamedModel({ ...options, model: state.model }), options);
  const { isTTY, columns } = process.stdout;
  const view = options.view ?? (state === null ? 'weights' : viewOf(explorer));
  await prepareView(explorer, view);
  return showText(explorer, {
    columns: isTTY === true ? columns : null,
    depth: colourDepth({ option: options.color, env: process.env, isTTY: isTTY === true }),
    theme: themeByName(options.theme ?? defaultTheme.name) ?? defaultTheme,
    ascii: options.ascii === true,
    view,
  });
}

function print(answer: string): number {
  writeFully(1, answer);
  return 0;
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
