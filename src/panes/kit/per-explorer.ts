import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { Explorer } from '../../explorer/explorer.ts';

/** Caches a value until its sources change. */
export type Derive = <T>(compute: () => T) => ReadonlySignal<T>;

/** Makes something once per explorer, such as values that a pane derives. */
export function perExplorer<T>(make: (explorer: Explorer, derive: Derive) => T): (explorer: Explorer) => T {
  const made = new WeakMap<Explorer, T>();
  return (explorer) => {
    const known = made.get(explorer) ?? make(explorer, computed);
    made.set(explorer, known);
    return known;
  };
}
