import { Text } from 'ink';
import type { EditableStage } from '../core/interventions.ts';
import { isByKey } from '../explorer/intervention-places.ts';
import { positionedLabel } from '../explorer/token-view.ts';
import { choicesView, helpView } from '../panes/frame/help-view.ts';
import type { Rect } from '../panes/frame/layout.ts';
import { cell, type Row } from '../panes/kit/cells.ts';
import { compact, fixed } from '../panes/kit/format.ts';
import { blockRow } from '../tensor/tensor.ts';
import { OverlayBox } from '../terminal/overlay-box.tsx';
import type { Paint } from '../terminal/paint.ts';
import { visibleText, wrapWords } from '../text/fitted-text.ts';
import { takeCells } from '../text/graphemes.ts';
import type { Controller } from './controller-type.ts';
import type { Overlay } from './frame.ts';
import { keyOf } from './keys/bindings.ts';
import { helpSections } from './keys/hints.ts';
import { filteredChoices } from './overlay-keys.ts';

export interface OverlayPaneProps {
  readonly controller: Controller;
  readonly overlay: Overlay;
  readonly rect: Rect;
  readonly paint: Paint;
}

/** The box over the panes: every key, the choice of a model, or a field for a number. */
export function OverlayPane({ controller, overlay, rect, paint }: OverlayPaneProps) {
  const size = { widthCells: rect.widthCells - 2, heightCells: rect.heightCells - 2 };
  if (overlay.kind === 'help') {
    const { rows, lines } = helpView(helpSections(), size, overlay.scroll);
    const more = lines > size.heightCells ? `  (${lines} lines: up and down scroll)` : '';
    return <OverlayBox title={`every key${more}`} rect={rect} rows={rows} paint={paint} />;
  }
  if (overlay.kind === 'state') {
    return (
      <OverlayBox
        title="the command that opens this screen"
        rect={rect}
        rows={stateRows(overlay.line, size)}
        paint={paint}
      />
    );
  }
  const { title, label, placeholder } = fields[overlay.kind];
  const value = overlay.kind === 'models' ? overlay.filter : overlay.value;
  const field = (
    <Text>
      {` ${label} `}
      {value === '' ? <Text color="gray">{placeholder}</Text> : value}
    </Text>
  );
  const rows =
    overlay.kind === 'models'
      ? modelRows(controller, overlay, { ...size, heightCells: size.heightCells - 2 })
      : overlay.kind === 'scale'
        ? scaleRows(controller, size.widthCells)
        : editRows(controller, overlay.stage, size.widthCells);
  return (
    <OverlayBox title={title} rect={rect} rows={rows} paint={paint}>
      {field}
    </OverlayBox>
  );
}

const fields = {
  models: { title: 'choose a model', label: 'filter', placeholder: 'type a part of a name' },
  scale: { title: 'factor on the scores', label: 'factor', placeholder: 'type a number' },
  edit: { title: 'replace a computed number', label: 'number', placeholder: 'type a number' },
} as const;

function modelRows(
  controller: Controller,
  overlay: Extract<Overlay, { kind: 'models' }>,
  size: { widthCells: number; heightCells: number },
): Row[] {
  const { loaded } = controller.explorer.inputs;
  const choices = filteredChoices(controller.choices, overlay.filter).map(({ name, note }) => ({
    label: name,
    note: name === loaded.peek().model.name ? `${note}  (open now)` : note,
  }));
  if (choices.length === 0) return [[cell(` no model has "${overlay.filter}" in its name`, 'warning')]];
  return choicesView(choices, overlay.selected, size, '▸');
}

function scaleRows({ explorer }: Controller, widthCells: number): Row[] {
  const words = `It multiplies q·k: 1 / temperature. 1 is the model itself. 0 makes all weights equal, unless the model adds numbers for positions. A large factor leaves only the largest weight. ${keyOf('factor-back')} sets it back to 1.`;
  return [
    [cell(` now × ${compact(explorer.interventions.peek().scaleFactor)}`)],
    [],
    ...wrapWords(words, widthCells - 2).map((line): Row => [cell(` ${line}`, 'dim')]),
  ];
}

const stageWords = { q: 'Q', k: 'K', v: 'V', scores: 'score', attentionWeights: 'weight' } as const;

/** The edited cell, its present number, and what the edit does. */
function editRows({ explorer, actions }: Controller, stage: EditableStage, widthCells: number): Row[] {
  const { layer, head, row, column } = actions.editedPlace(stage);
  const values = explorer.shown.peek().layers[layer]?.[stage];
  const value = values === undefined ? Number.NaN : (blockRow(values, head, row)[column] ?? Number.NaN);
  const name = (token: number) => positionedLabel(explorer.textTokens.peek(), token, 20);
  const place = isByKey({ stage }) ? `${name(row)} → ${name(column)}` : `${name(row)}, dimension ${column}`;
  const { isRenormalised } = explorer.interventions.peek();
  const rest =
    stage === 'attentionWeights'
      ? isRenormalised
        ? `Its row is then divided by its sum; ${keyOf('renormalise')} keeps rows as typed.`
        : `Its row stays as it is, whatever its sum; ${keyOf('renormalise')} divides rows with a typed weight by their sum.`
      : 'Everything computed from it changes, too.';
  return [
    [cell(` ${stageWords[stage]} of L${layer} H${head}, ${place}: now ${fixed(value, 4)}`)],
    [],
    ...wrapWords(
      `${rest} Enter in an empty field restores the computed number; ${keyOf('edits-back')} restores all of them.`,
      widthCells - 2,
    ).map((line): Row => [cell(` ${line}`, 'dim')]),
  ];
}

/** The whole command, in rows that a terminal's selection can span. */
function stateRows(line: string, { widthCells, heightCells }: { widthCells: number; heightCells: number }): Row[] {
  const rows = cellRows(visibleText(line), widthCells - 2).map((text): Row => [cell(` ${text}`, 'strong')]);
  const words =
    'It opens this screen again: model, text, selection, view and every change. It was sent to the clipboard, which some terminals do not allow; it is also printed when you leave.';
  const below = wrapWords(words, widthCells - 2).map((text): Row => [cell(` ${text}`, 'dim')]);
  if (rows.length + 1 + below.length <= heightCells) return [...rows, [], ...below];
  const shown = rows.slice(0, Math.max(0, heightCells - 2));
  const rest = rows.length - shown.length;
  const note = rest === 0 ? '' : ` ${rest} more rows: the whole command is printed when you leave`;
  return [...shown, [], [cell(note.slice(0, widthCells), 'warning')]];
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
