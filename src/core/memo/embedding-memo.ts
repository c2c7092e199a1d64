import type { Tensor } from '../../tensor/tensor.ts';
import { embed, type TokenInput } from '../chain/embedding.ts';
import type { EmbeddingParameters } from '../model.ts';

/** `embed` that keeps the vectors of the last text's tokens: reading them from a large matrix is slow. */
export function rememberEmbedding(parameters: EmbeddingParameters): (input: TokenInput) => Tensor {
  let known = new Map<number, Float32Array>();
  return (input) => {
    const used = new Map<number, Float32Array>();
    const { inWidth, outWidth } = parameters.tokens;
    const column = (id: number) => {
      const vector = used.get(id) ?? known.get(id) ?? parameters.tokens.column(id);
      used.set(id, vector);
      return vector;
    };
    const x = embed({ ...parameters, tokens: { inWidth, outWidth, column } }, input);
    known = used;
    return x;
  };
}
