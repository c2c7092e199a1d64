import { panes } from '../../panes/all.ts';
import type { Move, Pane } from '../../panes/kit/pane.ts';
import type { AppBinding } from '../controller-type.ts';
import { paneNamed } from '../pane-named.ts';
import { globalBindings, inputBindings } from './global-keys.ts';
import { paneBindings } from './pane-keys.ts';

/** The arrows of a pane, and the letters that stand for them. */
function arrows({ upDown, leftRight }: Pane): AppBinding[] {
  const both = ([what, move]: Move, keys: readonly string[], label: string, hint: string): AppBinding[] =>
    keys.map((key, index) => ({
      keys: [key],
      label: index === 0 ? label : '',
      does: `previous, next ${what}`,
      // The first word says what moves.
      ...(index === 0 ? { hint: `${hint} ${what.split(' ')[0]}` } : {}),
      run: (c) => move(c, index % 2 === 0 ? -1 : 1),
    }));
  return [
    ...both(upDown, ['up', 'down', 'k', 'j'], '↑ ↓ or k j', '↑↓'),
    ...both(leftRight, ['left', 'right', 'h', 'l'], '← → or h l', '←→'),
  ];
}

/** The pane's own keys. */
export function ownBindings(pane: Pane): readonly AppBinding[] {
  return [...(pane.keys ?? []), ...arrows(pane)];
}

/** The keys of all panes that act in a pane; its own keys replace the others. */
export function commonBindings(pane: Pane): readonly AppBinding[] {
  const taken = new Set(ownBindings(pane).flatMap(({ keys }) => keys));
  return paneBindings.filter(({ keys }) => !taken.has(keys[0] ?? ''));
}

/** The keys that act in a pane. */
export function bindingsIn(name: string): readonly AppBinding[] {
  const pane = paneNamed(name);
  return [...ownBindings(pane), ...commonBindings(pane)];
}

const labels: ReadonlyMap<string, string> = new Map(
  [
    ...globalBindings,
    ...inputBindings,
    ...paneBindings,
    ...panes.flatMap((pane): AppBinding[] => [...(pane.keys ?? [])]),
  ]
    .flatMap(({ action, label, short }) => (action === undefined ? [] : [[action, short ?? label] as const]))
    .reverse(),
);

/** The written key of an action.  @throws RangeError if there is no such action. */
export function keyOf(action: string): string {
  const label = labels.get(action);
  if (label === undefined) throw new RangeError(`no key has the action ${action}`);
  return label;
}
