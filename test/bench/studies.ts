import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createActions } from '../../src/explorer/actions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { createScreen } from '../../src/explorer/screen.ts';
import { createStudyActions } from '../../src/explorer/study-actions.ts';
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
export async function benchStudies(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'attnscope-bench-'));
  try {
    makeLargeModel(join(folder, 'bert'), 'bert');
    measure(join(folder, 'bert'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measure(directory: string): void {
  const explorer = createExplorer({ loaded: loadModel(directory, 'bert'), text: '', columns: 120, rows: 40 });
  const screen = createScreen(explorer);
  const actions = createActions(explorer);
  const studies = createStudyActions(explorer);
  const steps: readonly (readonly [name: string, work: () => void])[] = [
    ['all heads, opened', () => actions.showPane('grid')],
    ['all heads, the next head', () => actions.moveHead(1)],
    ['what heads do, opened', () => actions.showPane('roles')],
    ['what heads do, sorted by another score', () => studies.moveSort(1)],
    ['how it is made, opened', () => studies.traceSelected()],
    ['how it is made, into an operand', () => void studies.traceOperand()],
    ['heads through W_O, opened', () => actions.showPane('mix')],
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
