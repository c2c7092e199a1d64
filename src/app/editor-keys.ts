import type { EditorAction, EditorCommand } from '../explorer/editor/editor.ts';
import type { KeyPress } from '../terminal/input/key-name.ts';

/** A command of the sentence's editor: readline's keys, and what it does. */
interface EditorKeys {
  readonly keys: readonly string[];
  readonly does: string;
}

export const editorCommands: Readonly<Record<EditorCommand, EditorKeys>> = {
  moveLeft: { keys: ['left', 'ctrl+b'], does: 'move a character back' },
  moveRight: { keys: ['right', 'ctrl+f'], does: 'move a character forward' },
  moveHome: { keys: ['home', 'ctrl+a'], does: 'move to the start' },
  moveEnd: { keys: ['end', 'ctrl+e'], does: 'move to the end' },
  moveWordLeft: { keys: ['alt+b', 'ctrl+left'], does: 'move a word back' },
  moveWordRight: { keys: ['alt+f', 'ctrl+right'], does: 'move a word forward' },
  deleteBackward: { keys: ['backspace', 'ctrl+h'], does: 'delete the character before the caret' },
  deleteForward: { keys: ['delete', 'ctrl+d'], does: 'delete the character after the caret' },
  killBlankWordBackward: { keys: ['ctrl+w'], does: 'cut back to the blank before the word' },
  killWordBackward: { keys: ['alt+backspace'], does: 'cut back to the start of the word' },
  killWordForward: { keys: ['alt+d'], does: 'cut to the end of the word' },
  killToStart: { keys: ['ctrl+u'], does: 'cut back to the start of the sentence' },
  killToEnd: { keys: ['ctrl+k'], does: 'cut to the end of the sentence' },
  yank: { keys: ['ctrl+y'], does: 'insert what was cut' },
  transpose: { keys: ['ctrl+t'], does: 'swap two characters' },
  undo: { keys: ['ctrl+_', 'ctrl+z', 'ctrl+/'], does: 'undo the last edit' },
  historyPrevious: { keys: ['up'], does: 'go to the earlier sentence' },
  historyNext: { keys: ['down'], does: 'go to the later sentence' },
  submit: { keys: ['enter'], does: 'keep the sentence among the earlier ones' },
};

/** The command of each key in the sentence. */
export const editorKeys: ReadonlyMap<string, EditorCommand> = new Map(
  (Object.entries(editorCommands) as [EditorCommand, EditorKeys][]).flatMap(([command, { keys }]) =>
    keys.map((key) => [key, command] as const),
  ),
);

/** What a key does to the sentence; null if the editor does not use it. */
export function editorAction(press: KeyPress): EditorAction | null {
  if (press.text !== null) return { type: 'insert', text: press.text };
  const command = editorKeys.get(press.name);
  return command === undefined ? null : { type: command };
}

const arrows: Readonly<Record<string, string>> = { left: '←', right: '→', up: '↑', down: '↓' };

/** The key as the help writes it: `ctrl+left` is Ctrl-←. */
export function writtenKey(name: string): string {
  const [key = '', ...held] = name.split('+').reverse();
  const written = arrows[key] ?? key.charAt(0).toUpperCase() + key.slice(1);
  return [...held.reverse().map((one) => one.charAt(0).toUpperCase() + one.slice(1)), written].join('-');
}
