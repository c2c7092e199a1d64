import { batch, computed, effect, signal } from '@preact/signals-core';
import chalk from 'chalk';
import { render } from 'ink';
import type { Explorer } from '../explorer/explorer.ts';
import { panesOfTwo } from '../explorer/pane-names.ts';
import { hubCacheDirectory } from '../loaders/hub/cache-paths.ts';
import { listCachedModels, listModels, type ModelSummary } from '../loaders/list-models.ts';
import { panes } from '../panes/all.ts';
import { createCompositor } from '../terminal/canvas/compositor.ts';
import { CompositorContext } from '../terminal/canvas/compositor-context.ts';
import type { Colour } from '../terminal/colour/colour.ts';
import { type ColourDepth, colourDepth } from '../terminal/colour/depth.ts';
import { GroundQuestion, groundHint } from '../terminal/colour/ground.ts';
import { suitsGround } from '../terminal/colour/theme.ts';
import { createInputStream } from '../terminal/input/input-stream.ts';
import type { Paint } from '../terminal/paint.ts';
import { guardTerminal } from '../terminal/terminal-guard.ts';
import { App } from './app.tsx';
import { builtInDirectory } from './built-in-directory.ts';
import type { Options } from './command-table.ts';
import { createController } from './controller.ts';
import type { ControllerHost, ModelChoice } from './controller-type.ts';
import { createSession, loadNamedModel, type OpenedModel, openNamedModel } from './explorer-session.ts';
import { sizeText } from './size-text.ts';
import { shownTheme } from './theme-choice.ts';

