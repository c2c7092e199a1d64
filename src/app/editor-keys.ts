import type { EditorAction, EditorCommand } from '../explorer/editor/editor.ts';
import type { KeyPress } from '../terminal/input/key-name.ts';

/** Readline's keys. */
export const editorKeys: ReadonlyMap<string, EditorCommand> = new Map<string, EditorCommand>([
  ['left', 'moveLeft'],
  ['ctrl+b', 'moveLeft'],
  ['right', 'moveRight'],
  ['ctrl+f', 'moveRight'],
  ['home', 'moveHome'],
  ['ctrl+a', 'moveHome'],
  ['end', 'moveEnd'],
  ['ctrl+e', 'moveEnd'],
  ['ctrl+left', 'moveWordLeft'],
  ['alt+b', 'moveWordLeft'],
  ['ctrl+right', 'moveWordRight'],
  ['alt+f', 'moveWordRight'],
  ['backspace', 'deleteBackward'],
  ['ctrl+h', 'deleteBackward'],
  ['delete', 'deleteForward'],
  ['ctrl+d', 'deleteForward'],
  ['ctrl+w', 'killBlankWordBackward'],
  ['alt+backspace', 'killWordBackward'],
  ['alt+d', 'killWordForward'],
  ['ctrl+u', 'killToStart'],
  ['ctrl+k', 'killToEnd'],
  ['ctrl+y', 'yank'],
  ['ctrl+t', 'transpose'],
  ['ctrl+_', 'undo'],
  ['ctrl+/', 'undo'],
  ['ctrl+z', 'undo'],
  ['up', 'historyPrevious'],
  ['ctrl+p', 'historyPrevious'],
  ['down', 'historyNext'],
  ['ctrl+n', 'historyNext'],
  ['enter', 'submit'],
]);

/** What a key does to the sentence; null: nothing. */
export function editorAction(press: KeyPress): EditorAction | null {
  if (press.text !== null) return { type: 'insert', text: press.text };
  const command = editorKeys.get(press.name);
  return command === undefined ? null : { type: command };
}
