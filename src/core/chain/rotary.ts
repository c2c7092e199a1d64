import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import type { RotaryParameters } from '../model.ts';

/** Rotates each pair (a, b) of dimensions of the vector at position p by the angle p · f: (a·cos − b·sin, b·cos + a·sin) · amplitude.
 *  Dimensions without a frequency stay.  x [head, token, d] -> same shape; token t is at position t  @see Su et al. 2021, eq. 34 */
export function rotate(x: Tensor, { frequencies: usual, longer, pairing, amplitude }: RotaryParameters): Tensor {
  const [heads, tokens, headDim] = x.shape as [number, number, number];
  const frequencies = longer !== null && tokens > longer.after ? longer.frequencies : usual;
  const pairs = dim(frequencies, 0);
  const rotated = Float32Array.from(x.data);
  for (let token = 0; token < tokens; token++) {
    for (let pair = 0; pair < pairs; pair++) {
      const angle = Math.fround(token * frequencies.data[pair]!);
      const cos = Math.fround(Math.cos(angle)) * amplitude;
      const sin = Math.fround(Math.sin(angle)) * amplitude;
      for (let head = 0; head < heads; head++) {
        const start = (head * tokens + token) * headDim;
        const first = start + (pairing === 'halves' ? pair : 2 * pair);
        const second = start + (pairing === 'halves' ? pair + pairs : 2 * pair + 1);
        const a = x.data[first]!;
        const b = x.data[second]!;
        rotated[first] = a * cos - b * sin;
        rotated[second] = b * cos + a * sin;
      }
    }
  }
  return tensor(x.axes, x.shape, rotated);
}
