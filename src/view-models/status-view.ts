import type { AttentionParameters } from '../core/model.ts';
import type { LayerTrace } from '../core/trace.ts';
import { dim, type Tensor } from '../tensor/tensor.ts';
import { cell, type Row } from './cells.ts';
import { compact, fixed } from './format.ts';
import type { PaneName, Selection } from './selection.ts';
import type { Symbols } from './symbols.ts';
import { cutEnd, cutMiddle } from './text.ts';
import { labelAt, type TokenView } from './tokens.ts';
import { unknownNote } from './tokens-view.ts';

export interface StatusInput {
  readonly layer: LayerTrace;
  readonly attention: AttentionParameters;
  readonly scaleFactor: number;
  readonly isAblated: boolean;
  readonly text: string;
  readonly tokens: readonly TokenView[];
  readonly selection: Selection;
  readonly pane: PaneName;
  readonly widthCells: number;
  readonly symbols: Symbols;
}

/** The selected cell: what it is and its number; below, the arithmetic that made it. Always two rows. */
export function statusView(input: StatusInput): Row[] {
  if (input.tokens.length === 0) return [[], []];
  const [what, how] =
    input.pane === 'qkv'
      ? projectionStatus(input)
      : input.pane === 'context'
        ? contextStatus(input)
        : weightStatus(input);
  const { widthCells, symbols } = input;
  return [
    [cell(cutEnd(` ${what}`, widthCells, symbols.ellipsis), 'accent')],
    [cell(cutEnd(` ${how}`, widthCells, symbols.ellipsis), 'dim')],
  ];
}

function at(matrix: Tensor, head: number, row: number, column: number): number {
  return matrix.data[(head * dim(matrix, 1) + row) * dim(matrix, 2) + column] ?? Number.NaN;
}

function place({ selection, symbols }: StatusInput): string {
  return `L${selection.layer} H${selection.head} ${symbols.dot} `;
}

function name({ tokens, symbols }: StatusInput, position: number): string {
  return `${position} ${cutMiddle(labelAt(tokens, position), 16, symbols.ellipsis)}`;
}

function weightStatus(input: StatusInput): [string, string] {
  const { layer, attention, selection, symbols, tokens, text } = input;
  const { head, query, key } = selection;
  const weight = at(layer.attentionWeights, head, query, key);
  const score = at(layer.scores, head, query, key);
  const scaled = at(layer.scaledScores, head, query, key);
  const isMasked = at(layer.maskedScores, head, query, key) === -Infinity;
  const pair = `${name(input, query)} ${symbols.arrow} ${name(input, key)}`;
  const what = `${place(input)}${pair} ${symbols.dot} weight ${fixed(weight, 3, symbols)} ${symbols.dot} scaled score ${fixed(scaled, 3, symbols)}`;
  if (Number.isNaN(weight)) {
    const missing = [query, key].find((position) => tokens[position]?.id === null) ?? query;
    return [
      `${place(input)}${pair} ${symbols.dot} no number`,
      `${name(input, missing)} is not a word of this model, so nothing is computed for it`,
    ];
  }
  if (isMasked) return [what, `masked: ${name(input, query)} may not see a later token, so its weight is exactly 0`];
  const factor = input.scaleFactor === 1 ? '' : ` ${symbols.times} ${compact(input.scaleFactor, symbols)}`;
  const how = `${fixed(weight, 3, symbols)} = softmax(${fixed(scaled, 3, symbols)})   ${fixed(scaled, 3, symbols)} = ${fixed(score, 3, symbols)} ${symbols.divide} ${symbols.root(String(attention.headDim))}${factor}   ${fixed(score, 3, symbols)} = ${symbols.qk}`;
  const token = tokens[query];
  const unknown = token === undefined ? null : unknownNote(token, text);
  return [
    what,
    unknown === null ? how : `${how}   (${name(input, query)} is ${unknown}: one vector stands for all such)`,
  ];
}

function projectionStatus(input: StatusInput): [string, string] {
  const { layer, attention, selection, symbols } = input;
  const matrix = layer[selection.matrix];
  const column = Math.min(selection.dimension, dim(matrix, 2) - 1);
  const token = selection.matrix === 'q' ? selection.query : selection.key;
  const letter = selection.matrix.toUpperCase();
  const linear = { q: attention.wQ, k: attention.wK, v: attention.wV }[selection.matrix];
  const value = at(matrix, selection.head, token, column);
  const what = `${place(input)}${letter} of ${name(input, token)}, dimension ${column} ${symbols.dot} ${fixed(value, 4, symbols)}`;
  const input0 = attention.norm === null ? 'x' : 'LayerNorm(x)';
  const bias = linear.bias === null ? '' : ` + b_${letter}`;
  const columnInAll = selection.head * dim(matrix, 2) + column;
  return [
    what,
    `${letter} = ${input0} ${symbols.times} W_${letter}${bias}   x is row ${token} of the layer's input, ${linear.weight.inWidth} numbers   column ${columnInAll} of W_${letter}`,
  ];
}

function contextStatus(input: StatusInput): [string, string] {
  const { layer, selection, symbols, isAblated } = input;
  const { head, query } = selection;
  const column = Math.min(selection.dimension, dim(layer.context, 2) - 1);
  const value = at(layer.context, head, query, column);
  const what = `${place(input)}context of ${name(input, query)}, dimension ${column} ${symbols.dot} ${fixed(value, 4, symbols)}`;
  if (isAblated) return [what, 'this head is switched off: its context counts as zeros, its weights stay'];
  const keys = dim(layer.attentionWeights, 2);
  const terms = Array.from({ length: keys }, (_, key) => ({
    key,
    weight: at(layer.attentionWeights, head, query, key),
    value: at(layer.v, head, key, column),
  }))
    .filter((term) => !Number.isNaN(term.weight))
    .toSorted((a, b) => Math.abs(b.weight * b.value) - Math.abs(a.weight * a.value));
  const shown = terms
    .slice(0, 3)
    .map(
      (term) =>
        `${fixed(term.weight, 3, symbols)} ${symbols.times} ${fixed(term.value, 4, symbols)} (${name(input, term.key)})`,
    );
  const rest = terms.slice(3).reduce((sum, term) => sum + term.weight * term.value, 0);
  if (terms.length > 3) shown.push(`${fixed(rest, 4, symbols)} (${terms.length - 3} more)`);
  return [what, `${fixed(value, 4, symbols)} = ${shown.join(' + ')}`];
}
