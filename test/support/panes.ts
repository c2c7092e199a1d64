import type { PaneName } from '../../src/explorer/pane-names.ts';
import { panes } from '../../src/panes/all.ts';

/** The key of each pane. */
export const paneKeys = Object.fromEntries(panes.map(({ name, key }) => [name, key])) as Readonly<
  Record<PaneName, string>
>;
