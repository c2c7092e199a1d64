/** The part of `count` things that a view with room for `visible` shows: all, or a window with `selected` near its middle. */
export function windowAround(count: number, visible: number, selected: number): { start: number; end: number } {
  if (count <= visible) return { start: 0, end: count };
  const room = Math.max(1, visible);
  const start = Math.min(Math.max(0, selected - Math.floor(room / 2)), count - room);
  return { start, end: start + room };
}

/** The page of `visible` things that `selected` is on: stays put while the selection moves inside it. */
export function pageOf(count: number, visible: number, selected: number): { start: number; end: number } {
  if (count <= visible) return { start: 0, end: count };
  const room = Math.max(1, visible);
  const start = Math.min(Math.floor(selected / room) * room, count - room);
  return { start, end: start + room };
}
