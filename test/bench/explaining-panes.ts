import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createController } from '../../src/app/controller.ts';
import { pressKey } from '../../src/app/keys/press-key.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { loadModel } from '../../src/loaders/load-model.ts';
import { makeLargeModel } from '../support/large-model.ts';
import { besideAim, milliseconds, printTable } from './report.ts';
import { median } from './statistics.ts';

const runs = 15;
/** Two frames at 60 Hz. */
const aimMs = 33;
/** 31 or 32 tokens, including the ones that the tokenizer adds. */
const words = 'the cat sat on the mat and the dog ran to it '.repeat(4).trim().split(' ');
const wordsOfText = 21;

/** Time of the explaining panes beyond the forward pass, for a model of 12 × 12 heads over 32 tokens. */
export async function benchExplainingPanes(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'attnscope-bench-'));
  try {
    makeLargeModel(join(folder, 'bert'), 'bert');
    measure(join(folder, 'bert'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function missing(): never {
  throw new Error('no other model is opened here');
}

function measure(directory: string): void {
  const explorer = createExplorer({ loaded: loadModel(directory, 'bert'), text: '', columns: 120, rows: 40 });
  const host = {
    choices: [],
    load: missing,
    loadExample: missing,
    redraw: () => {},
    keepLine: () => ({ isSentToClipboard: true, isPrintedOnLeaving: true }),
  };
  const controller = createController(explorer, host);
  const { actions, frame: screen } = controller;
  controller.focus.value = 'panes';
  const press = (name: string) => void pressKey(controller, { name, text: name });
  const steps: readonly (readonly [name: string, work: () => void])[] = [
    ['all heads, opened', () => press('8')],
    ['all heads, the next head', () => press('pagedown')],
    ['what heads do, opened', () => press('9')],
    ['what heads do, sorted by another score', () => press('right')],
    ['how it is made, opened', () => press('t')],
    ['how it is made, into an operand', () => press('enter')],
    ['heads through W_O, opened', () => press('0')],
  ];
  const times = new Map<string, number[]>();
  const note = (name: string, work: () => void) => {
    const start = performance.now();
    work();
    times.set(name, [...(times.get(name) ?? []), performance.now() - start]);
  };
  for (let run = 0; run < runs; run++) {
    actions.showPane('attention');
    actions.setText(words.slice(run, run + wordsOfText).join(' '));
    note('forward pass', () => void explorer.trace.value.layers.at(-1)?.residPost);
    void screen.value;
    for (const [name, work] of steps)
      note(name, () => {
        work();
        void screen.value;
      });
  }
  const rows = [...times].map(([name, all]) => [
    name,
    milliseconds(median(all)),
    name === 'forward pass' ? '' : besideAim(median(all), aimMs),
  ]);
  printTable(
    `Panes that explain, BERT-base size, ${explorer.tokens.value.keys.length} tokens`,
    ['', 'ms', 'aim'],
    rows,
  );
}
