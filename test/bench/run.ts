import { parseArgs } from 'node:util';
import { benchCompare } from './compare.ts';
import { benchExplainingPanes } from './explaining-panes.ts';
import { benchKernel } from './kernel.ts';
import { benchTraceSizes } from './kernel-traces.ts';
import { benchLarge } from './large.ts';
import { machineLine } from './report.ts';
import { benchStart } from './start.ts';
import { benchTrace } from './trace.ts';
import { benchTyping } from './typing.ts';

const parts: ReadonlyMap<string, () => Promise<void> | void> = new Map([
  ['kernel', benchKernel],
  ['sizes', benchTraceSizes],
  ['trace', benchTrace],
  ['typing', benchTyping],
  ['start', benchStart],
  ['large', benchLarge],
  ['explaining', benchExplainingPanes],
  ['compare', benchCompare],
]);

async function run(): Promise<number> {
  const usage = `usage: npm run bench [-- --only ${[...parts.keys()].join('|')}]`;
  const only = readOnly();
  if (only === null || (only !== undefined && !parts.has(only))) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  console.log(`attnscope benchmarks; ${machineLine()}`);
  const start = performance.now();
  for (const [name, part] of parts) if (only === undefined || only === name) await part();
  console.log(`\ntook ${((performance.now() - start) / 1000).toFixed(0)} s; an aim is kept ✓ or not ✗`);
  return 0;
}

/** The requested part; undefined: all; null: invalid arguments. */
function readOnly(): string | undefined | null {
  try {
    return parseArgs({ options: { only: { type: 'string' } } }).values.only;
  } catch {
    return null;
  }
}

process.exitCode = await run();
