import { builtInModel } from '../support/models.ts';
import { type ExplorerOptions, ExplorerTerminal, type KeyTime } from './explorer-terminal.ts';
import { besideAim, kilobytes, milliseconds, printTable } from './report.ts';
import { median, quantile } from './statistics.ts';

/** 12 tokens, including the word being typed. */
const sentence = 'The boat drifted toward the river bank and we';
const sentenceTokens = 11;
const typedWords = [' river', ' tree', ' night', ' house', ' money', ' point', ' state', ' woman', ' paper', ' light'];
const keysPerAction = 60;
const warmUpKeys = 15;

const deleteWord = '\x17';
const alt = { up: '\x1b[1;3A', down: '\x1b[1;3B', right: '\x1b[1;3C', left: '\x1b[1;3D' } as const;
const page = { up: '\x1b[5~', down: '\x1b[6~' } as const;

const screens = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 50 },
] as const;

const aimColumns = 120;

/** Aims at 120 × 40: milliseconds and bytes, at the median. */
const aims = {
  letter: { elapsedMs: 80, sizeBytes: 8000 },
  move: { elapsedMs: 10, sizeBytes: 1000 },
} as const;

/** From the byte of a key on a pseudo-terminal to the last byte of its frame. */
export async function benchTyping(): Promise<void> {
  const counted = builtInModel('use-lite').tokenizer.tokenize(sentence).length;
  if (counted !== sentenceTokens) throw new Error(`"${sentence}" has ${counted} tokens, expected ${sentenceTokens}`);
  for (const color of ['truecolor', '256'] as const) {
    const rows: string[][] = [];
    // Colour affects bytes, hardly time: one size shows how much.
    const sizes = color === 'truecolor' ? screens : screens.filter(({ columns }) => columns === aimColumns);
    for (const screen of sizes) rows.push(...(await benchScreen({ ...screen, text: sentence, color })));
    printTable(
      `From a key to the last byte of its frame, about 12 tokens, ${color === '256' ? '256 colours' : 'true colour'}`,
      ['', 'ms', '95 %', 'cold ms', 'aim', 'KB', '95 %', 'aim', 'frames', 'keys'],
      rows,
    );
  }
}

async function benchScreen(options: ExplorerOptions): Promise<string[][]> {
  const explorer = new ExplorerTerminal(options);
  try {
    await explorer.firstFrame();
    const name = `${options.columns}×${options.rows}`;
    const hasAim = options.columns === aimColumns;
    const cold = await pressAll(explorer, lettersFor(warmUpKeys));
    const letters = await pressAll(explorer, lettersFor(keysPerAction));
    const key = await pressAll(explorer, steps(alt.left, alt.right));
    const query = await pressAll(explorer, steps(alt.up, alt.down));
    const head = await pressAll(explorer, steps(page.down, page.up));
    return [
      row(`${name} letter`, letters, hasAim ? aims.letter : null, cold),
      row(`${name} key ±1`, key, hasAim ? aims.move : null),
      row(`${name} query ±1`, query, hasAim ? aims.move : null),
      row(`${name} head ±1`, head, null),
    ];
  } finally {
    await explorer.close();
  }
}

/** Types letters of different words and deletes each before the next; times only the letters. */
function lettersFor(count: number): { keys: string[]; untimed: ReadonlySet<string> } {
  const keys: string[] = [];
  for (let letters = 0, word = 0; letters < count; word++) {
    const typed = [...(typedWords[word % typedWords.length] ?? '')];
    keys.push(...typed, deleteWord, '\x7f');
    letters += typed.length;
  }
  return { keys, untimed: new Set([deleteWord, '\x7f']) };
}

/** Five steps forth and five back, so that the selection never reaches an end. */
function steps(there: string, back: string): { keys: string[]; untimed: ReadonlySet<string> } {
  const keys = Array.from({ length: keysPerAction + 5 }, (_, i) => (Math.floor(i / 5) % 2 === 0 ? there : back));
  return { keys, untimed: new Set() };
}

async function pressAll(
  explorer: ExplorerTerminal,
  { keys, untimed }: { keys: readonly string[]; untimed: ReadonlySet<string> },
): Promise<KeyTime[]> {
  const times: KeyTime[] = [];
  for (const key of keys) {
    const time = await explorer.press(key);
    if (time !== null && !untimed.has(key)) times.push(time);
  }
  return times;
}

function row(
  name: string,
  times: readonly KeyTime[],
  aim: { elapsedMs: number; sizeBytes: number } | null,
  cold: readonly KeyTime[] = [],
): string[] {
  const elapsed = times.map(({ elapsedMs }) => elapsedMs);
  const sizes = times.map(({ sizeBytes }) => sizeBytes);
  return [
    name,
    milliseconds(median(elapsed)),
    milliseconds(quantile(elapsed, 0.95)),
    cold.length === 0 ? '' : milliseconds(median(cold.map(({ elapsedMs }) => elapsedMs))),
    aim === null ? '' : besideAim(median(elapsed), aim.elapsedMs),
    kilobytes(median(sizes)),
    kilobytes(quantile(sizes, 0.95)),
    aim === null ? '' : besideAim(median(sizes) / 1000, aim.sizeBytes / 1000),
    (times.reduce((sum, { frames }) => sum + frames, 0) / times.length).toFixed(1),
    String(times.length),
  ];
}
