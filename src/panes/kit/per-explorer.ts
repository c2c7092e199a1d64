import type { Explorer } from '../../explorer/explorer.ts';

/** Something that is made once for each explorer, such as signals of a pane's own. */
export function perExplorer<T>(make: (explorer: Explorer) => T): (explorer: Explorer) => T {
  const made = new WeakMap<Explorer, T>();
  return (explorer) => {
    const known = made.get(explorer) ?? make(explorer);
    made.set(explorer, known);
    return known;
  };
}
