import { spawn } from 'node:child_process';
import { type ExplorerOptions, ExplorerTerminal, program } from './explorer-terminal.ts';
import { besideAim, megabytes, milliseconds, printTable } from './report.ts';
import { median, quantile } from './statistics.ts';

const sentence = 'The boat drifted toward the river bank and we watched';
const screen = { columns: 120, rows: 40 } as const;
const runs = 10;
const keysBeforeMemory = 200;
const aims = { startMs: 600, residentBytes: 200e6 } as const;

/** Measures start time and memory use of the program. */
export async function benchStart(): Promise<void> {
  // A first start fills Node's compile cache and the system's file cache.
  await startExplorer({ ...screen, text: sentence });
  const measured = new Map<string, number[]>();
  for (let run = 0; run < runs; run++) {
    for (const [name, once] of kinds) measured.set(name, [...(measured.get(name) ?? []), await once()]);
  }
  const rows = [...measured].map(([name, times]) => [
    name,
    milliseconds(median(times)),
    milliseconds(quantile(times, 0.95)),
    name.startsWith('explorer') ? besideAim(median(times), aims.startMs) : '',
    String(times.length),
  ]);
  printTable('Start, ms, from the command', ['', 'median', '95 %', 'aim', 'runs'], rows);
  await benchMemory();
}

const kinds: readonly (readonly [string, () => Promise<number>])[] = [
  ['node -e 0', () => runToEnd(['-e', '0'])],
  ['attnscope --version', () => runToEnd([program, '--version'])],
  ['attnscope trace TEXT --json', () => runToEnd([program, 'trace', sentence, '--json'])],
  ['explorer, empty, first frame', () => startExplorer(screen)],
  ['explorer TEXT, first frame with weights', () => startExplorer({ ...screen, text: sentence })],
];

async function startExplorer(options: ExplorerOptions): Promise<number> {
  const explorer = new ExplorerTerminal(options);
  try {
    return await explorer.firstFrame();
  } finally {
    await explorer.close();
  }
}

function runToEnd(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.resume();
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(performance.now() - start);
      else reject(new Error(`node ${args.join(' ')} ended with ${code}`));
    });
  });
}

async function benchMemory(): Promise<void> {
  const explorer = new ExplorerTerminal({ ...screen, text: sentence });
  try {
    await explorer.firstFrame();
    const before = explorer.memory();
    const letters = ' and saw the water rise';
    for (let i = 0; i < keysBeforeMemory; i++) {
      const isTyping = Math.floor(i / letters.length) % 2 === 0;
      await explorer.press(isTyping ? letters.charAt(i % letters.length) : '\x7f');
    }
    const after = explorer.memory();
    const rows = [
      ['after the first frame', before],
      [`after ${keysBeforeMemory} keys`, after],
    ] as const;
    printTable(
      'Memory of the explorer, MB',
      ['', 'resident', 'aim', 'at most'],
      rows.map(([name, memory]) =>
        memory === null
          ? [name, 'not told by this system']
          : [
              name,
              megabytes(memory.residentBytes),
              besideAim(memory.residentBytes / 1e6, aims.residentBytes / 1e6),
              megabytes(memory.peakBytes),
            ],
      ),
    );
  } finally {
    await explorer.close();
  }
}
