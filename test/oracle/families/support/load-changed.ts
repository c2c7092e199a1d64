import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadFamily } from '../../../support/load-family.ts';
import { writeModelFolder } from './model-folder.ts';
import type { Config } from './reference.ts';
import { renamed } from './seq2seq.ts';
import { randomTensors, type Shapes } from './weights.ts';

/** Loads the first model of a family with a changed configuration, and with tensors renamed or (null) left out. */
export function loadChanged<Settings>(
  family: {
    readonly name: string;
    readonly shapes: (settings: Settings) => Shapes;
    readonly variants: readonly { readonly settings: Settings; readonly config: Config }[];
  },
  changes: Config,
  rename: (name: string) => string | null = (name) => name,
): void {
  const { settings, config } = family.variants[0]!;
  const directory = mkdtempSync(join(tmpdir(), `attnscope-changed-${family.name}-`));
  try {
    writeModelFolder(directory, { ...config, ...changes }, renamed(randomTensors(family.shapes(settings), 1), rename));
    loadFamily(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
