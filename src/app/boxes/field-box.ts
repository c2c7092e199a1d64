import type { Row, Size } from '../../panes/kit/cells.ts';
import type { Controller } from '../controller-type.ts';
import type { Overlay } from '../frame.ts';
import { fieldRow, typedInto } from './fields.ts';

/** A box with one field. */
export interface FieldBox {
  readonly kind: string;
  readonly mode: string;
  readonly closedBy?: string;
  readonly title: string;
  readonly label: string;
  readonly invitation: string;
  readonly hints: readonly string[];
  /** What stands below the field. */
  rows(value: string, size: Size): Row[];
  /** Another text that a key offers; null: the key offers none. */
  offer?(key: string, value: string): string | null;
  /** Takes what was typed.  @returns what is wrong with it; null: it was taken */
  submit(value: string): string | null;
}

/** The box with a text in its field. The first typed letter replaces an offered text. */
export function fieldBox(c: Controller, box: FieldBox, value = '', isOffered = false): Overlay {
  const { kind, mode, closedBy, title, label, invitation, hints } = box;
  return {
    ...{ kind, mode, hints, value, ...(closedBy === undefined ? {} : { closedBy }) },
    title: () => title,
    rows: ({ widthCells, heightCells }) => [
      fieldRow(label, value, invitation),
      [],
      ...box.rows(value, { widthCells, heightCells: heightCells - 2 }),
    ],
    press(press) {
      if (press.name === 'enter') {
        const problem = box.submit(value);
        if (problem === null) c.overlay.value = null;
        else c.say(problem);
        return true;
      }
      const offered = box.offer?.(press.name, value) ?? null;
      const typed = offered ?? typedInto(isOffered && press.text !== null ? '' : value, press);
      if (typed !== null) c.overlay.value = fieldBox(c, box, typed, offered !== null);
      return typed !== null;
    },
  };
}
