import type { ColourDepth } from '../colour/depth.ts';
import { nearestIn16, nearestIn256, paletteColour } from '../colour/palette.ts';
import { defaultColour, paletteFlag } from './grid.ts';

const cacheLimit = 4096;

function converter(entries: 16 | 256): (colour: number) => number {
  const nearest = entries === 16 ? nearestIn16 : nearestIn256;
  const cache = new Map<number, number>();
  return (colour) => {
    if (colour === defaultColour) return colour;
    if (colour >= paletteFlag && (colour & 255) < entries) return colour;
    const known = cache.get(colour);
    if (known !== undefined) return known;
    const rgb = colour >= paletteFlag ? paletteColour(colour & 255) : colour;
    const result = paletteFlag | nearest(rgb);
    if (cache.size >= cacheLimit) cache.clear();
    cache.set(colour, result);
    return result;
  };
}

const converters: Readonly<Record<ColourDepth, (colour: number) => number>> = {
  none: () => defaultColour,
  '16': converter(16),
  '256': converter(256),
  truecolor: (colour) => colour,
};

/** Maps a cell's colour to the nearest one that `depth` has. */
export function colourConverter(depth: ColourDepth): (colour: number) => number {
  return converters[depth];
}
