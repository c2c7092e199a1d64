import type { LayerNorm, Linear } from '../core/model.ts';
import { readTensor, type SafetensorsFile } from './safetensors.ts';

/** `prefix`.weight [in, out] and, unless it is said to have none, `prefix`.bias [out]. */
export function readLinear(
  file: SafetensorsFile,
  prefix: string,
  shape: readonly [inWidth: number, outWidth: number],
  bias: 'bias' | 'no bias' = 'bias',
): Linear {
  return {
    weight: readTensor(file, `${prefix}.weight`, ['in', 'out'], shape),
    bias: bias === 'bias' ? readTensor(file, `${prefix}.bias`, ['out'], [shape[1]]) : null,
  };
}

/** `prefix`.scale and `prefix`.bias, [width]. */
export function readLayerNorm(file: SafetensorsFile, prefix: string, width: number, epsilon: number): LayerNorm {
  return {
    scale: readTensor(file, `${prefix}.scale`, ['width'], [width]),
    bias: readTensor(file, `${prefix}.bias`, ['width'], [width]),
    epsilon,
  };
}
