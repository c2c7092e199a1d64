import type { Model } from '../core/model.ts';
import { padEnd, padStart } from '../text/fitted-text.ts';
import { widthOf } from '../text/graphemes.ts';

/** Rows in aligned columns with two spaces between them; `right` says which columns end together.
 *  A column is at least as wide as `leastCells`. */
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

/** Comma-separated values; null is an empty field, and what the format would misread is quoted.  @see RFC 4180 */
export function csv(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(csvField).join(',')}\n`).join('');
}

function csvField(value: string | number | null): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What a JSON answer says of its model. */
export function modelHeading({ name, type, numHiddenLayers, numAttentionHeads, hiddenSize }: Model) {
  return { name, type, layers: numHiddenLayers, heads: numAttentionHeads, hiddenSize };
}
