import type { Need } from '../run/run.ts';

/** What the reader points at; all indices from 0. */
export interface Selection {
  readonly layer: number;
  readonly head: number;
  readonly query: number;
  readonly key: number;
  /** The matrix and the column that the Q, K, V pane points at. */
  readonly matrix: 'q' | 'k' | 'v';
  readonly dimension: number;
}

/** The panes that are all in view where there is room, in the order of their digits. */
export const corePanes = ['attention', 'qkv', 'scores', 'context', 'heads'] as const;

/** The panes that take the room of others when they are chosen, in the order of their digits, 0 last. */
export const studyPanes = [
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

/** Those of them that take the whole screen. */
export const wholePanes: ReadonlySet<string> = new Set(['grid', 'roles', 'pair', 'word', 'changes', 'sweep']);

/** Those that are of two sentences. */
export const panesOfTwo: ReadonlySet<string> = new Set(['pair', 'word']);

/** The panes that can be the main one. */
export const paneNames = [...corePanes, ...studyPanes] as const;
export type PaneName = (typeof paneNames)[number];

/** The key that brings a pane to the front. */
export const paneKeys: Readonly<Record<PaneName, string>> = {
  attention: '1',
  qkv: '2',
  scores: '3',
  context: '4',
  heads: '5',
  trace: '6',
  steps: '7',
  grid: '8',
  roles: '9',
  mix: '0',
  curves: 'v',
  pair: 'b',
  word: 'y',
  changes: 'd',
  sweep: 'z',
};

/** The key that takes back each kind of change in the computation. */
export const interventionKeys = {
  mask: 'c',
  scale: 'u',
  factor: 'F',
  heads: 'X',
  ablation: 'Z',
  hiddenKeys: 'G',
  swap: 'S',
  edits: '-',
  renormalise: 'N',
  all: 'r',
} as const;

/** How the attention of the selected head is looked at: the softmax weights, or what follows from them. */
export const lenses = ['weights', 'norms', 'no sink', 'rollout'] as const;
export type Lens = (typeof lenses)[number];

export const paneTitles: Readonly<Record<PaneName, string>> = {
  attention: 'attention',
  qkv: 'Q K V',
  scores: 'scores',
  context: 'context',
  heads: 'heads',
  trace: 'how it is made',
  steps: 'step by step',
  grid: 'all heads',
  roles: 'what heads do',
  mix: 'heads through W_O',
  curves: 'curves',
  pair: 'two sentences',
  word: 'one word in both',
  changes: 'what changed',
  sweep: 'each head off in turn',
};

/** What a pane needs of a run beyond its trace. */
export const paneNeeds: Readonly<Partial<Record<PaneName, readonly Need[]>>> = {
  trace: ['derivation'],
  steps: ['end'],
  mix: ['contributions'],
  word: ['word'],
  changes: ['changes'],
};
