import { typedRow } from '../../core/chain/cell-edits.ts';
import { type AttentionMask, canAttend } from '../../core/chain/mask.ts';
import { type EditableStage, type Interventions, replacementOf } from '../../core/interventions.ts';
import type { AttentionParameters } from '../../core/model.ts';
import type { LayerTrace } from '../../core/trace.ts';
import type { PaneName, Selection } from '../../explorer/selection.ts';
import { labelAt, type TokenView } from '../../explorer/token-view.ts';
import { blockRow, dim, type Tensor } from '../../tensor/tensor.ts';
import { cell, type Row } from '../kit/cells.ts';
import { fixed } from '../kit/format.ts';
import { scaledScoreText } from '../kit/score-formula.ts';
import { cutEnd, cutMiddle } from '../kit/text.ts';
import { unknownNote } from './tokens-view.ts';

export interface StatusInput {
  readonly layer: LayerTrace;
  readonly attention: AttentionParameters;
  /** Those that act on the shown attention. */
  readonly interventions: Interventions;
  readonly text: string;
  /** What asks (rows) and what answers (columns): the same tokens but in attention to another text. */
  readonly queries: readonly TokenView[];
  readonly keys: readonly TokenView[];
  readonly selection: Selection;
  readonly pane: PaneName;
  /** Which of two sentences the numbers are of; null: there is one. */
  readonly sentence: 'A' | null;
  readonly widthCells: number;
}

/** The selected cell: what it is and its number; below, the arithmetic that made it. Always two rows. */
export function statusView(input: StatusInput): Row[] {
  if (input.queries.length === 0) return [[], []];
  const [what, how] =
    input.pane === 'qkv'
      ? projectionStatus(input)
      : input.pane === 'context'
        ? contextStatus(input)
        : weightStatus(input);
  const { widthCells } = input;
  return [[cell(cutEnd(` ${what}`, widthCells), 'accent')], [cell(cutEnd(` ${how}`, widthCells), 'dim')]];
}

function at(matrix: Tensor, head: number, row: number, column: number): number {
  return matrix.data[(head * dim(matrix, 1) + row) * dim(matrix, 2) + column] ?? Number.NaN;
}

function place({ selection, sentence }: StatusInput): string {
  return `${sentence === null ? '' : `${sentence} · `}L${selection.layer} H${selection.head} · `;
}

function name(tokens: readonly TokenView[], position: number): string {
  return `${position} ${cutMiddle(labelAt(tokens, position), 16)}`;
}

function weightStatus(input: StatusInput): [string, string] {
  const { layer, attention, selection, queries, keys, text } = input;
  const { head, query, key } = selection;
  const weight = at(layer.attentionWeights, head, query, key);
  const score = at(layer.scores, head, query, key);
  const scaled = at(layer.scaledScores, head, query, key);
  const isMasked = at(layer.maskedScores, head, query, key) === -Infinity;
  const asking = name(queries, query);
  const pair = `${asking} → ${name(keys, key)}`;
  const what = `${place(input)}${pair} · weight ${fixed(weight, 3)} · scaled score ${fixed(scaled, 3)}`;
  if (Number.isNaN(weight)) {
    const missing = queries[query]?.id === null ? asking : name(keys, key);
    return [
      `${place(input)}${pair} · no number`,
      `${missing} is not a word of this model, so nothing is computed for it`,
    ];
  }
  if (isMasked && !isTyped(input, 'attentionWeights', query, key)) {
    const isHidden = input.interventions.hiddenKeys.includes(key) && canAttend(maskOf(input), query, key);
    if (isHidden) return [what, `${name(keys, key)} is hidden from all queries, so its weight is exactly 0`];
    const reason =
      key > query ? 'may not see a later token' : `sees only ${attention.window ?? ''} tokens back, itself counted`;
    return [what, `masked: ${asking} ${reason}, so its weight is exactly 0`];
  }
  const typed = typedWeightText(input);
  if (typed !== null) return [what, typed];
  const made = scaledScoreText(score, scaled, attention, input.interventions.scaleFactor);
  const rotated = attention.rotary === null ? '' : ', both rotated';
  const scaledText = fixed(scaled, 3);
  // Some models do not scale.
  const scaling = made === scaledText ? '' : `${scaledText} = ${made}   `;
  const how = `${fixed(weight, 3)} = softmax(${scaledText})   ${scaling}${fixed(score, 3)} = ${isTyped(input, 'scores', query, key) ? 'typed' : `q·k${rotated}`}`;
  const token = queries[query];
  const unknown = token === undefined ? null : unknownNote(token, text);
  if (input.interventions.hiddenKeys.includes(key))
    return [what, `${how}   hidden, but this query would see nothing else`];
  return [what, unknown === null ? how : `${how}   (${asking} is ${unknown}: one vector stands for all such)`];
}

