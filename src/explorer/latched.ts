import { computed, type ReadonlySignal } from '@preact/signals-core';

/** The value of the source. While it is closed, the last value; the source is not read. A change of `key` opens it. */
export function latched<T>(
  source: ReadonlySignal<T>,
  isOpen: ReadonlySignal<boolean>,
  key: ReadonlySignal<unknown>,
): ReadonlySignal<T> {
  let last: { readonly value: T; readonly key: unknown } | null = null;
  return computed(() => {
    // Read first: a signal asks its sources in the order of reading, and must not ask for the numbers.
    const [isRead, now] = [isOpen.value, key.value];
    if (last === null || isRead || last.key !== now) last = { value: source.value, key: now };
    return last.value;
  });
}
