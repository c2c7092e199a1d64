import type { Lens, PaneName } from '../selection.ts';

/** The names that --view has for the panes; the first pane also goes by the names of its lenses. */
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
/** The views that go by another name than their pane. */
const paneNames = new Map<string, PaneName>([
  ['weights', 'attention'],
  ['maps', 'heads'],
  ['heads', 'roles'],
]);

/** The lens that a view is seen through. */
export function lensOf(view: string): Lens {
  return lensNames.get(view) ?? 'weights';
}

/** The pane that a view is in. */
export function paneOf(view: ViewName): PaneName {
  return lensNames.has(view) ? 'attention' : (paneNames.get(view) ?? (view as PaneName));
}

/** The view that a pane and a lens are; of another pane than the first the lens is not in front. */
export function viewOf(pane: PaneName, lens: Lens): ViewName {
  const seen = pane === 'attention' ? lens : 'weights';
  return viewNames.find((view) => paneOf(view) === pane && lensOf(view) === seen) ?? 'weights';
}
