import { panes } from '../panes/all.ts';
import type { Pane } from '../panes/kit/pane.ts';

/** The record of a pane.  @throws RangeError if there is no such pane. */
export function paneNamed(name: string): Pane {
  const pane = panes.find((one) => one.name === name);
  if (pane === undefined) throw new RangeError(`there is no pane ${name}`);
  return pane;
}
