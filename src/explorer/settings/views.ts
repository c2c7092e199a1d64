import type { Lens, PaneName } from '../selection.ts';

/** The values of --view. The first pane has one for each of its lenses. */
export const viewNames = [
  'weights',
  'norms',
  'no-sink',
  'rollout',
  'qkv',
  'scores',
  'context',
  'maps',
  'grid',
  'heads',
  'trace',
  'steps',
  'mix',
  'curves',
  'pair',
  'word',
  'changes',
  'sweep',
] as const;
export type ViewName = (typeof viewNames)[number];

const lensNames = new Map<string, Lens>([
  ['norms', 'norms'],
  ['no-sink', 'no sink'],
  ['rollout', 'rollout'],
]);
/** The views whose pane has another name. */
const paneNames = new Map<string, PaneName>([
  ['weights', 'attention'],
  ['maps', 'heads'],
  ['heads', 'roles'],
]);

export function lensOf(view: string): Lens {
  return lensNames.get(view) ?? 'weights';
}

export function paneOf(view: ViewName): PaneName {
  return lensNames.has(view) ? 'attention' : (paneNames.get(view) ?? (view as PaneName));
}

/** The view of a pane and a lens; only the first pane uses the lens. */
export function viewOf(pane: PaneName, lens: Lens): ViewName {
  const seen = pane === 'attention' ? lens : 'weights';
  return viewNames.find((view) => paneOf(view) === pane && lensOf(view) === seen) ?? 'weights';
}
