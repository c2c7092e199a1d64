import { createContext } from 'react';
import type { ColourDepth } from '../colour/depth.ts';
import type { Line } from './cell.ts';
import type { Place } from './region.ts';

/** The part of a compositor that a canvas needs. */
interface RegionHost {
  setRegion(id: string, place: Place, lines: readonly Line[]): void;
  removeRegion(id: string): void;
}

/** Paints canvases; null draws them as rows of text. */
export const CompositorContext = createContext<RegionHost | null>(null);

/** Colours of canvases drawn as rows of text. */
export const ColourDepthContext = createContext<ColourDepth>('none');
