import type { EditorAction, EditorCommand } from '../explorer/editor/editor.ts';
import type { KeyPress } from '../terminal/input/key-name.ts';

/** Readline's keys. */
const keysOf: Readonly<Record<EditorCommand, readonly string[]>> = {
  moveLeft: ['left', 'ctrl+b'],
  moveRight: ['right', 'ctrl+f'],
  moveHome: ['home', 'ctrl+a'],
  moveEnd: ['end', 'ctrl+e'],
  moveWordLeft: ['ctrl+left', 'alt+b'],
  moveWordRight: ['ctrl+right', 'alt+f'],
  deleteBackward: ['backspace', 'ctrl+h'],
  deleteForward: ['delete', 'ctrl+d'],
  killBlankWordBackward: ['ctrl+w'],
  killWordBackward: ['alt+backspace'],
  killWordForward: ['alt+d'],
  killToStart: ['ctrl+u'],
  killToEnd: ['ctrl+k'],
  yank: ['ctrl+y'],
  transpose: ['ctrl+t'],
  undo: ['ctrl+_', 'ctrl+/', 'ctrl+z'],
  historyPrevious: ['up', 'ctrl+p'],
  historyNext: ['down', 'ctrl+n'],
  submit: ['enter'],
};

/** The command of each key in the sentence. */
export const editorKeys: ReadonlyMap<string, EditorCommand> = new Map(
  (Object.entries(keysOf) as [EditorCommand, string[]][]).flatMap(([command, keys]) =>
    keys.map((key) => [key, command] as const),
  ),
);

/** What a key does to the sentence; null if the editor does not use it. */
export function editorAction(press: KeyPress): EditorAction | null {
  if (press.text !== null) return { type: 'insert', text: press.text };
  const command = editorKeys.get(press.name);
  return command === undefined ? null : { type: command };
}
