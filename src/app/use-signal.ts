import type { ReadonlySignal } from '@preact/signals-core';
import { useCallback, useSyncExternalStore } from 'react';

/** The value of a signal; the component renders again when it changes. */
export function useSignal<T>(source: ReadonlySignal<T>): T {
  const subscribe = useCallback(
    (changed: () => void) => {
      let isFirst = true;
      return source.subscribe(() => {
        if (isFirst) isFirst = false;
        else changed();
      });
    },
    [source],
  );
  return useSyncExternalStore(subscribe, () => source.peek());
}
