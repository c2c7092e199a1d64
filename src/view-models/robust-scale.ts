/** The magnitude that gets the full colour: the 98th percentile of |x|, so that a few outlier dimensions
 *  (some of a trained model's are a hundred times the rest) saturate instead of paling everything else.
 *  values any shape -> a positive number; 1 where all are zero or none is finite. */
export function robustScale(values: Float32Array): number {
  const magnitudes = values
    .filter((value) => Number.isFinite(value))
    .map(Math.abs)
    .sort();
  const quantile = magnitudes[Math.floor(0.98 * (magnitudes.length - 1))] ?? 0;
  const scale = quantile > 0 ? quantile : (magnitudes.at(-1) ?? 0);
  return scale > 0 ? scale : 1;
}
