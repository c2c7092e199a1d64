import { describe, expect, test } from 'vitest';
import { type Colour, contrastText } from '../../../src/terminal/colour/colour.ts';
import { nearestIn256, paletteColour } from '../../../src/terminal/colour/palette.ts';
import { signedColour, signedSteps, weightColour, weightSteps } from '../../../src/terminal/colour/ramps.ts';

/** L* from its definition, apart from the product's own conversion. */
function lstar(colour: Colour): number {
  const [r, g, b] = [16, 8, 0].map((shift) => {
    const s = ((colour >> shift) & 255) / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  const y = 0.2126729 * r! + 0.7151522 * g! + 0.072175 * b!;
  return y <= 216 / 24389 ? (y * 24389) / 27 : 116 * Math.cbrt(y) - 16;
}

function luminance(colour: Colour): number {
  const l = lstar(colour);
  return l > 8 ? ((l + 16) / 116) ** 3 : (l * 27) / 24389;
}

const weights = Array.from({ length: weightSteps }, (_, step) => weightColour(step / (weightSteps - 1)));
const signed = Array.from({ length: signedSteps }, (_, step) => signedColour((2 * step) / (signedSteps - 1) - 1));

describe('weightColour', () => {
  test('has 32 different steps whose lightness rises evenly', () => {
    expect(new Set(weights).size).toBe(32);
    const steps = weights.slice(1).map((colour, i) => lstar(colour) - lstar(weights[i]!));
    const mean = (lstar(weights[31]!) - lstar(weights[0]!)) / 31;
    expect(mean).toBeGreaterThan(2);
    for (const step of steps) expect(Math.abs(step - mean)).toBeLessThan(0.5);
  });

  test('keeps what is out of range, and what is no number, at an end', () => {
    expect(weightColour(-3)).toBe(weights[0]);
    expect(weightColour(7)).toBe(weights[31]);
    expect(weightColour(Number.NaN)).toBe(weights[0]);
  });

  test('keeps at least ten steps and the order of lightness in 256 colours', () => {
    const entries = weights.map(nearestIn256);
    expect(new Set(entries).size).toBeGreaterThanOrEqual(10);
    const shades = entries.map((entry) => lstar(paletteColour(entry)));
    for (let i = 1; i < shades.length; i++) expect(shades[i]!).toBeGreaterThanOrEqual(shades[i - 1]!);
  });
});

describe('signedColour', () => {
  test('is equally light at plus and minus, and lighter the further from zero', () => {
    const middle = (signedSteps - 1) / 2;
    for (let i = 1; i <= middle; i++) {
      expect(Math.abs(lstar(signed[middle + i]!) - lstar(signed[middle - i]!))).toBeLessThan(1);
      expect(lstar(signed[middle + i]!)).toBeGreaterThan(lstar(signed[middle + i - 1]!));
    }
  });

  test('is grey at zero, blue below and orange above', () => {
    expect(signedColour(0)).toBe(0x4b4b4b);
    expect(signedColour(-1) & 255).toBeGreaterThan((signedColour(-1) >> 16) & 255);
    expect(signedColour(1) & 255).toBeLessThan((signedColour(1) >> 16) & 255);
  });

  test('stands out from a black and from a white background', () => {
    for (const colour of signed) {
      expect(lstar(colour)).toBeGreaterThan(25);
      expect(lstar(colour)).toBeLessThan(85);
    }
  });

  test('keeps the order of lightness on either side in 256 colours', () => {
    const shades = signed.map((colour) => lstar(paletteColour(nearestIn256(colour))));
    const middle = (signedSteps - 1) / 2;
    for (let i = middle; i < signedSteps - 1; i++) {
      expect(shades[i + 1]!).toBeGreaterThanOrEqual(shades[i]!);
      expect(shades[2 * middle - i - 1]!).toBeGreaterThanOrEqual(shades[2 * middle - i]!);
    }
    expect(new Set(signed.map(nearestIn256)).size).toBeGreaterThanOrEqual(10);
  });
});

test('numbers on any ramp colour have a contrast of at least 4.5', () => {
  for (const colour of [...weights, ...signed]) {
    const [low, high] = [luminance(colour), luminance(contrastText(colour))].sort((a, b) => a - b);
    expect((high! + 0.05) / (low! + 0.05)).toBeGreaterThan(4.5);
  }
});
