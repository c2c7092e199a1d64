import type { Explorer } from '../../explorer/explorer.ts';
import { dim } from '../../tensor/tensor.ts';
import { fixed } from '../kit/format.ts';
import { tokenName } from '../kit/names.ts';
import { at, isTyped, place, statusInput } from '../kit/status.ts';

/** The selected number of Q, K or V, and the column of the projection that made it. */
export function projectionStatus(explorer: Explorer): [string, string] {
  const input = statusInput(explorer);
  const { layer, attention, selection } = input;
  const matrix = layer[selection.matrix];
  const column = Math.min(selection.dimension, dim(matrix, 2) - 1);
  const token = selection.matrix === 'q' ? selection.query : selection.key;
  const letter = selection.matrix.toUpperCase();
  const linear = { q: attention.wQ, k: attention.wK, v: attention.wV }[selection.matrix];
  const value = at(matrix, selection.head, token, column);
  const isQuery = selection.matrix === 'q';
  const swap = input.interventions.swappedValues;
  const isSwapped = selection.matrix === 'v' && swap?.layer === selection.layer && swap.tokens.includes(token);
  const row = isSwapped ? (swap.tokens.find((one) => one !== token) ?? token) : token;
  const tokens = isQuery ? input.queries : input.keys;
  const what = `${place(input)}${letter} of ${tokenName(tokens, token)}, dimension ${column} · ${fixed(value, 4)}`;
  const isOther = !isQuery && input.queries !== input.keys;
  const kind = attention.norm?.kind === 'rms' ? 'RMSNorm(x)' : 'LayerNorm(x)';
  const read = attention.norm === null || isOther ? 'x' : kind;
  const from = isOther ? "the encoder's output" : "the layer's input";
  const headNorm = { q: attention.queryNorm, k: attention.keyNorm, v: null }[selection.matrix];
  const bias = linear.bias === null ? '' : ` + b_${letter}`;
  const groupSize = isQuery ? 1 : attention.numAttentionHeads / attention.numKeyValueHeads;
  const owner = Math.floor(selection.head / groupSize);
  const width = dim(matrix, 2);
  const block = `${groupSize === 1 ? 'head' : 'key/value head'} ${owner} × ${width} + ${column}`;
  const product = `${read} × W_${letter}${bias}`;
  if (isTyped(input, selection.matrix, token, column))
    return [what, 'typed in place of the computed number; later stages use it'];
  const exchanged = isSwapped ? `   swapped with ${tokenName(tokens, row)}` : '';
  return [
    what,
    `${letter} = ${headNorm === null ? product : `norm(${product})`}   x is row ${row} of ${from}, ${linear.weight.inWidth} numbers   column ${owner * width + column} of W_${letter} = ${block}${exchanged}`,
  ];
}
