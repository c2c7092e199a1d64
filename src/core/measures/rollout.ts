import { dim, ShapeError, type Tensor, tensor } from '../../tensor/tensor.ts';

/** How much of each input token reaches each token after every layer, by attention weights only:
 *  R_0 = Ã_0, R_l = Ã_l · R_(l−1), where Ã = ½ · (mean over heads of A) + ½ · I with rows divided by their sum; ½ · I stands for the
 *  residual. Each row sums to 1. Computed in float64, rounded at the end.
 *  The row and column of a token without numbers (an unknown word) are NaN; other rows ignore it.
 *  weightsOfLayers: [head, query, key] each, with as many queries as keys -> [layer, query, key]
 *  @throws ShapeError when a layer has different queries and keys (cross-attention), or layers have different numbers of tokens.
 *  @see Abnar & Zuidema 2020, "Quantifying Attention Flow in Transformers" */
export function attentionRollout(weightsOfLayers: readonly Tensor[]): Tensor {
  const first = weightsOfLayers[0];
  const tokens = first === undefined ? 0 : dim(first, 1);
  for (const weights of weightsOfLayers) checkSquare(weights, tokens);
  const isKnown = knownTokens(weightsOfLayers, tokens);
  const size = tokens * tokens;
  const rollout = tensor(['layer', 'query', 'key'], [weightsOfLayers.length, tokens, tokens]);
  let before: Float64Array | null = null;
  for (const [layer, weights] of weightsOfLayers.entries()) {
    const mixed = mixedWithIdentity(weights, isKnown);
    before = before === null ? mixed : product(mixed, before, tokens);
    rollout.data.set(before, layer * size);
    markUnknown(rollout.data.subarray(layer * size, (layer + 1) * size), isKnown);
  }
  return rollout;
}

function checkSquare(weights: Tensor, tokens: number): void {
  const [queries, keys] = [dim(weights, 1), dim(weights, 2)];
  if (queries !== keys) {
    throw new ShapeError(
      `rollout is not defined for cross-attention: ${queries} queries and ${keys} keys are not the same tokens`,
    );
  }
  if (queries !== tokens) throw new ShapeError(`a layer of ${queries} tokens cannot follow a layer of ${tokens}`);
}

/** Whether each token has a number in its row in every layer. */
function knownTokens(weightsOfLayers: readonly Tensor[], tokens: number): boolean[] {
  return Array.from({ length: tokens }, (_, token) =>
    weightsOfLayers.every(({ data }) => {
      const row = data.subarray(token * tokens, (token + 1) * tokens);
      return row.some((weight) => !Number.isNaN(weight));
    }),
  );
}

/** Ã, [query, key], with zeros in the rows and columns of tokens without numbers, so that they contribute nothing. */
function mixedWithIdentity({ data, shape }: Tensor, isKnown: readonly boolean[]): Float64Array {
  const [heads, tokens] = [shape[0]!, isKnown.length];
  const mixed = new Float64Array(tokens * tokens);
  for (let query = 0; query < tokens; query++) {
    if (!isKnown[query]) continue;
    const row = mixed.subarray(query * tokens, (query + 1) * tokens);
    for (let key = 0; key < tokens; key++) {
      if (!isKnown[key]) continue;
      for (let head = 0; head < heads; head++) row[key]! += data[(head * tokens + query) * tokens + key]! / (2 * heads);
    }
    row[query]! += 0.5;
    const sum = row.reduce((total, value) => total + value, 0);
    for (let key = 0; key < tokens; key++) row[key]! /= sum;
  }
  return mixed;
}

/** left · right, both [token, token]. */
function product(left: Float64Array, right: Float64Array, tokens: number): Float64Array {
  const result = new Float64Array(left.length);
  for (let query = 0; query < tokens; query++) {
    const row = result.subarray(query * tokens, (query + 1) * tokens);
    for (let through = 0; through < tokens; through++) {
      const factor = left[query * tokens + through]!;
      // Half of a causal matrix is zero.
      if (factor === 0) continue;
      for (let key = 0; key < tokens; key++) row[key]! += factor * right[through * tokens + key]!;
    }
  }
  return result;
}

function markUnknown(rollout: Float32Array, isKnown: readonly boolean[]): void {
  const tokens = isKnown.length;
  for (let token = 0; token < tokens; token++) {
    if (isKnown[token]) continue;
    rollout.fill(Number.NaN, token * tokens, (token + 1) * tokens);
    for (let at = token; at < rollout.length; at += tokens) rollout[at] = Number.NaN;
  }
}
