import { EventEmitter } from 'node:events';
import { computed } from '@preact/signals-core';
import chalk from 'chalk';
import { render } from 'ink';
import { App } from '../../src/app/app.tsx';
import type { Options } from '../../src/app/command-table.ts';
import { createController } from '../../src/app/controller.ts';
import type { Controller } from '../../src/app/controller-type.ts';
import { createSession } from '../../src/app/explorer-session.ts';
import { pressKey } from '../../src/app/keys/press-key.ts';
import { pressOverlayKey } from '../../src/app/overlay-keys.ts';
import { shownTheme } from '../../src/app/theme-choice.ts';
import type { Explorer } from '../../src/explorer/explorer.ts';
import { createCompositor } from '../../src/terminal/canvas/compositor.ts';
import { CompositorContext } from '../../src/terminal/canvas/compositor-context.ts';
import type { Grid } from '../../src/terminal/canvas/grid.ts';
import { hfModel } from './hf-models.ts';
import { builtInModel } from './models.ts';

const models = {
  'use-lite': builtInModel('use-lite'),
  example: builtInModel('example'),
  gpt2: hfModel('gpt2'),
  t5: hfModel('t5'),
};

/** The reported time of every computation, fixed so that screens are reproducible. */
export const fixedMs = 12;

export interface ScreenOptions {
  readonly columns: number;
  readonly rows: number;
  readonly text?: string;
  readonly model?: keyof typeof models;
  readonly options?: Options;
}

export interface ExplorerScreen {
  readonly controller: Controller;
  /** Presses keys by `keyName`'s names; a single letter types or runs a command. */
  press(...names: string[]): void;
  resize(columns: number, rows: number): void;
  /** The screen after everything is drawn. */
  picture(): Promise<Grid>;
  close(): void;
}

/** The explorer as `attnscope` opens it, drawn on a grid of cells instead of a terminal. */
export function openScreen({
  columns,
  rows,
  text = '',
  model = 'use-lite',
  options = {},
}: ScreenOptions): ExplorerScreen {
  chalk.level = 3;
  const explorer = timeless(createSession(models[model], text, options));
  explorer.inputs.columns.value = columns;
  explorer.inputs.rows.value = rows;
  const depth = '256';
  const output = { columns, rows, write: () => true, once: () => {} };
  const compositor = createCompositor({ output, depth, synchronized: true });
  const controller = createController(explorer, {
    choices: [
      { name: 'use-lite', note: '2 layers, 4 heads' },
      { name: 'example', note: '1 layer, 1 head' },
    ],
    load: async (name) => models[name === 'example' ? 'example' : 'use-lite'],
    loadExample: () => models.example,
    redraw: () => compositor.invalidate(),
    keepLine: () => ({ isSentToClipboard: true, isPrintedOnLeaving: true }),
  });
  if (options.focus === 'panes') controller.focus.value = 'panes';
  const paint = computed(() => ({ theme: shownTheme(explorer), depth, ascii: options.ascii === true }) as const);
  const ink = render(
    <CompositorContext value={compositor}>
      <App controller={controller} paint={paint} setCursor={(place) => compositor.setCursor(place)} />
    </CompositorContext>,
    {
      stdout: compositor.inkStdout,
      stdin: new SilentInput() as never,
      debug: true,
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  );
  return {
    controller,
    press: (...names) => {
      for (const name of names) {
        const press = { name, text: name.length === 1 ? name : name === 'space' ? ' ' : null };
        const overlay = controller.overlay.peek();
        if (overlay === null) pressKey(controller, press);
        else pressOverlayKey(controller, overlay, press);
      }
    },
    resize: (newColumns, newRows) => {
      explorer.inputs.columns.value = newColumns;
      explorer.inputs.rows.value = newRows;
      compositor.resize(newColumns, newRows);
    },
    picture: async () => {
      while (explorer.run.peek().status.peek().isComputing) await new Promise((resolve) => setImmediate(resolve));
      await ink.waitUntilRenderFlush();
      compositor.flush();
      return compositor.picture;
    },
    close: () => {
      ink.unmount();
      compositor.close();
    },
  };
}

function timeless(explorer: Explorer): Explorer {
  const { recorder } = explorer;
  const { takeElapsedMs } = recorder;
  Object.assign(recorder, { takeElapsedMs: () => (takeElapsedMs() === null ? null : fixedMs) });
  return explorer;
}

/** A terminal input in raw mode without any typing. */
class SilentInput extends EventEmitter {
  readonly isTTY = true;
  setRawMode = (): this => this;
  setEncoding = (): this => this;
  resume = (): this => this;
  pause = (): this => this;
  ref = (): this => this;
  unref = (): this => this;
  read = (): null => null;
}
