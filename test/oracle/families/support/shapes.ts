import type { Shapes } from './weights.ts';

/** A matrix [out, in] and its bias. */
export function linearShapes(name: string, inWidth: number, outWidth: number, bias = true): Shapes {
  return { [`${name}.weight`]: [outWidth, inWidth], ...(bias ? { [`${name}.bias`]: [outWidth] } : {}) };
}

/** Scale and shift of a norm. */
export function normShapes(name: string, width: number, bias = true): Shapes {
  return { [`${name}.weight`]: [width], ...(bias ? { [`${name}.bias`]: [width] } : {}) };
}

/** The shapes of every layer. */
export function eachLayer(layers: number, shapesOf: (layer: number) => Shapes): Shapes {
  return Object.assign({}, ...Array.from({ length: layers }, (_, layer) => shapesOf(layer)));
}
