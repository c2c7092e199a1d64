import type { Controller } from '../controller-type.ts';
import type { Overlay } from '../frame.ts';
import { type Choice, listBox } from './list-box.ts';

/** The models to open. */
export function modelChoices(c: Controller): readonly Choice[] {
  const open = c.explorer.inputs.loaded.peek().model.name;
  return c.choices.map(({ name, note, problem = null }) => ({
    text: name,
    note: name === open ? `${note}  (open now)` : note,
    problem: problem === null ? null : `${name} cannot be used: ${problem}`,
    choose: () => c.chooseModel(name),
  }));
}

export function modelBox(c: Controller): Overlay {
  return listBox(c, {
    kind: 'models',
    mode: 'MODELS',
    title: 'choose a model',
    label: 'filter',
    invitation: 'type a part of a name',
    hints: ['type to filter', '↑↓ choose', 'Enter open', 'Esc close'],
    choices: modelChoices(c),
    nothing: (query) => `no model has "${query}" in its name`,
  });
}