function maskOf({ attention, interventions }: StatusInput): AttentionMask {
  return { isCausal: attention.isCausal || interventions.mask === 'causal', window: attention.window };
}

/** Whether a number of the selected head was typed. */
function isTyped(
  { interventions, selection }: StatusInput,
  stage: EditableStage,
  row: number,
  column: number,
): boolean {
  const { layer, head } = selection;
  return interventions.edits.some(
    (one) =>
      one.stage === stage && one.layer === layer && one.head === head && one.row === row && one.column === column,
  );
}

/** How a weight came about in a row in which weights were typed; null where the softmax made it. */
function typedWeightText(input: StatusInput): string | null {
  const { layer, selection, interventions } = input;
  const { head, query, key } = selection;
  const typed = interventions.edits.filter(
    (one) =>
      one.stage === 'attentionWeights' && one.layer === selection.layer && one.head === head && one.row === query,
  );
  if (typed.length === 0) return null;
  const scores = blockRow(layer.maskedScores, head, query);
  const { softmax, row, sum } = typedRow(scores, typed);
  const own = row[key] ?? Number.NaN;
  const isOwn = isTyped(input, 'attentionWeights', query, key);
  const origin = isOwn
    ? `typed, in the place of ${fixed(softmax[key] ?? Number.NaN, 3)}`
    : `softmax(${fixed(scores[key] ?? Number.NaN, 3)})`;
  const weight = fixed(at(layer.attentionWeights, head, query, key), 3);
  if (interventions.isRenormalised && sum !== 0)
    return `${weight} = ${fixed(own, 3)} ÷ ${fixed(sum, 3)}, the sum of the row   ${fixed(own, 3)} = ${origin}`;
  return isOwn ? `${weight} = ${origin}; the row sums to ${fixed(sum, 3)}` : null;
}

function projectionStatus(input: StatusInput): [string, string] {
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
  const what = `${place(input)}${letter} of ${name(tokens, token)}, dimension ${column} · ${fixed(value, 4)}`;
  const isOther = !isQuery && input.queries !== input.keys;
  const kind = attention.norm?.kind === 'rms' ? 'RMSNorm(x)' : 'LayerNorm(x)';
  const read = attention.norm === null || isOther ? 'x' : kind;
  const from = isOther ? "the encoder's output" : "the layer's input";
  const headNorm = { q: attention.queryNorm, k: attention.keyNorm, v: null }[selection.matrix];
  const bias = linear.bias === null ? '' : ` + b_${letter}`;
  const groupSize = isQuery ? 1 : attention.numAttentionHeads / attention.numKeyValueHeads;
  const columnInAll = Math.floor(selection.head / groupSize) * dim(matrix, 2) + column;
  const product = `${read} × W_${letter}${bias}`;
  if (isTyped(input, selection.matrix, token, column))
    return [what, 'typed in the place of the computed number: all that is made of it follows'];
  const exchanged = isSwapped ? `   exchanged with ${name(tokens, row)}` : '';
  return [
    what,
    `${letter} = ${headNorm === null ? product : `norm(${product})`}   x is row ${row} of ${from}, ${linear.weight.inWidth} numbers   column ${columnInAll} of W_${letter}${exchanged}`,
  ];
}

function contextStatus(input: StatusInput): [string, string] {
  const { layer, selection, interventions } = input;
  const { head, query } = selection;
  const column = Math.min(selection.dimension, dim(layer.context, 2) - 1);
  const value = at(layer.context, head, query, column);
  const what = `${place(input)}context of ${name(input.queries, query)}, dimension ${column} · ${fixed(value, 4)}`;
  const replacedBy = replacementOf(interventions, selection.layer, head);
  if (replacedBy !== null) {
    const by = replacedBy === 'zero' ? 'zeros' : 'the mean of its rows';
    return [what, `this head is switched off: its context counts as ${by}, its weights stay`];
  }
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
    .map((term) => `${fixed(term.weight, 3)} × ${fixed(term.value, 4)} (${name(input.keys, term.key)})`);
  const rest = terms.slice(3).reduce((sum, term) => sum + term.weight * term.value, 0);
  if (terms.length > 3) shown.push(`${fixed(rest, 4)} (${terms.length - 3} more)`);
  return [what, `${fixed(value, 4)} = ${shown.join(' + ')}`];
}
