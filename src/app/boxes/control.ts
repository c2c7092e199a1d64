import { cleanText } from '../../explorer/editor/clean-text.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { findWord, isSameWord, wordsOf } from '../../explorer/word-places.ts';
import { cell, insetRows, type Row, type Size } from '../../panes/kit/cells.ts';
import { windowAround } from '../../panes/kit/viewport.ts';
import { cutEnd, padEnd } from '../../text/fitted-text.ts';
import { builtInSenseSets } from '../built-in-sense-sets.ts';
import type { Controller } from '../controller-type.ts';
import type { Overlay } from '../frame.ts';
import { type FieldBox, fieldBox } from './field-box.ts';

/** A built-in sentence with the compared word. */
interface ControlChoice {
  readonly text: string;
  /** The name of its sense. */
  readonly sense: string;
  /** Whether A is a built-in sentence with the same sense. */
  readonly isOfA: boolean;
}

/** The built-in sentences for a word, those with the sense of A first; without A and B. */
export function controlChoices(word: string, textA: string, textB: string): readonly ControlChoice[] {
  const set = builtInSenseSets.find((one) => isSameWord(one.word, word));
  const choices = (set?.senses ?? []).flatMap(({ name, sentences }) => {
    const isOfA = sentences.includes(textA.trim());
    return sentences.map((text): ControlChoice => ({ text, sense: name, isOfA }));
  });
  return choices
    .filter(({ text }) => text !== textA.trim() && text !== textB.trim())
    .toSorted((one, other) => Number(other.isOfA) - Number(one.isOfA));
}

function choicesOf({ inputs, askedPlaces }: Explorer): readonly ControlChoice[] {
  const word = askedPlaces.word.peek()?.word ?? '';
  return controlChoices(word, inputs.text.peek(), inputs.sentenceB.peek() ?? '');
}

/** A field for C, with a built-in sentence that is known to have A's sense; arrows go through the built-in sentences. */
export function controlBox(c: Controller): Overlay {
  const { explorer } = c;
  const known = explorer.inputs.control.peek();
  const offered = choicesOf(explorer).find(({ isOfA }) => isOfA)?.text ?? '';
  const box: FieldBox = {
    kind: 'control',
    mode: 'SENTENCE C',
    title: 'a third sentence',
    label: 'C',
    invitation: 'type a sentence',
    hints: ['type a sentence', '↑↓ built-in ones', 'Enter set', 'Enter in an empty field: none', 'Esc close'],
    rows: (value, size) => controlRows(explorer, value, size),
    offer: (key, value) => (key === 'up' || key === 'down' ? neighbour(explorer, value, key) : null),
    submit: (value) => {
      const text = cleanText(value).trim();
      c.change(() => c.actions.setControl(text === '' ? null : text));
      return null;
    },
  };
  return fieldBox(c, box, known ?? offered, true);
}

function neighbour(explorer: Explorer, value: string, key: 'up' | 'down'): string | null {
  const choices = choicesOf(explorer);
  const now = choices.findIndex(({ text }) => text === value);
  return choices[key === 'up' ? Math.max(0, now - 1) : Math.min(choices.length - 1, now + 1)]?.text ?? null;
}

/** What C is for, and the built-in sentences to choose from. */
function controlRows(explorer: Explorer, value: string, { widthCells, heightCells }: Size): Row[] {
  const word = explorer.askedPlaces.word.peek()?.word ?? 'the word';
  const hasWord = value === '' || findWord(wordsOf(value), word) !== null;
  const help = `C uses "${word}" in the same sense as A: A–C shows how much two uses of one sense differ.`;
  const choices = choicesOf(explorer);
  const top = [
    ...insetRows(help, widthCells, 'dim'),
    [cell(hasWord ? '' : cutEnd(` this sentence has no "${word}"`, widthCells), 'warning')],
  ];
  const selected = choices.findIndex(({ text }) => text === value);
  const { start, end } = windowAround(choices.length, Math.max(1, heightCells - top.length), Math.max(0, selected));
  const width = Math.max(0, ...choices.map(({ sense }) => sense.length)) + 2;
  return [
    ...top,
    ...choices.slice(start, end).map(({ text, sense, isOfA }, index): Row => {
      const isSelected = start + index === selected;
      const line = `${isSelected ? '▸' : ' '} ${padEnd(sense, width)}${text}`;
      return [cell(cutEnd(line, widthCells), isSelected ? 'accent' : isOfA ? 'plain' : 'dim')];
    }),
  ];
}
