import type { Model } from '../core/model.ts';
import { padEnd, padStart } from '../text/fitted-text.ts';
import { widthOf } from '../text/graphemes.ts';

/** Rows in aligned columns with two spaces between them. `right`: columns to align on the right. `leastCells`: least width of
 *  each column. */
export function table(
  rows: readonly (readonly string[])[],
  right: (column: number) => boolean,
  leastCells: (column: number) => number = () => 0,
): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(leastCells(column), ...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  const aligned = (text: string, column: number) => (right(column) ? padStart : padEnd)(text, widths[column] ?? 0);
  return rows.map((row) => `${row.map(aligned).join('  ').trimEnd()}\n`).join('');
}

/** Comma-separated values under a line of names; null becomes an empty field.  @see RFC 4180 */
export function csv(records: readonly Readonly<Record<string, string | number | null>>[]): string {
  const rows = [Object.keys(records[0] ?? {}), ...records.map((record) => Object.values(record))];
  return rows.map((row) => `${row.map(csvField).join(',')}\n`).join('');
}

function csvField(value: string | number | null): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The model in a JSON answer. */
export function modelHeading({ name, type, numHiddenLayers, numAttentionHeads, hiddenSize }: Model) {
  return { name, type, layers: numHiddenLayers, heads: numAttentionHeads, hiddenSize };
}
