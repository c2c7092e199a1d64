import type { Controller } from '../controller-type.ts';
import type { Overlay } from '../frame.ts';
import { controlBox } from './control.ts';
import { helpBox } from './help.ts';
import { modelBox } from './models.ts';
import { editBox, scaleBox } from './number-boxes.ts';
import { paletteBox } from './palette.ts';
import { stateBox } from './state.ts';
import { tokenBox } from './token.ts';

/** Every box over the panes, by its kind; each makes one from what is on the screen. A new box is a function here. */
const boxes: Readonly<Record<string, (c: Controller) => Overlay | null>> = {
  help: helpBox,
  palette: paletteBox,
  models: modelBox,
  scale: scaleBox,
  edit: editBox,
  control: controlBox,
  state: stateBox,
  targetToken: tokenBox('targetToken'),
  againstToken: tokenBox('againstToken'),
};

/** @throws RangeError if there is no such box */
export function boxNamed(kind: string): (c: Controller) => Overlay | null {
  const box = boxes[kind];
  if (box === undefined) throw new RangeError(`there is no box ${kind}`);
  return box;
}
