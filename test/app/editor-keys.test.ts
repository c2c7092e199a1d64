import { describe, expect, test } from 'vitest';
import { editorAction, editorKeys } from '../../src/app/editor-keys.ts';
import { editorReducer } from '../../src/explorer/editor/editor.ts';
import { createEditor, type EditorState } from '../../src/explorer/editor/editor-state.ts';
import { createHistory } from '../../src/explorer/editor/history.ts';

/** An editor from its text with `|` where the caret is. */
function at(marked: string): EditorState {
  const caret = marked.indexOf('|');
  return { ...createEditor(marked.replace('|', '')), caret };
}

function marked({ text, caret }: EditorState): string {
  return `${text.slice(0, caret)}|${text.slice(caret)}`;
}

function press(state: EditorState, ...names: string[]): EditorState {
  return names.reduce((current, name) => {
    const text = name === 'space' ? ' ' : [...name].length === 1 ? name : null;
    const action = editorAction({ name, text });
    if (action === null) throw new Error(`${name} is not a key of the editor`);
    return editorReducer(current, action);
  }, state);
}

const cases: [key: string, before: string, after: string][] = [
  ['x', 'a|b', 'ax|b'],
  ['space', 'a|b', 'a |b'],
  ['é', '|', 'é|'],
  ['漢', 'a|', 'a漢|'],
  ['left', 'ab|', 'a|b'],
  ['left', '|ab', '|ab'],
  ['left', 'a👩‍🚀|', 'a|👩‍🚀'],
  ['ctrl+b', 'e\u0301|x', '|e\u0301x'],
  ['right', '|ab', 'a|b'],
  ['right', '🇩🇪|🇫🇷', '🇩🇪🇫🇷|'],
  ['right', 'ab|', 'ab|'],
  ['ctrl+f', '|각x', '각|x'],
  ['home', 'ab|c', '|abc'],
  ['ctrl+a', 'ab|c', '|abc'],
  ['end', 'a|bc', 'abc|'],
  ['ctrl+e', 'a|bc', 'abc|'],
  ['alt+b', 'the river bank.|', 'the river |bank.'],
  ['alt+b', 'the river |bank', 'the |river bank'],
  ['alt+b', 'the naïve|', 'the |naïve'],
  ['ctrl+left', 'the ri|ver', 'the |river'],
  ['alt+f', 'the| river bank', 'the river| bank'],
  ['alt+f', '|…мир 2024!', '…мир| 2024!'],
  ['alt+f', '|e\u0301te\u0301 x', 'e\u0301te\u0301| x'],
  ['ctrl+right', 'ri|ver bank', 'river| bank'],
  ['backspace', 'ab|c', 'a|c'],
  ['backspace', '|abc', '|abc'],
  ['backspace', 'a👨‍👩‍👧‍👦|b', 'a|b'],
  ['backspace', 'a🇩🇪🇫🇷|', 'a🇩🇪|'],
  ['backspace', 'ne\u0301|', 'n|'],
  ['backspace', 'x각|', 'x|'],
  ['ctrl+h', 'ab|', 'a|'],
  ['delete', 'a|bc', 'a|c'],
  ['delete', 'abc|', 'abc|'],
  ['delete', 'a|👍🏽b', 'a|b'],
  ['ctrl+d', 'a|e\u0301c', 'a|c'],
  ['ctrl+w', 'the river bank.|', 'the river |'],
  ['ctrl+w', 'the river-bank  |x', 'the |x'],
  ['alt+backspace', 'the river-bank.|', 'the river-|'],
  ['alt+d', 'the| river bank', 'the| bank'],
  ['ctrl+u', 'the river| bank', '| bank'],
  ['ctrl+k', 'the river| bank', 'the river|'],
  ['ctrl+t', 'ab|c', 'acb|'],
  ['ctrl+t', 'abc|', 'acb|'],
  ['ctrl+t', '|abc', '|abc'],
  ['ctrl+t', '👩‍🚀e\u0301|', 'e\u0301👩‍🚀|'],
];

describe('each key', () => {
  test.each(cases)('%s makes of %s %s', (key, before, after) => {
    expect(marked(press(at(before), key))).toBe(after);
  });

  test.each(['ctrl+_', 'ctrl+/', 'ctrl+z'])('%s undoes', (key) => {
    expect(marked(press(at('ab|'), 'backspace', key))).toBe('ab|');
  });

  test('ctrl+y yanks the last kill', () => {
    expect(marked(press(at('the river| bank'), 'ctrl+k', 'home', 'ctrl+y'))).toBe(' bank|the river');
  });

  test('up and down walk through the history', () => {
    const state = createEditor('now', createHistory(['then']));
    expect(press(state, 'up').text).toBe('then');
    expect(press(state, 'up', 'down').text).toBe('now');
  });

  test('enter adds the sentence to the history and leaves it', () => {
    const state = press(at('hi|'), 'enter');
    expect(state.history.sentences).toEqual(['hi']);
    expect(marked(state)).toBe('hi|');
  });

  test('every key of the table has been tried', () => {
    const tried = new Set([...cases.map(([key]) => key), 'ctrl+_', 'ctrl+/', 'ctrl+z', 'ctrl+y', 'up', 'down']);
    tried.add('enter');
    expect([...editorKeys.keys()].filter((key) => !tried.has(key))).toEqual([]);
  });

  test.each(['escape', 'tab', 'alt+up', 'alt+left', 'pageup', 'ctrl+c', 'ctrl+p', 'ctrl+n', 'shift+tab', 'unknown'])(
    '%s is not the editor’s',
    (name) => {
      expect(editorAction({ name, text: null })).toBeNull();
    },
  );
});
