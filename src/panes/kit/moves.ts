import type { HeadIndex } from '../../core/interventions.ts';
import { clampIndex } from '../../explorer/selection.ts';
import { isSameHead } from './names.ts';
import type { KeyContext, Move } from './pane.ts';

export const moveQuery: Move = ['query', (c, steps) => c.change(() => c.actions.moveQuery(steps))];
export const moveKey: Move = ['key', (c, steps) => c.change(() => c.actions.moveKey(steps))];
export const moveHead: Move = ['head', (c, steps) => c.change(() => c.actions.moveHead(steps))];
export const moveLayer: Move = ['layer', (c, steps) => c.change(() => c.actions.moveLayer(steps))];

export function moveAlong(c: KeyContext, heads: readonly HeadIndex[], steps: number): void {
  const selected = c.explorer.selection.peek();
  const now = heads.findIndex((one) => isSameHead(one, selected));
  const next = heads[clampIndex(now + steps, heads.length)];
  if (next !== undefined) c.change(() => c.actions.selectHead(next));
}

/** Moves along the dimensions of a matrix. */
export function moveDimension(width: (context: KeyContext) => number): Move {
  return ['dimension', (c, steps) => c.change(() => c.actions.moveDimension(steps, width(c)))];
}

/** The item `steps` after another; wraps around. */
export function roundFrom<T>(items: readonly T[], item: T, steps: number): T {
  return items[(items.indexOf(item) + steps + items.length) % items.length] ?? item;
}
