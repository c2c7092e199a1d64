import { type PaneName, paneNames, paneViews } from '../pane-names.ts';
import { type Lens, lenses } from '../selection.ts';

/** The first pane goes by the names of its lenses, every other pane by its own. */
type Place = readonly [view: string, pane: PaneName, lens: Lens];
const places: readonly Place[] = paneNames.flatMap((pane): Place[] =>
  pane === 'attention'
    ? lenses.map((lens): Place => [lens.replace(' ', '-'), pane, lens])
    : [[paneViews[pane], pane, 'weights']],
);

/** The names that --view has for the panes. */
export const viewNames: readonly string[] = places.map(([view]) => view);

export function lensOf(view: string): Lens {
  return places.find(([name]) => name === view)?.[2] ?? 'weights';
}

/** The pane that a view is in; null: there is no such view. */
export function paneOf(view: string): PaneName | null {
  return places.find(([name]) => name === view)?.[1] ?? null;
}

/** The view of a pane; the lens counts only in the first pane. */
export function viewOf(pane: PaneName, lens: Lens): string {
  return pane === 'attention' ? lens.replace(' ', '-') : paneViews[pane];
}
