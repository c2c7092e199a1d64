import type { Colour } from './colour/colour.ts';

/** A colour as Ink's `color` takes it: #rrggbb. */
export function hexColour(colour: Colour): string {
  return `#${colour.toString(16).padStart(6, '0')}`;
}
