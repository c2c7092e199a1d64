import { clampIndex } from '../explorer/selection.ts';
import { largestNumber, parseNumber, parseScaleFactor } from '../explorer/settings/parse-number.ts';
import type { KeyPress } from '../terminal/input/key-name.ts';
import { graphemesOf } from '../text/graphemes.ts';
import type { Controller, ModelChoice } from './controller-type.ts';
import type { Overlay } from './frame.ts';
import { keyOf } from './keys/bindings.ts';

/** The models whose name contains the filter. */
export function filteredChoices(choices: readonly ModelChoice[], filter: string): readonly ModelChoice[] {
  return choices.filter((choice) => choice.name.includes(filter.trim()));
}

/** Keys that close the box that they opened; in the choice of a model every letter is text. */
const openers: Readonly<Partial<Record<Overlay['kind'], string>>> = {
  help: keyOf('help'),
  state: keyOf('state'),
  scale: keyOf('factor'),
  edit: keyOf('edit'),
};

/** Handles a key while a box lies over the panes; a field takes letters. */
export function pressOverlayKey(controller: Controller, overlay: Overlay, { name, text }: KeyPress): void {
  if (name === 'ctrl+c') controller.quit();
  else if (name === 'escape' || name === openers[overlay.kind]) {
    controller.overlay.value = null;
    controller.message.value = null;
  } else if (overlay.kind === 'state') {
    if (name === 'enter' || name === 'q') controller.overlay.value = null;
  } else if (overlay.kind === 'help') pressHelpKey(controller, overlay.scroll, name);
  else if (overlay.kind === 'models' && (name === 'up' || name === 'down')) {
    const count = filteredChoices(controller.choices, overlay.filter).length;
    const selected = clampIndex(overlay.selected + (name === 'up' ? -1 : 1), count);
    controller.overlay.value = { ...overlay, selected };
  } else if (name === 'enter') submitField(controller, overlay);
  else if (name === 'backspace') changeField(controller, overlay, graphemesOf(fieldOf(overlay)).slice(0, -1).join(''));
  else if (name === 'ctrl+u') changeField(controller, overlay, '');
  else if (text !== null) changeField(controller, overlay, fieldOf(overlay) + text);
}

/** The text in the field of an overlay. Keys change it at once: several may come in one chunk, before the next drawing. */
function fieldOf(overlay: Overlay): string {
  return overlay.kind === 'models'
    ? overlay.filter
    : overlay.kind === 'scale' || overlay.kind === 'edit'
      ? overlay.value
      : '';
}

const scrolls: Readonly<Record<string, number>> = {
  up: -1,
  k: -1,
  down: 1,
  j: 1,
  pageup: -10,
  pagedown: 10,
  space: 10,
};

function pressHelpKey(controller: Controller, scroll: number, name: string): void {
  const steps = scrolls[name];
  if (steps !== undefined) controller.overlay.value = { kind: 'help', scroll: Math.max(0, scroll + steps) };
  else if (name === 'q' || name === 'enter') controller.overlay.value = null;
}

/** Sets the field of an overlay. */
function changeField(controller: Controller, overlay: Overlay, value: string): void {
  controller.message.value = null;
  if (overlay.kind === 'models') controller.overlay.value = { kind: 'models', filter: value, selected: 0 };
  if (overlay.kind === 'scale' || overlay.kind === 'edit') controller.overlay.value = { ...overlay, value };
}

/** Enter in the field of an overlay. */
function submitField(controller: Controller, overlay: Overlay): void {
  if (overlay.kind === 'models') {
    const choice = filteredChoices(controller.choices, overlay.filter)[overlay.selected];
    controller.overlay.value = null;
    if (choice !== undefined) controller.chooseModel(choice.name);
  }
  if (overlay.kind === 'edit') {
    const value = overlay.value.trim() === '' ? null : parseNumber(overlay.value);
    if (value !== null && !(Math.abs(value) <= largestNumber)) {
      controller.message.value = `"${overlay.value}" does not fit: type a number from -${largestNumber} to ${largestNumber}, such as 0.5`;
      return;
    }
    controller.overlay.value = null;
    controller.change(() => controller.actions.editCell(overlay.stage, value));
  }
  if (overlay.kind === 'scale') {
    const factor = parseScaleFactor(overlay.value);
    if (factor === null || factor > largestNumber) {
      controller.message.value = `${overlay.value === '' ? 'the field is empty' : `"${overlay.value}" does not fit`}: type a number from 0 to ${largestNumber}, such as 0.5`;
      return;
    }
    controller.overlay.value = null;
    controller.change(() => controller.actions.setScaleFactor(factor));
  }
}
