import { cell, type Row } from '../../panes/kit/cells.ts';
import type { KeyPress } from '../../terminal/input/key-name.ts';
import { graphemesOf } from '../../text/graphemes.ts';

/** The text of a field after a key; null: the key does not change it. */
export function typedInto(value: string, { name, text }: KeyPress): string | null {
  if (name === 'backspace') return graphemesOf(value).slice(0, -1).join('');
  if (name === 'ctrl+u') return '';
  return text === null ? null : value + text;
}

/** A field with its caret, and the invitation to type while it is empty. */
export function fieldRow(label: string, value: string, invitation: string): Row {
  const caret = { ...cell(' ', 'accent'), selected: true } as const;
  return [cell(` ${label} ${value}`), caret, cell(value === '' ? ` ${invitation}` : '', 'dim')];
}
