/** Part of a list; `end` is not in it. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** What a view with room for `visible` of `count` items shows: all, or a window with `selected` near its middle. */
export function windowAround(count: number, visible: number, selected: number): Window {
  return windowFrom(count, visible, (room) => Math.max(0, selected - Math.floor(room / 2)));
}

/** The page of `visible` items that holds `selected`: it stays while the selection moves inside it. */
export function pageOf(count: number, visible: number, selected: number): Window {
  return windowFrom(count, visible, (room) => Math.floor(selected / room) * room);
}

function windowFrom(count: number, visible: number, startOf: (room: number) => number): Window {
  if (count <= visible) return { start: 0, end: count };
  const room = Math.max(1, visible);
  const start = Math.min(startOf(room), count - room);
  return { start, end: start + room };
}

export function indicesIn({ start, end }: Window): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

/** `  rows 3–12 of 40`; '' if all are in view. */
export function windowText(name: string, { start, end }: Window, count: number): string {
  return end - start < count ? `  ${name} ${start}–${end - 1} of ${count}` : '';
}
