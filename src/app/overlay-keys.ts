import type { Size } from '../panes/kit/cells.ts';
import type { KeyPress } from '../terminal/input/key-name.ts';
import type { Controller } from './controller-type.ts';
import type { Frame, Overlay } from './frame.ts';

/** The room inside the box over the panes. */
export function boxSize({ view }: Frame): Size {
  const { widthCells, heightCells } = view.arrangement.body;
  return { widthCells: widthCells - 2, heightCells: heightCells - 2 };
}

/** Handles a key while a box lies over the panes. */
export function pressOverlayKey(controller: Controller, overlay: Overlay, press: KeyPress): void {
  const { name } = press;
  controller.message.value = null;
  if (name === 'ctrl+c') controller.quit();
  else if (name === overlay.closedBy) controller.overlay.value = null;
  else if (overlay.press(press, boxSize(controller.frame.peek()))) return;
  else if (name === 'escape') controller.overlay.value = overlay.below ?? null;
  else if (name === 'ctrl+p') controller.openBox('palette');
  else if (name === 'f1') controller.openBox('help');
}