/** Opens the explorer of a model on the terminal and returns when the reader leaves it. */
export async function explore(loaded: OpenedModel, text: string, options: Options): Promise<number> {
  const explorer = createSession(loaded, text, options);
  // An empty second sentence has a line to type into.
  if (panesOfTwo.has(explorer.inputs.pane.peek())) explorer.inputs.sentenceB.value ??= '';
  const { stdin, stdout } = process;
  const depth = colourDepth({ option: options.color, env: process.env, isTTY: true });
  // tmux repaints the whole pane for each synchronized update, so they cost more than they save.
  const synchronized = options.synchronized !== false && process.env.TMUX === undefined;
  const compositor = createCompositor({ output: stdout, depth, synchronized });
  let lastLine: string | null = null;
  const guard = guardTerminal({
    stdin,
    stdout,
    bracketedPaste: true,
    onLeave: () => compositor.close(),
    lastWords: () => (lastLine === null ? '' : `${lastLine}\n`),
    onResume: () => compositor.invalidate(),
  });
  const resize = () => followSize(explorer, stdout.columns, stdout.rows);
  resize();
  const host = Object.assign(modelHost(options, loaded), {
    redraw: () => compositor.invalidate(),
    keepLine: (line: string) => {
      lastLine = line;
      // These terminals know no such sequence.
      const isSentToClipboard = !/^(linux|dumb)/.test(process.env.TERM ?? '');
      if (isSentToClipboard) stdout.write(toClipboard(line));
      return { isSentToClipboard, isPrintedOnLeaving: true };
    },
  });
  const controller = createController(explorer, host);
  if (options.focus === 'panes') controller.focus.value = 'panes';
  // A worker needs a first question.
  controller.change(() => {});
  const ends = panes.map((pane) => pane.follow?.(explorer));
  const { terminal } = explorer.inputs;
  terminal.value = { ground: groundHint(process.env), hasColours: depth !== 'none' };
  const answered = signal<Colour | null>(null);
  const question = new GroundQuestion((ground) =>
    batch(() => {
      answered.value = ground;
      terminal.value = { ...terminal.peek(), ground };
    }),
  );
  const input = createInputStream(stdin, {
    onEnd: () => controller.quit(),
    onReply: (reply) => question.take(reply),
  });
  const paint = computed((): Paint => ({ theme: shownTheme(explorer), depth, ascii: options.ascii === true }));
  // The compositor reduces Ink's own colours to those of the terminal.
  chalk.level = 3;
  guard.enter();
  if (canBeAsked(depth, process.env)) {
    input.setRawMode(true);
    input.start();
    await question.ask((text) => stdout.write(text), patienceMs);
  }
  const endGround = effect(() => compositor.setGround(groundToPaint(paint.value, answered.value)));
  const onResize = () => {
    resize();
    compositor.resize(stdout.columns, stdout.rows);
  };
  stdout.on('resize', onResize);
  const ink = render(
    <CompositorContext value={compositor}>
      <App controller={controller} paint={paint} setCursor={(place) => compositor.setCursor(place)} />
    </CompositorContext>,
    {
      stdout: compositor.inkStdout,
      stdin: input as never,
      debug: true,
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  );
  try {
    // Ink only exits by itself if a component threw.
    await Promise.race([controller.left, ink.waitUntilExit()]);
  } catch (error) {
    guard.fail(error);
  }
  for (const end of [...ends, endGround]) end?.();
  stdout.off('resize', onResize);
  ink.unmount();
  input.close();
  guard.leave();
  return 0;
}

/** How long the first frame waits for the terminal's background; a terminal here answers within a few milliseconds. */
const patienceMs = 100;

/** Whether to ask for the background: the Linux console would show the question. */
function canBeAsked(depth: ColourDepth, { TERM }: NodeJS.ProcessEnv): boolean {
  return depth !== 'none' && TERM !== 'linux';
}

/** The colours to paint where a cell has none; null: the terminal's own serve, as it said. */
function groundToPaint({ theme, depth }: Paint, answered: Colour | null) {
  if (depth === 'none' || (answered !== null && suitsGround(theme, answered))) return null;
  return { fg: theme.text, bg: theme.ground };
}

/** Asks the terminal to put a text into the clipboard (OSC 52 of xterm's control sequences). */
function toClipboard(text: string): string {
  return `\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`;
}

function followSize({ inputs }: Explorer, columns: number, rows: number): void {
  inputs.columns.value = columns;
  inputs.rows.value = rows;
}

type Sizes = Pick<ModelSummary, 'usable' | 'why' | 'layers' | 'heads' | 'hiddenSize' | 'sizeBytes'>;

function modelNote({ usable, why, layers, heads, hiddenSize, sizeBytes }: Sizes): string {
  if (!usable) return `cannot be used: ${why ?? 'unknown'}`;
  const sizes = [
    layers === null ? null : `${layers} layer${layers === 1 ? '' : 's'}`,
    heads === null ? null : `${heads} head${heads === 1 ? '' : 's'}`,
    hiddenSize === null ? null : `${hiddenSize} wide`,
    sizeBytes === null ? null : sizeText(sizeBytes),
  ];
  return sizes.filter((one) => one !== null).join(', ');
}

function choiceOf(model: ModelSummary): ModelChoice {
  return { name: model.name, note: modelNote(model), problem: model.usable ? null : (model.why ?? 'unknown') };
}

/** The opened model, if it is a folder outside the lists. */
function namedFolder({ model, sizeBytes }: OpenedModel, listed: readonly ModelSummary[]): ModelChoice[] {
  if (listed.some(({ name }) => name === model.name)) return [];
  const { name, numHiddenLayers: layers, numAttentionHeads: heads, hiddenSize } = model;
  const note = modelNote({ usable: true, why: null, layers, heads, hiddenSize, sizeBytes });
  return [{ name, note, problem: null }];
}

/** Lists the models only when the reader wants to choose one. */
function modelHost(options: Options, opened: OpenedModel): Pick<ControllerHost, 'choices' | 'load' | 'loadExample'> {
  let models: readonly ModelSummary[] | null = null;
  const all = () => {
    models ??= [...listModels(builtInDirectory()), ...listCachedModels(hubCacheDirectory())];
    return models;
  };
  let choices: ModelChoice[] | null = null;
  return {
    get choices() {
      choices ??= [...namedFolder(opened, all()), ...all().map(choiceOf)];
      return choices;
    },
    load: async (name, onProgress, signal) => {
      try {
        const isOpened = name === opened.model.name && options.model !== undefined;
        return await openNamedModel(isOpened ? options : { ...options, model: name }, onProgress, signal);
      } catch (error) {
        // The path of a snapshot is too long for a line of the screen.
        const directory = all().find((model) => model.name === name)?.directory;
        if (!(error instanceof Error) || directory === undefined) throw error;
        throw new Error(`${name}: ${error.message.replaceAll(`${directory}/`, '')}`, { cause: error });
      }
    },
    loadExample: () => loadNamedModel({ ...options, model: 'example' }),
  };
}
