import { lerp } from 'culori/fn';
import { type Colour, colourOfLab, lightness } from './colour.ts';
import type { ColourDepth } from './depth.ts';
import { nearestIn256, paletteColour } from './palette.ts';
import type { Theme } from './theme.ts';

const known = new Map<string, Theme>();

/** The theme with the colours that a terminal of `depth` shows; stale: for numbers that are out of date. */
export function themeAt(theme: Theme, depth: ColourDepth, isStale = false): Theme {
  const key = `${theme.name} ${depth} ${isStale}`;
  let shown = known.get(key);
  if (shown === undefined) {
    const own = depth === '16' ? { ...theme, ...theme.in16 } : theme;
    const fresh = isStale ? faded(own) : own;
    // The text on a colour must suit the colour that is shown.
    shown =
      depth === '256'
        ? { ...fresh, weight: remembered(fresh.weight, snap), signed: remembered(fresh.signed, snap) }
        : fresh;
    known.set(key, shown);
  }
  return shown;
}

/** All text dim but the accent; every value's colour 0.6 of the way to a grey. */
function faded(theme: Theme): Theme {
  const { dim, fadedLightness } = theme;
  const fade = (colour: Colour) => fadedColour(colour, fadedLightness);
  return {
    ...theme,
    ...{ text: dim, title: dim, warning: dim },
    weight: remembered(theme.weight, fade),
    signed: remembered(theme.signed, fade),
  };
}

function fadedColour(colour: Colour, fadedLightness: Theme['fadedLightness']): Colour {
  const grey = colourOfLab(fadedLightness(lightness(colour)), 0, 0);
  const mix = (shift: number): number => Math.round(lerp((colour >> shift) & 255, (grey >> shift) & 255, 0.6));
  return (mix(16) << 16) | (mix(8) << 8) | mix(0);
}

function snap(colour: Colour): Colour {
  return paletteColour(nearestIn256(colour));
}

/** A ramp has few colours, so each is changed once. */
function remembered(ramp: (t: number) => Colour, change: (colour: Colour) => Colour): (t: number) => Colour {
  const changed = new Map<Colour, Colour>();
  return (t) => {
    const colour = ramp(t);
    let result = changed.get(colour);
    if (result === undefined) {
      result = change(colour);
      changed.set(colour, result);
    }
    return result;
  };
}
