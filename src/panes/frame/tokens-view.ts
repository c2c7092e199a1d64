import { type TokenView, tokenLabel } from '../../explorer/token-view.ts';
import { cutEnd, cutMiddle, visibleText } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { type Cell, cell, type Row, rowWidth, type Size } from '../kit/cells.ts';
import { windowAround } from '../kit/viewport.ts';

export interface TokensInput {
  readonly text: string;
  readonly tokens: readonly TokenView[];
  /** All tokens of the text, including those that the model cannot take. */
  readonly tokenCount: number;
  readonly query: number;
  readonly size: Size;
}

/** The tokens with their positions and the selected query marked. Shows the lines around it if not all fit. */
export function tokensView(input: TokensInput): Row[] {
  const { tokens, query, size } = input;
  const warning = cutWarning(input);
  const warningWidth = warning === null ? 0 : widthOf(warning) + 2;
  const lines: Cell[][] = [[]];
  let width = 0;
  let queryLine = 0;
  for (const [position, token] of tokens.entries()) {
    const label = chip(input, token, position);
    const needed = rowWidth(label);
    if (width + needed > size.widthCells - warningWidth && width > 0) {
      lines.push([]);
      width = 0;
    }
    lines.at(-1)?.push(...label);
    width += needed;
    if (position === query) queryLine = lines.length - 1;
  }
  const shown = windowAround(lines.length, size.heightCells, queryLine);
  const rows: Row[] = lines.slice(shown.start, shown.end);
  if (warning === null) return rows;
  const first = rows[0] ?? [];
  const used = rowWidth(first);
  const gap = Math.max(1, size.widthCells - used - widthOf(warning));
  const note = cutEnd(warning, Math.max(0, size.widthCells - used - 1));
  return [[...first, cell(' '.repeat(gap)), cell(note, 'warning')], ...rows.slice(1)];
}

function chip({ text, query }: TokensInput, token: TokenView, position: number): Cell[] {
  const isSelected = position === query;
  const label = cutMiddle(tokenLabel(token), 24);
  const cells = [
    cell(isSelected ? '▸' : ' ', isSelected ? 'accent' : 'dim'),
    cell(`${position} `, isSelected ? 'accent' : 'dim'),
    cell(label, isSelected ? 'accent' : 'plain'),
  ];
  const unknown = unknownNote(token, text);
  if (unknown !== null) cells.push(cell(` (${unknown})`, 'warning'));
  return [...cells, cell(' ')];
}

/** A note on a token that the vocabulary lacks; null for every other token. */
export function unknownNote(token: TokenView, text: string): string | null {
  if (token.id === null) return 'unknown word';
  if (token.text !== '\uFFFD') return null;
  const source = Array.from(text)
    .slice(token.start ?? 0, token.end ?? 0)
    .join('');
  return `unknown: ${cutMiddle(visibleText(source.trim()) || 'blank', 8)}`;
}

/** If the model cannot take the whole text: how much it uses, and where it cuts. */
function cutWarning({ text, tokens, tokenCount }: TokensInput): string | null {
  const last = tokens.at(-1);
  if (tokenCount <= tokens.length || last === undefined) return null;
  const rest = Array.from(text)
    .slice(last.end ?? 0)
    .join('')
    .trim();
  return `first ${tokens.length} of ${tokenCount} tokens; cut at "${cutEnd(rest, 18)}"`;
}
