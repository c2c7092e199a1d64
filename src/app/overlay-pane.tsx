import { Text } from 'ink';
import TextInput from 'ink-text-input';
import { isByKey } from '../explorer/intervention-places.ts';
import { positionedLabel } from '../explorer/token-view.ts';
import { choicesView, helpView } from '../panes/frame/help-view.ts';
import type { Rect } from '../panes/frame/layout.ts';
import { cell, type Row } from '../panes/kit/cells.ts';
import { compact, fixed } from '../panes/kit/format.ts';
import { wrapWords } from '../panes/kit/text.ts';
import { blockRow } from '../tensor/tensor.ts';
import { OverlayBox } from '../terminal/overlay-box.tsx';
import type { Paint } from '../terminal/paint.ts';
import type { Controller } from './controller.ts';
import type { Overlay } from './frame.ts';
import { helpSections } from './hints.ts';
import { filteredChoices } from './overlay-keys.ts';

export interface OverlayPaneProps {
  readonly controller: Controller;
  readonly overlay: Overlay;
  readonly rect: Rect;
  readonly paint: Paint;
}

/** What lies over the panes: every key, the choice of a model, or a field for a number. */
export function OverlayPane({ controller, overlay, rect, paint }: OverlayPaneProps) {
  const size = { widthCells: rect.widthCells - 2, heightCells: rect.heightCells - 2 };
  if (overlay.kind === 'help') {
    const { rows, lines } = helpView(helpSections(), size, overlay.scroll);
    const more = lines > size.heightCells ? `  (${lines} lines: up and down scroll)` : '';
    return <OverlayBox title={`every key${more}`} rect={rect} rows={rows} paint={paint} />;
  }
  if (overlay.kind === 'state') {
    return (
      <OverlayBox title="this screen as one line" rect={rect} rows={stateRows(overlay.line, size)} paint={paint} />
    );
  }
  const { title, label, placeholder } = fields[overlay.kind];
  const field = (
    <Text>
      {` ${label} `}
      <TextInput
        value={overlay.kind === 'models' ? overlay.filter : overlay.value}
        placeholder={placeholder}
        focus={false}
        onChange={() => {}}
      />
    </Text>
  );
  const rows =
    overlay.kind === 'models'
      ? modelRows(controller, overlay, { ...size, heightCells: size.heightCells - 2 })
      : overlay.kind === 'scale'
        ? scaleRows(controller, size.widthCells)
        : editRows(controller, size.widthCells);
  return (
    <OverlayBox title={title} rect={rect} rows={rows} paint={paint}>
      {field}
    </OverlayBox>
  );
}

const fields = {
  models: { title: 'choose a model', label: 'filter', placeholder: 'type a part of a name' },
  scale: { title: 'factor on the scores', label: 'factor', placeholder: 'type a number' },
  edit: { title: 'a number in the place of the computed one', label: 'number', placeholder: 'type a number' },
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
  const words =
    'q·k is multiplied by it, beside the scale of the model: it is 1 / temperature. At 0 all weights are equal, unless the model adds a number for positions; a large one leaves only the largest, 1 is the model itself; F sets it back to 1.';
  return [
    [cell(` now × ${compact(explorer.interventions.peek().scaleFactor)}`)],
    [],
    ...wrapWords(words, widthCells - 2).map((line): Row => [cell(` ${line}`, 'dim')]),
  ];
}

const stageWords = { q: 'Q', k: 'K', v: 'V', scores: 'score', attentionWeights: 'weight' } as const;

/** Which cell is edited, what stands there now, and what follows from it. */
function editRows({ explorer, actions }: Controller, widthCells: number): Row[] {
  const { stage, layer, head, row, column } = actions.editedPlace();
  const values = explorer.shown.peek().layers[layer]?.[stage];
  const value = values === undefined ? Number.NaN : (blockRow(values, head, row)[column] ?? Number.NaN);
  const name = (token: number) => positionedLabel(explorer.textTokens.peek(), token, 20);
  const place = isByKey({ stage }) ? `${name(row)} → ${name(column)}` : `${name(row)}, dimension ${column}`;
  const { isRenormalised } = explorer.interventions.peek();
  const rest =
    stage === 'attentionWeights'
      ? isRenormalised
        ? 'Its row is then divided by its sum; N leaves rows as they are typed.'
        : 'Its row is left as it is, whatever it sums to; N divides rows with a typed weight by their sum.'
      : 'All that is computed from it follows.';
  return [
    [cell(` ${stageWords[stage]} of L${layer} H${head}, ${place}: now ${fixed(value, 4)}`)],
    [],
    ...wrapWords(
      `${rest} Enter on nothing gives the computed number back; - takes all typed numbers back.`,
      widthCells - 2,
    ).map((line): Row => [cell(` ${line}`, 'dim')]),
  ];
}

/** The line whole: a terminal's selection goes over its rows. */
function stateRows(line: string, { widthCells, heightCells }: { widthCells: number; heightCells: number }): Row[] {
  const command = `attnscope --state ${line}`;
  const rows = Array.from(
    { length: Math.ceil(command.length / (widthCells - 2)) },
    (_, index): Row => [cell(` ${command.slice(index * (widthCells - 2), (index + 1) * (widthCells - 2))}`, 'strong')],
  );
  const words =
    'It opens this screen again: model, text, selection, view and all that is changed. It was sent to the clipboard, which some terminals do not allow, and stands on the last line when you leave.';
  const below = wrapWords(words, widthCells - 2).map((text): Row => [cell(` ${text}`, 'dim')]);
  if (rows.length + 1 + below.length <= heightCells) return [...rows, [], ...below];
  const shown = rows.slice(0, Math.max(0, heightCells - 2));
  const rest = rows.length - shown.length;
  const note = rest === 0 ? '' : ` ${rest} more rows: all of it stands on the last line when you leave`;
  return [...shown, [], [cell(note.slice(0, widthCells), 'warning')]];
}
