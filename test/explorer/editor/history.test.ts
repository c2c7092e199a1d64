import { describe, expect, test } from 'vitest';
import { type EditorAction, editorReducer } from '../../../src/explorer/editor/editor.ts';
import { createEditor } from '../../../src/explorer/editor/editor-state.ts';
import { addSentence, createHistory, MAX_SENTENCES } from '../../../src/explorer/editor/history.ts';

const previous: EditorAction = { type: 'historyPrevious' };
const next: EditorAction = { type: 'historyNext' };

function run(start: ReturnType<typeof createEditor>, ...actions: EditorAction[]) {
  return actions.reduce(editorReducer, start);
}

describe('the list', () => {
  test('leaves out blank sentences and neighbours that repeat', () => {
    expect(createHistory(['a', 'a', '', '  ', 'b', 'a']).sentences).toEqual(['a', 'b', 'a']);
    expect(addSentence(createHistory(['a']), 'a').sentences).toEqual(['a']);
  });

  test('keeps the newest two hundred', () => {
    const history = createHistory(Array.from({ length: 250 }, (_, index) => `sentence ${index}`));
    expect(history.sentences).toHaveLength(MAX_SENTENCES);
    expect(addSentence(history, 'new').sentences).toHaveLength(MAX_SENTENCES);
    expect(addSentence(history, 'new').sentences.at(-1)).toBe('new');
  });

  test('has one line a sentence', () => {
    expect(createHistory(['one\ntwo']).sentences).toEqual(['one two']);
  });
});

describe('walking', () => {
  const start = createEditor('draft', createHistory(['old', 'new']));

  test('goes back to the oldest and stays there', () => {
    expect(run(start, previous).text).toBe('new');
    expect(run(start, previous, previous).text).toBe('old');
    expect(run(start, previous, previous, previous).text).toBe('old');
  });

  test('comes back to the draft, with the caret at its end', () => {
    const back = run(start, previous, previous, next, next);
    expect(back).toMatchObject({ text: 'draft', caret: 5 });
    expect(run(back, next)).toBe(back);
  });

  test('does not let an edit of a recalled sentence change the history', () => {
    const edited = run(start, previous, { type: 'insert', text: '!' });
    expect(edited.text).toBe('new!');
    expect(edited.history.sentences).toEqual(['old', 'new']);
    expect(run(edited, previous).text).toBe('old');
    expect(run(edited, next).text).toBe('draft');
  });

  test('can be undone, an edit of a recalled sentence too', () => {
    const edited = run(start, previous, { type: 'insert', text: '!' }, previous);
    expect(run(edited, { type: 'undo' }).text).toBe('new!');
    expect(run(edited, { type: 'undo' }, { type: 'undo' }, { type: 'undo' }).text).toBe('draft');
  });

  test('passes over what is shown already', () => {
    const submitted = run(start, { type: 'submit' });
    expect(submitted).toMatchObject({ text: 'draft', history: { sentences: ['old', 'new', 'draft'] } });
    expect(run(submitted, previous).text).toBe('new');
    expect(run(submitted, previous, next, next).text).toBe('draft');
  });

  test('changes nothing where there is no history', () => {
    const alone = createEditor('draft');
    expect(run(alone, previous)).toBe(alone);
    expect(run(alone, next)).toBe(alone);
  });

  test('submitting a recalled and edited sentence adds it as the newest', () => {
    const submitted = run(start, previous, previous, { type: 'insert', text: 'er' }, { type: 'submit' });
    expect(submitted.history.sentences).toEqual(['old', 'new', 'older']);
    expect(submitted.text).toBe('older');
  });
});
