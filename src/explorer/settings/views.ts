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

const lensNames: Partial<Record<string, Lens>> = { norms: 'norms', 'no-sink': 'no sink', rollout: 'rollout' };
const paneNames: Partial<Record<string, PaneName>> = { weights: 'attention', maps: 'heads', heads: 'roles' };

/** The lens that a view is seen through. */
export function lensOf(view: string): Lens {
  return lensNames[view] ?? 'weights';
}

/** The pane that a view is in. */
export function paneOf(view: string): PaneName {
  return view in lensNames ? 'attention' : (paneNames[view] ?? (view as PaneName));
}

/** The view that a pane and a lens are; of another pane than the first the lens is not in front. */
export function viewOf(pane: PaneName, lens: Lens): ViewName {
  const seen = pane === 'attention' ? lens : 'weights';
  return viewNames.find((view) => paneOf(view) === pane && lensOf(view) === seen) ?? 'weights';
}
