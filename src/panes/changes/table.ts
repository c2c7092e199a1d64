import type { PredictionEffect } from '../../core/measures/ablation-effect.ts';
import type { PredictionChanges, RunChanges, VectorChange, WeightChange } from '../../core/measures/run-changes.ts';
import { positionedLabel } from '../../explorer/token-view.ts';
import { cutEnd, padEnd, padStart } from '../../text/fitted-text.ts';
import { cell, type Row, type Tone, wrappedRows } from '../kit/cells.ts';
import { exponent, fixed, smallNumber } from '../kit/format.ts';
import type { CommonInput } from '../kit/inputs.ts';
import { headName, predictedToken, tokenName } from '../kit/names.ts';

export interface ChangesTableInput extends CommonInput {
  readonly changes: RunChanges;
  /** The token whose result is shown: `7 bank`. */
  readonly resultLabel: string;
  /** Whether the model predicts what follows the token or what stands at it. */
  readonly predictionKind: 'causal' | 'masked' | null;
  readonly tokenText: (id: number) => string;
}

/** A row and its rank: if not all fit, the largest ranks go first. */
interface RankedRow {
  readonly row: Row;
  readonly rank: number;
}

const columnWidth = 10;
const widestLabel = 36;
const explanation =
  'Weights: half the sum of |changes|, at most 1 where rows sum to 1. Vectors: length of the change, that length ÷ the length before, cosine. 0 and 1 without decimals are exact.';

/** The differences in numbers: weights, context, outputs, embedding, predictions. Counts the least telling rows if not all fit. */
export function changesTable(input: ChangesTableInput, widthCells: number, heightCells: number): Row[] {
  const { predictions } = input.changes;
  const below = predictions === null ? [] : predictionRows(input, predictions, widthCells);
  return mostTelling([...vectorRows(input, widthCells), ...below], heightCells);
}

/** Explains the columns; no rows if not all of it fits. */
export function changesLegend(widthCells: number, heightCells: number): Row[] {
  const rows = wrappedRows(explanation, widthCells, 'dim');
  return rows.length > heightCells ? [] : rows;
}

function mostTelling(rows: readonly RankedRow[], count: number): Row[] {
  const isWhole = rows.length <= count;
  const kept = new Set(rows.toSorted((a, b) => a.rank - b.rank).slice(0, Math.max(0, isWhole ? count : count - 1)));
  const more: Row[] = isWhole || count < 1 ? [] : [[cell(`${rows.length - kept.size} more do not fit`, 'dim')]];
  return [...rows.filter((one) => kept.has(one)).map(({ row }) => row), ...more];
}

function vectorRows(input: ChangesTableInput, widthCells: number): RankedRow[] {
  const { changes, queries, selection, resultLabel } = input;
  const { weights, context, layerOutput, output, embedding } = changes;
  const line = (label: string, columns: readonly string[], tone: Tone = 'plain') =>
    tableRow(label, columns, widthCells, tone);
  const vector = (label: string, change: VectorChange, rank: number): RankedRow => ({
    row: line(label, [sizeText(change.distance), shareText(change.relative), cosineText(change.cosine)]),
    rank,
  });
  const query = positionedLabel(queries, selection.query, 14);
  return [
    { row: line(`${headName(selection)}: unaltered → changed`, ['change', 'relative', 'cosine'], 'dim'), rank: 0 },
    { row: line('weights, mean over queries', [sizeText(weights.meanVariation)]), rank: 2 },
    { row: line(`weights of ${query}`, [sizeText(weights.queryVariation)]), rank: 4 },
    { row: largestRow(input, weights.largest, widthCells), rank: 3 },
    vector(`context of ${query}`, context, 3),
    vector(`layer's output of ${query}`, layerOutput, 5),
    vector(`final output of ${resultLabel}`, output, 2),
    ...(embedding === null ? [] : [vector('sentence embedding', embedding, 1)]),
  ];
}

/** The weight that changed most, before and after. */
function largestRow({ queries, keys }: ChangesTableInput, largest: WeightChange | null, widthCells: number) {
  const write = (label: string, numbers: readonly string[]) => tableRow(label, numbers, widthCells, 'plain');
  if (largest === null) return write('largest weight change', ['—']);
  const { query, key, before, after } = largest;
  if (before === after) return write('largest weight change', ['0']);
  const label = `largest: ${tokenName(queries, query, 10)} to ${tokenName(keys, key, 10)}`;
  const sign = after > before ? '+' : '−';
  const numbers = `${fixed(before, 3)} → ${fixed(after, 3)}`;
  return write(label, [sign + sizeText(Math.abs(after - before)), padStart(numbers, 2 * columnWidth)]);
}

/** The tokens that were most probable, and the one that is now. */
function predictionRows(
  { predictionKind, resultLabel, tokenText }: ChangesTableInput,
  { top, now }: PredictionChanges,
  widthCells: number,
): RankedRow[] {
  const where = predictionKind === 'masked' ? 'at' : 'after';
  const line = (label: string, columns: readonly string[], tone: Tone = 'plain') =>
    tableRow(label, columns, widthCells, tone);
  const name = (id: number) => predictedToken(tokenText(id));
  const numbers = (one: Pick<PredictionEffect, 'before' | 'after'>, from: number, to: number) => [
    smallNumber(one.before),
    smallNumber(one.after),
    from === to ? String(from) : `${from} → ${to}`,
  ];
  const isSame = top[0]?.id === now.id;
  return [
    { row: line(`predicted ${where} ${resultLabel}`, ['p before', 'p after', 'rank'], 'dim'), rank: 1 },
    ...top.map((one, place) => ({
      row: line(name(one.id), numbers(one, place + 1, one.rankAfter)),
      rank: place === 0 ? 1 : 4 + place,
    })),
    {
      row: line(`now first: ${isSame ? 'the same' : name(now.id)}`, numbers(now, now.rankBefore, 1), 'strong'),
      rank: 2,
    },
  ];
}

function tableRow(label: string, columns: readonly string[], widthCells: number, tone: Tone): Row {
  const labelWidth = Math.max(1, Math.min(widestLabel, widthCells - 3 * columnWidth));
  const name = padEnd(cutEnd(label, labelWidth - 1), labelWidth);
  const text = name + columns.map((column) => padStart(column, columnWidth)).join('');
  return [cell(cutEnd(text, widthCells), tone)];
}

/** A number ≥ 0; a plain 0 is exact, and a power of ten writes what three digits do not show. */
function sizeText(value: number | null): string {
  if (value === null) return '—';
  return value === 0 ? '0' : smallNumber(value);
}

function shareText(value: number | null): string {
  if (value === null) return '—';
  if (value === 0) return '0 %';
  return value >= 0.001 ? `${fixed(100 * value, value >= 10 ? 0 : 1)} %` : '< 0.1 %';
}

/** A plain 1 is exact; a cosine that would round to 1 is written as 1 minus the rest. */
function cosineText(value: number | null): string {
  if (value === null) return '—';
  if (value === 1) return '1';
  return 1 - value < 0.00005 ? `1−${exponent(1 - value)}` : fixed(value, 4);
}
