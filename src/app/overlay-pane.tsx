import { Text } from 'ink';
import TextInput from 'ink-text-input';
import { OverlayBox } from '../panes/overlay-box.tsx';
import type { Paint } from '../panes/paint.ts';
import { cell, type Row } from '../view-models/cells.ts';
import { compact } from '../view-models/format.ts';
import { choicesView, helpView } from '../view-models/help-view.ts';
import type { Rect } from '../view-models/layout.ts';
import type { Controller, Overlay } from './controller.ts';
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
    const { rows, lines } = helpView(helpSections(paint.ascii), size, overlay.scroll);
    const more = lines > size.heightCells ? `  (${lines} lines: up and down scroll)` : '';
    return <OverlayBox title={`every key${more}`} rect={rect} rows={rows} paint={paint} />;
  }
  const isModels = overlay.kind === 'models';
  const field = (
    <Text>
      {isModels ? ' filter ' : ' factor '}
      <TextInput
        value={isModels ? overlay.filter : overlay.value}
        placeholder={isModels ? 'type a part of a name' : 'type a number'}
        focus={false}
        onChange={() => {}}
      />
    </Text>
  );
  const rows = isModels
    ? modelRows(controller, overlay, { ...size, heightCells: size.heightCells - 2 })
    : scaleRows(controller);
  return (
    <OverlayBox title={isModels ? 'choose a model' : 'factor on the scores'} rect={rect} rows={rows} paint={paint}>
      {field}
    </OverlayBox>
  );
}

function modelRows(
  controller: Controller,
  overlay: Extract<Overlay, { kind: 'models' }>,
  size: { widthCells: number; heightCells: number },
): Row[] {
  const { symbols, loaded } = controller.explorer.inputs;
  const choices = filteredChoices(controller.choices, overlay.filter).map(({ name, note }) => ({
    label: name,
    note: name === loaded.peek().model.name ? `${note}  (open now)` : note,
  }));
  if (choices.length === 0) return [[cell(` no model has "${overlay.filter}" in its name`, 'warning')]];
  return choicesView(choices, overlay.selected, size, symbols.peek().pointer);
}

function scaleRows({ explorer }: Controller): Row[] {
  const symbols = explorer.inputs.symbols.peek();
  return [
    [cell(` now ${symbols.times} ${compact(explorer.inputs.scaleFactor.peek(), symbols)}`)],
    [],
    [cell(' Every scaled score is multiplied by it before the softmax: it is 1 / temperature.', 'dim')],
    [cell(' 0 makes all weights equal; a large one leaves only the largest; 1 is the model itself.', 'dim')],
  ];
}
