import { sweptMeasure, type TargetName, targetProblem } from '../../explorer/sweep-target.ts';
import { readToken } from '../../explorer/target-token.ts';
import { cell, insetRows, type Row } from '../../panes/kit/cells.ts';
import { predictedToken } from '../../panes/kit/names.ts';
import type { Controller } from '../controller-type.ts';
import { fieldBox } from './field-box.ts';

const purposes: Readonly<Record<TargetName, string>> = {
  targetToken: 'The sweep follows the probability of this token, or its logit minus that of the other token.',
  againstToken: 'The sweep follows the logit of the first token minus the logit of this one.',
};

/** A field for a token that the sweep follows; an empty one follows the most probable token. */
export const tokenBox = (name: TargetName) => (c: Controller) => {
  const { inputs } = c.explorer;
  return fieldBox(c, {
    kind: name,
    mode: 'TOKEN',
    title: 'a token of the vocabulary',
    label: 'token',
    invitation: 'type one token',
    hints: ['type a token', 'Enter set', 'Enter in an empty field: the most probable', 'Esc close'],
    rows: (value, { widthCells }) => tokenRows(inputs, name, value, widthCells),
    submit: (value) => {
      const problem = value === '' ? null : targetProblem(inputs, value);
      if (problem !== null) return problem;
      c.change(() => {
        inputs[name].value = value === '' ? null : value;
        if (name === 'againstToken') inputs.sweepMeasure.value = 'logits';
        else if (sweptMeasure(inputs) !== 'logits') inputs.sweepMeasure.value = 'prediction';
      });
      return null;
    },
  });
};

/** What the typed text is in the vocabulary. */
function tokenRows(
  inputs: Controller['explorer']['inputs'],
  name: TargetName,
  value: string,
  widthCells: number,
): Row[] {
  const words = [purposes[name], 'Enter in an empty field follows the most probable token.'].join(' ');
  return [...readRows(inputs, value, widthCells), [], ...insetRows(words, widthCells, 'dim')];
}

function readRows(inputs: Controller['explorer']['inputs'], value: string, widthCells: number): Row[] {
  if (value === '') return [];
  const problem = targetProblem(inputs, value);
  if (problem !== null) return insetRows(problem, widthCells, 'warning');
  const { tokenizer } = inputs.loaded.peek();
  const named = (text: string) => {
    const read = readToken(tokenizer, text);
    return 'id' in read ? `${predictedToken(tokenizer.tokenText?.(read.id) ?? '')}, token ${read.id}` : null;
  };
  const [typed, spaced] = [named(value), named(` ${value}`)];
  const other =
    spaced === null || spaced === typed ? [] : insetRows(`With a blank before it: ${spaced}`, widthCells, 'dim');
  return [[cell(` ${typed}`)], ...other];
}
