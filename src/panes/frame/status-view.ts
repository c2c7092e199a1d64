import { typedRow } from '../../core/chain/cell-edits.ts';
import { type AttentionMask, canAttend } from '../../core/chain/mask.ts';
import { scoreName, scoringOf } from '../../core/derivation/scoring.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { blockRow } from '../../tensor/tensor.ts';
import { cutEnd } from '../../text/fitted-text.ts';
import { cell, type Row } from '../kit/cells.ts';
import { operandsFor } from '../kit/equation.ts';
import { fixed } from '../kit/format.ts';
import { isSameHead, tokenName } from '../kit/names.ts';
import { scaledScoreText } from '../kit/score-formula.ts';
import { at, isTyped, place, type StatusInput, statusInput } from '../kit/status.ts';
import { unknownNote } from './tokens-view.ts';

/** The selected cell with its number; below, the arithmetic that made it. */
export function statusRows([what, how]: readonly [what: string, how: string], widthCells: number): Row[] {
  return [[cell(cutEnd(` ${what}`, widthCells), 'accent')], [cell(cutEnd(` ${how}`, widthCells), 'dim')]];
}

export function weightStatus(explorer: Explorer): [string, string] {
  const input = statusInput(explorer);
  const { layer, attention, selection, queries, keys, text } = input;
  const { head, query, key } = selection;
  const weight = at(layer.attentionWeights, head, query, key);
  const score = at(layer.scores, head, query, key);
  const scaled = at(layer.scaledScores, head, query, key);
  const isMasked = at(layer.maskedScores, head, query, key) === -Infinity;
  const asking = tokenName(queries, query);
  const pair = `${asking} → ${tokenName(keys, key)}`;
  const name = scoreName(scoringOf(attention, input.interventions));
  const what = `${place(input)}${pair} · weight ${fixed(weight, 3)} · ${name} ${fixed(scaled, 3)}`;
  if (Number.isNaN(weight)) {
    const missing = queries[query]?.id === null ? asking : tokenName(keys, key);
    return [`${place(input)}${pair} · no number`, `${missing} is not in the vocabulary, so nothing is computed for it`];
  }
  if (isMasked && !isTyped(input, 'attentionWeights', query, key)) {
    const isHidden = input.interventions.hiddenKeys.includes(key) && canAttend(maskOf(input), query, key);
    if (isHidden) return [what, `${tokenName(keys, key)} is hidden from all queries, so its weight is exactly 0`];
    const reason =
      key > query ? 'cannot see later tokens' : `sees only ${attention.window ?? ''} tokens back, itself included`;
    return [what, `masked: ${asking} ${reason}, so this weight is exactly 0`];
  }
  const typed = typedWeightText(input);
  if (typed !== null) return [what, typed];
  const made = scaledScoreText(score, scaled, attention, input.interventions.scaleFactor);
  const rotated = attention.rotary === null ? '' : ', both rotated';
  // Some models do not scale scores.
  const isScaled = made.text !== made.score;
  const scaling = isScaled ? `${fixed(scaled, 3)} ${made.sign} ${made.text}   ` : '';
  const softmax = quotient(blockRow(layer.maskedScores, head, query), key);
  const how = `${softmax.weight} ${softmax.sign} ${softmax.text}   ${scaling}${made.score} = ${isTyped(input, 'scores', query, key) ? 'typed' : `q·k${rotated}`}`;
  const token = queries[query];
  const unknown = token === undefined ? null : unknownNote(token, text);
  if (input.interventions.hiddenKeys.includes(key))
    return [what, `${how}   hidden, but kept here: this query sees only hidden keys`];
  return [what, unknown === null ? how : `${how}   (${asking} is ${unknown}; all unknown tokens share one vector)`];
}

/** `exp(4.108 − 4.108) ÷ 5.244`: a weight by the largest score of its row and the sum of all exp(score − largest). */
function quotient(scores: Float32Array, key: number) {
  const known = scores.filter((score) => !Number.isNaN(score));
  const own = scores[key] ?? Number.NaN;
  const largest = Math.max(...known);
  const sum = known.reduce((total, score) => total + Math.exp(score - largest), 0);
  const { sign, write } = operandsFor([Math.exp(own - largest) / sum], 3, (round) => [
    Math.exp(round(own) - round(largest)) / round(sum),
  ]);
  const minus = largest < 0 ? `+ ${write(-largest)}` : `− ${write(largest)}`;
  return {
    sign,
    weight: fixed(Math.exp(own - largest) / sum, 3),
    text: `exp(${write(own)} ${minus}) ÷ ${write(sum)}`,
  };
}

function maskOf({ attention, interventions }: StatusInput): AttentionMask {
  return { isCausal: attention.isCausal || interventions.mask === 'causal', window: attention.window };
}

/** How a weight came about in a row with typed weights; null if the softmax made it. */
function typedWeightText(input: StatusInput): string | null {
  const { layer, selection, interventions } = input;
  const { head, query, key } = selection;
  const typed = interventions.edits.filter(
    (one) => one.stage === 'attentionWeights' && isSameHead(one, selection) && one.row === query,
  );
  if (typed.length === 0) return null;
  const scores = blockRow(layer.maskedScores, head, query);
  const { softmax, row, sum } = typedRow(scores, typed);
  const own = row[key] ?? Number.NaN;
  const isOwn = isTyped(input, 'attentionWeights', query, key);
  const made = quotient(scores, key);
  const origin = isOwn ? `= typed, replacing ${fixed(softmax[key] ?? Number.NaN, 3)}` : `${made.sign} ${made.text}`;
  const weight = fixed(at(layer.attentionWeights, head, query, key), 3);
  if (interventions.isRenormalised && sum !== 0) {
    const { sign, write } = operandsFor([own / sum], 3, (round) => [round(own) / round(sum)]);
    return `${weight} ${sign} ${write(own)} ÷ ${write(sum)}, the sum of the row   ${write(own)} ${origin}`;
  }
  return isOwn ? `${weight} ${origin}; the row sums to ${fixed(sum, 3)}` : null;
}
