import { cell, insetRows, type Row, type Size } from '../../panes/kit/cells.ts';
import { joinWithin, visibleText } from '../../text/fitted-text.ts';
import { takeCells } from '../../text/graphemes.ts';
import type { Controller, Kept } from '../controller-type.ts';
import type { Overlay } from '../frame.ts';
import { keyOf } from '../keys/bindings.ts';

/** The command that opens this screen again. */
export function stateBox(c: Controller): Overlay {
  const { parts, ...kept } = c.keepLine();
  return {
    kind: 'state',
    mode: 'COMMAND',
    closedBy: keyOf('state'),
    hints: ['Esc close'],
    title: () => 'the command that opens this screen',
    rows: (size) => stateRows(parts, kept, size),
    press({ name }) {
      const isClosing = name === 'enter' || name === 'q';
      if (isClosing) c.overlay.value = null;
      return isClosing;
    },
  };
}

/** The whole command, in lines that a shell reads as one. */
function stateRows(parts: readonly string[], kept: Kept, { widthCells, heightCells }: Size): Row[] {
  const lines = joinWithin(parts.map(visibleText), { within: ' ', atEnd: ' \\', atStart: '  ' }, widthCells - 4);
  const rows = lines.flatMap((line) => cellRows(line, widthCells - 2)).map((text): Row => [cell(` ${text}`, 'strong')]);
  const sentences = [
    'It opens this screen again: model, text, selection, view and every change.',
    ...(kept.isSentToClipboard ? ['The terminal was asked to copy it, which some do not do.'] : []),
    ...(kept.isPrintedOnLeaving ? ['It is printed when you leave.'] : []),
  ];
  const below = insetRows(sentences.join(' '), widthCells, 'dim');
  if (rows.length + 1 + below.length <= heightCells) return [...rows, [], ...below];
  const shown = rows.slice(0, Math.max(0, heightCells - 2));
  const rest = rows.length - shown.length;
  const where = kept.isPrintedOnLeaving ? ': the whole command is printed when you leave' : '';
  return [...shown, [], [cell(rest === 0 ? '' : ` ${rest} more rows${where}`.slice(0, widthCells), 'warning')]];
}

/** A text cut into rows of so many cells. */
function cellRows(text: string, widthCells: number): string[] {
  const rows: string[] = [];
  for (let rest = text; rest !== ''; rest = rest.slice(rows.at(-1)?.length)) {
    // Take a whole character even if it is wider than the row.
    rows.push(takeCells(rest, widthCells) || rest);
  }
  return rows;
}
