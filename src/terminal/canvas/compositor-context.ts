import { createContext } from 'react';
import type { ColourDepth } from '../colour/depth.ts';
import type { Line } from './cell.ts';
import type { Place } from './region.ts';

/** The part of a compositor that a pane needs. */
export interface RegionHost {
  setRegion(id: string, place: Place, lines: readonly Line[]): void;
  removeRegion(id: string): void;
}

/** Who paints canvases; null where they are drawn as rows of text. */
export const CompositorContext = createContext<RegionHost | null>(null);

/** Colours of canvases that are drawn as rows of text. */
export const ColourDepthContext = createContext<ColourDepth>('none');
