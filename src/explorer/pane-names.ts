// Made by scripts/build/panes.ts from the folders of src/panes: a new pane is a folder, not a line here.
import type { Need } from '../run/run.ts';

/** The panes, in the order of Tab. */
export const paneNames = [
  'attention',
  'qkv',
  'scores',
  'context',
  'heads',
  'trace',
  'steps',
  'grid',
  'roles',
  'mix',
  'curves',
  'pair',
  'word',
  'changes',
  'sweep',
] as const;
export type PaneName = (typeof paneNames)[number];

/** Those that are all in view where there is room. */
export const corePanes: readonly PaneName[] = ['attention', 'qkv', 'scores', 'context', 'heads'];

/** Those that compare two sentences. */
export const panesOfTwo: ReadonlySet<PaneName> = new Set<PaneName>(['pair', 'word']);

/** Their names for `--view`. */
export const paneViews = {
  attention: 'weights',
  qkv: 'qkv',
  scores: 'scores',
  context: 'context',
  heads: 'maps',
  trace: 'trace',
  steps: 'steps',
  grid: 'grid',
  roles: 'heads',
  mix: 'mix',
  curves: 'curves',
  pair: 'pair',
  word: 'word',
  changes: 'changes',
  sweep: 'sweep',
} as const satisfies Readonly<Record<PaneName, string>>;

/** What each asks of a run beyond the trace. */
export const paneNeeds: Readonly<Partial<Record<PaneName, readonly Need[]>>> = {
  trace: ['derivation'],
  steps: ['end'],
  mix: ['contributions'],
  word: ['word'],
  changes: ['changes'],
};
