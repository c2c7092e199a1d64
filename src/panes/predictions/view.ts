import type { Prediction } from '../../core/chain/language-head.ts';
import { positionedLabel, type TokenView } from '../../explorer/token-view.ts';
import { cutEnd, cutMiddle, padEnd } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { cell, type Row, type Size, wrappedRows } from '../kit/cells.ts';
import { bar, fixed } from '../kit/format.ts';
import { predictedToken } from '../kit/names.ts';

export interface PredictionsInput {
  /** Of the selected token; null: the model has no language-model head. */
  readonly predictions: readonly (Prediction & { readonly text: string })[] | null;
  /** What follows the token (causal), or what stands at it (masked). */
  readonly kind: 'causal' | 'masked';
  readonly tokens: readonly TokenView[];
  readonly position: number;
  readonly size: Size;
}

/** The most probable tokens after, or at, the selected one, with their probabilities. */
export function predictionsView({ predictions, kind, tokens, position, size }: PredictionsInput): Row[] {
  const { widthCells, heightCells } = size;
  if (predictions === null) {
    return wrappedRows('This model has no language-model head: it predicts no tokens.', widthCells, 'dim');
  }
  if (predictions.length === 0) return [[cell('computing', 'dim')]];
  const what = kind === 'causal' ? 'after' : 'at';
  const heading = `${what} ${positionedLabel(tokens, position, Math.max(4, widthCells - 7))}`;
  const labels = predictions.map(({ text }) => predictedToken(text));
  const labelWidth = Math.max(1, Math.min(widthCells - 7, Math.max(...labels.map(widthOf)) + 1));
  const barRoom = widthCells - labelWidth - 7;
  const rows = predictions.map(({ probability }, rank): Row => {
    const label = padEnd(cutMiddle(labels[rank] ?? '', labelWidth - 1), labelWidth);
    const row = [cell(`${fixed(probability, 3)} `), cell(label, rank === 0 ? 'strong' : 'plain')];
    return barRoom >= 3 ? [...row, cell(bar(probability, barRoom), 'dim')] : row;
  });
  return [[cell(cutEnd(heading, widthCells), 'dim')], ...rows].slice(0, heightCells);
}
