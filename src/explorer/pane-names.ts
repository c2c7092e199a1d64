// Made by scripts/build/panes.ts from the folders of src/panes: a new pane is a folder, not a line here.
import type { Need } from '../run/run.ts';

/** The panes, in the order of Tab. */
export const paneNames = [
  'attention',
  'qkv',
  'scores',
  'context',
  'maps',
  'derivation',
  'steps',
  'grid',
  'head-scores',
  'mix',
  'curves',
  'sentences',
  'word',
  'changes',
  'ablation',
] as const;
export type PaneName = (typeof paneNames)[number];

/** Those that compare two sentences. */
export const panesOfTwo: ReadonlySet<PaneName> = new Set<PaneName>(['sentences', 'word']);

/** Their names for `--view`. */
export const paneViews = {
  attention: 'weights',
  qkv: 'qkv',
  scores: 'scores',
  context: 'context',
  maps: 'maps',
  derivation: 'trace',
  steps: 'steps',
  grid: 'grid',
  'head-scores': 'heads',
  mix: 'mix',
  curves: 'curves',
  sentences: 'pair',
  word: 'word',
  changes: 'changes',
  ablation: 'sweep',
} as const satisfies Readonly<Record<PaneName, string>>;

/** What each asks of a run beyond the trace. */
export const paneNeeds: Readonly<Partial<Record<PaneName, readonly Need[]>>> = {
  derivation: ['derivation'],
  steps: ['end', 'tokenSteps'],
  mix: ['contributions'],
  word: ['word'],
  changes: ['changes'],
};
