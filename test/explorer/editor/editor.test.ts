import { describe, expect, test } from 'vitest';
import { snapToBoundary } from '../../../src/explorer/editor/boundaries.ts';
import { type EditorAction, type EditorCommand, editorReducer } from '../../../src/explorer/editor/editor.ts';
import { createEditor, type EditorState, MAX_TEXT_LENGTH } from '../../../src/explorer/editor/editor-state.ts';

function run(state: EditorState, ...actions: (EditorAction | EditorCommand)[]): EditorState {
  return actions.reduce<EditorState>(
    (current, action) => editorReducer(current, typeof action === 'string' ? { type: action } : action),
    state,
  );
}

function type(state: EditorState, text: string): EditorState {
  return run(state, ...[...text].map((character): EditorAction => ({ type: 'insert', text: character })));
}

const empty = createEditor();

describe('undo', () => {
  test('takes typing back a word at a time', () => {
    const typed = type(empty, 'the river bank');
    expect(run(typed, 'undo').text).toBe('the river ');
    expect(run(typed, 'undo', 'undo').text).toBe('the ');
    expect(run(typed, 'undo', 'undo', 'undo').text).toBe('');
  });

  test('takes each deletion back alone', () => {
    const typed = run(type(empty, 'bank'), 'deleteBackward', 'deleteBackward');
    expect(run(typed, 'undo').text).toBe('ban');
    expect(run(typed, 'undo', 'undo').text).toBe('bank');
  });

  test('begins a new step where the caret was moved', () => {
    const typed = type(run(type(empty, 'ab'), 'moveLeft'), 'x');
    expect(typed.text).toBe('axb');
    expect(run(typed, 'undo')).toMatchObject({ text: 'ab', caret: 1 });
  });

  test('takes a paste back at once', () => {
    const pasted = run(type(empty, 'a'), { type: 'paste', text: 'one two three' });
    expect(run(pasted, 'undo').text).toBe('a');
  });

  test('takes a replaced sentence back at once', () => {
    const replaced = run(type(empty, 'mine'), { type: 'replace', text: 'please study man' });
    expect(replaced).toMatchObject({ text: 'please study man', caret: 16 });
    expect(run(replaced, 'undo')).toMatchObject({ text: 'mine', caret: 4 });
  });

  test('ends at the beginning, and is bounded', () => {
    expect(run(empty, 'undo')).toBe(empty);
    const many = type(empty, 'a b '.repeat(300));
    expect(many.undo.length).toBeLessThanOrEqual(200);
  });
});

describe('kills', () => {
  const line = createEditor('one two three');

  test('in a row are joined in the order of the text', () => {
    const killed = run(line, 'killWordBackward', 'killWordBackward');
    expect(killed.killed).toBe('two three');
    expect(run(killed, 'yank').text).toBe('one two three');
    expect(run(line, 'moveWordLeft', 'killWordForward', 'killBlankWordBackward').killed).toBe('two three');
  });

  test('that are apart replace each other', () => {
    const killed = run(line, 'killWordBackward', 'moveHome', 'killWordForward');
    expect(killed.killed).toBe('one');
  });

  test('of nothing keep what was killed', () => {
    expect(run(line, 'killToStart', 'moveEnd', 'killToEnd').killed).toBe('one two three');
  });

  test('are not made by plain deletions', () => {
    expect(run(line, 'deleteBackward').killed).toBe('');
  });
});

describe('pasting', () => {
  test('several lines gives one', () => {
    const pasted = run(createEditor('> '), { type: 'paste', text: 'The boat\r\n\tdrifted.\n' });
    expect(pasted).toMatchObject({ text: '> The boat drifted.', caret: 19 });
  });

  test('nothing changes nothing', () => {
    expect(run(empty, { type: 'paste', text: '\u0007' })).toBe(empty);
  });

  test('too much is cut between graphemes, and said', () => {
    const room = createEditor('x'.repeat(MAX_TEXT_LENGTH - 3));
    const pasted = run(room, { type: 'paste', text: 'é👩‍🚀z' });
    expect(pasted).toMatchObject({ text: `${room.text}é`, overflow: true });
    expect(run(pasted, 'moveLeft').overflow).toBe(false);
    const full = createEditor('x'.repeat(MAX_TEXT_LENGTH));
    expect(run(full, { type: 'insert', text: 'y' })).toMatchObject({ text: full.text, overflow: true });
  });
});

describe('the caret', () => {
  test('goes behind a cluster that typing joins', () => {
    const flag = run(createEditor('🇪'), 'moveHome', { type: 'insert', text: '🇩' });
    expect(flag).toMatchObject({ text: '🇩🇪', caret: 4 });
    const accent = type(createEditor('e'), '\u0301');
    expect(accent.caret).toBe(2);
  });

  test('stays between graphemes whatever is done', () => {
    const pieces = ['a', ' ', '\u0301', '👩', '\u200d', '🚀', '🇩', '🇪', '각', '\u1100', '\u1161', '👍', '🏽', '-'];
    const commands: EditorCommand[] = [
      ...(['moveLeft', 'moveRight', 'moveWordLeft', 'moveWordRight', 'deleteBackward', 'deleteForward'] as const),
      ...(['killWordBackward', 'killBlankWordBackward', 'killWordForward', 'yank', 'transpose', 'undo'] as const),
      ...(['moveHome', 'moveEnd', 'submit', 'historyPrevious', 'historyNext'] as const),
    ];
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    let state = empty;
    for (let step = 0; step < 5000; step++) {
      const action: EditorAction =
        random(2) === 0
          ? { type: 'insert', text: pieces[random(pieces.length)] ?? '' }
          : { type: commands[random(commands.length)] ?? 'moveLeft' };
      const before = state;
      state = editorReducer(state, action);
      const what = `${JSON.stringify(action)} on ${JSON.stringify(before.text)} at ${before.caret}`;
      expect(snapToBoundary(state.text, state.caret), what).toBe(state.caret);
      expect(state.text.isWellFormed(), what).toBe(true);
      if (state.text.length > 200) state = empty;
    }
  });
});

test('a state is never changed', () => {
  const state = Object.freeze(createEditor('one two'));
  Object.freeze(state.undo);
  const commands: EditorCommand[] = ['killWordBackward', 'transpose', 'deleteBackward', 'submit', 'undo'];
  for (const command of commands) run(state, command);
  expect(state).toEqual(createEditor('one two'));
});
