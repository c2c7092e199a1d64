import { type Cell, cell, type Row } from '../../panes/kit/cells.ts';
import { wrapWords } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import type { AppBinding, Controller } from '../controller-type.ts';
import type { Frame } from '../frame.ts';
import { bindingsIn, keyOf } from './bindings.ts';
import { globalBindings, inputBindings } from './global-keys.ts';

/** The three rows at the bottom: the selection and the keys. A message replaces the keys, and a long one the rows above them. */
export function bottomRows(controller: Controller, frame: Frame, widthCells: number): Row[] {
  const [what = [], how = []] = frame.view.status;
  if (frame.message === null) return [what, how, hintsRow(controller, frame, widthCells)];
  const lines = wrapWords(frame.message, widthCells - 2).slice(0, 3);
  return [what, how, []].slice(0, 3 - lines.length).concat(lines.map((line) => [cell(` ${line}`, 'warning')]));
}

/** The keys that act now, as many as fit. */
function hintsRow(controller: Controller, frame: Frame, widthCells: number): Row {
  const hints = frame.overlay === null ? bindingHints(controller, frame) : frame.overlay.hints;
  const row: Cell[] = [];
  let used = 0;
  for (const hint of hints) {
    const text = ` ${hint} `;
    if (used + widthOf(text) > widthCells) continue;
    used += widthOf(text);
    const [keys = '', ...words] = hint.split(' ');
    row.push(cell(` ${keys}`, 'strong'), cell(` ${words.join(' ')} `, 'dim'));
  }
  return row;
}

function bindingHints(controller: Controller, { focus }: Frame): string[] {
  const hintsOf = (bindings: readonly AppBinding[]) =>
    bindings.flatMap(({ hint, isHinted }) => (hint === undefined || isHinted?.(controller) === false ? [] : hint));
  if (focus === 'panes') return hintsOf(bindingsIn(controller.explorer.inputs.pane.peek()));
  return [...hintsOf(inputBindings), `${keyOf('leave')} leave`, ...hintsOf(globalBindings)];
}
