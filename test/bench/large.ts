import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { batch } from '@preact/signals-core';
import type { Model } from '../../src/core/model.ts';
import { loadModel } from '../../src/loaders/load-model.ts';
import { createStageRecorder } from '../../src/run/stage-recorder.ts';
import { createTraceGraph } from '../../src/run/trace-graph.ts';
import { createTraceInputs } from '../../src/run/trace-inputs.ts';
import { makeLargeModel } from '../support/large-model.ts';
import { ExplorerTerminal, program } from './explorer-terminal.ts';
import { besideAim, megabytes, milliseconds, printTable } from './report.ts';
import { median, quantile } from './statistics.ts';

/** Limit for the 95th percentile, in milliseconds, from a key to its letter on the screen. */
const echoAims = [
  { columns: 80, rows: 24, aimMs: 25 },
  { columns: 120, rows: 40, aimMs: 40 },
] as const;

const typed = 'the boat drifted toward the river bank and we all went ';
/** Human typing speed. */
const betweenKeysMs = 110;
const runs = 7;

/** Models of the size of BERT-base and GPT-2: keys never wait for numbers, and known numbers are not recomputed. */
export async function benchLarge(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'attnscope-bench-'));
  try {
    for (const kind of ['bert', 'gpt2'] as const) makeLargeModel(join(folder, kind), kind);
    await benchEcho(join(folder, 'bert'));
    benchReuse(join(folder, 'bert'), join(folder, 'gpt2'));
    benchLoading(join(folder, 'bert'));
    await benchLongText(join(folder, 'bert'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function benchEcho(model: string): Promise<void> {
  const rows: string[][] = [];
  for (const { columns, rows: height, aimMs } of echoAims) {
    const explorer = new ExplorerTerminal({ columns, rows: height, model });
    try {
      await explorer.terminal.waitFor((text) => text.includes('Ctrl-C'), 60_000);
      const times: number[] = [];
      for (const letter of typed) {
        times.push(await explorer.echo(letter));
        await sleep(betweenKeysMs);
      }
      const late = quantile(times, 0.95);
      rows.push([
        `${columns}×${height}`,
        milliseconds(median(times)),
        milliseconds(late),
        besideAim(late, aimMs),
        String(times.length),
      ]);
    } finally {
      await explorer.close();
    }
  }
  printTable(
    'From a key to its letter on the screen, a model of BERT-base size computing meanwhile, ms',
    ['', 'ms', '95 %', 'aim', 'keys'],
    rows,
  );
}

/** A model and its inputs as signals. */
function traced(model: Model) {
  const inputs = createTraceInputs(model);
  const recorder = createStageRecorder();
  return { tokens: inputs.tokens, trace: createTraceGraph(inputs, recorder).trace, recorder };
}

const idsOf = (count: number, seed: number) =>
  Array.from({ length: count }, (_, i) => 5 + ((i * 7919 + seed * 104_729) % 90));

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function benchReuse(bert: string, gpt2: string): void {
  const encoder = traced(loadModel(bert, 'bert').model);
  const decoder = traced(loadModel(gpt2, 'gpt2').model);
  const lastOf = ({ trace }: ReturnType<typeof traced>) => void trace.value.layers.at(-1)?.residPost;
  const set = ({ tokens }: ReturnType<typeof traced>, ids: number[]) =>
    batch(() => {
      tokens.value = { ids, typeIds: null };
    });
  const measure = (prepare: (run: number) => void, work: (run: number) => void) =>
    median(
      Array.from({ length: runs }, (_, run) => {
        prepare(run);
        return timed(() => work(run));
      }),
    );
  const nothing = (one: ReturnType<typeof traced>) => () => {
    set(one, []);
    lastOf(one);
  };
  for (const one of [encoder, decoder])
    for (const count of [32, 128]) {
      set(one, idsOf(count, 99));
      lastOf(one);
    }
  const full = measure(nothing(encoder), (run) => {
    set(encoder, idsOf(32, run));
    lastOf(encoder);
  });
  encoder.recorder.takeRuns();
  const third = measure(nothing(encoder), (run) => {
    set(encoder, idsOf(32, run));
    encoder.recorder.takeRuns();
    void encoder.trace.value.layers[2]?.attentionWeights;
  });
  const layersRun = new Set(Object.keys(encoder.recorder.takeRuns()).map((name) => name.split(' ')[0]));
  const changed = measure(
    (run) => {
      set(encoder, idsOf(32, run));
      lastOf(encoder);
    },
    (run) => {
      set(encoder, idsOf(32, run).with(16, 3));
      lastOf(encoder);
    },
  );
  const whole = measure(nothing(decoder), (run) => {
    set(decoder, idsOf(128, run));
    lastOf(decoder);
  });
  const before = (run: number) => {
    set(decoder, idsOf(128, run));
    lastOf(decoder);
  };
  const appended = measure(before, (run) => {
    set(decoder, [...idsOf(128, run), 3]);
    lastOf(decoder);
  });
  const middle = measure(before, (run) => {
    set(decoder, idsOf(128, run).with(64, 3));
    lastOf(decoder);
  });
  const row = (name: string, ms: number, of: number, aim?: number) => [
    name,
    milliseconds(ms),
    (ms / of).toFixed(2),
    aim === undefined ? '' : besideAim(ms / of, aim),
  ];
  printTable(
    'Not computing: ms, and as a share of the whole pass',
    ['', 'ms', 'share', 'aim'],
    [
      row('BERT-base size, 32 tokens: all 12 layers', full, full),
      row(
        `weights of layer 2 alone (ran: ${[...layersRun].filter((name) => /^L\d/.test(name ?? '')).join(' ')})`,
        third,
        full,
      ),
      row('one token of 32 changed', changed, full),
      row('GPT-2 size, 128 tokens: all 12 layers', whole, whole),
      row('one token appended to 128', appended, whole, 0.15),
      row('the 65th of 128 changed', middle, whole),
    ],
  );
}

function benchLoading(model: string): void {
  const peakOf = (name: string) => {
    const script = `
      const { spawnSync } = require('node:child_process');
      const { readFileSync } = require('node:fs');
      process.on('exit', () => process.stderr.write(String(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])));
      process.argv = ['node', 'attnscope', 'trace', 'the cat', '--json', '--model', ${JSON.stringify(name)}];
      import(${JSON.stringify(program)});
    `;
    const start = performance.now();
    const { stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', maxBuffer: 1 << 28 });
    return { bytes: 1024 * Number(stderr.trim()), elapsedMs: performance.now() - start };
  };
  const without = peakOf('example');
  const { bytes, elapsedMs } = peakOf(model);
  const weights = loadModel(model, 'bert').sizeBytes;
  const growth = bytes - without.bytes;
  printTable(
    'Loading a model of BERT-base size, float32',
    ['', 'MB', 'of the weights', 'aim'],
    [
      ['weights', megabytes(weights), '', ''],
      [
        'growth of peak resident memory',
        megabytes(growth),
        (growth / weights).toFixed(2),
        besideAim(growth / weights, 1.3),
      ],
      [
        `whole command: ${milliseconds(elapsedMs - without.elapsedMs)} ms more than with the worked example`,
        '',
        '',
        '',
      ],
    ],
  );
}

async function benchLongText(model: string): Promise<void> {
  const text = Array.from({ length: 255 }, (_, i) => (i % 2 === 0 ? 'cat' : 'sat')).join(' ');
  const explorer = new ExplorerTerminal({ columns: 120, rows: 40, model, text });
  try {
    await explorer.firstFrame();
    const letters: number[] = [];
    for (const letter of 'abcdef') {
      letters.push(await explorer.firstByte(letter));
      await sleep(betweenKeysMs);
    }
    const memory = explorer.memory();
    const title = explorer.terminal.screen()[0] ?? '';
    printTable(
      `512 tokens, BERT-base size: ${title.trim().split(/ {2,}/).slice(-2).join(', ')}`,
      ['', ''],
      [
        ['from a key to the first byte of its frame, median ms', milliseconds(median(letters))],
        ['resident memory, MB', memory === null ? '?' : megabytes(memory.residentBytes)],
        ['at most, MB', memory === null ? '?' : megabytes(memory.peakBytes)],
      ],
    );
  } finally {
    await explorer.close();
  }
}
