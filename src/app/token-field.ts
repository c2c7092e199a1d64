import { sweptMeasure, type TargetName, targetProblem } from '../explorer/sweep-target.ts';
import { readToken } from '../explorer/target-token.ts';
import { cell, type Row, type Tone, wrappedRows } from '../panes/kit/cells.ts';
import { predictedToken } from '../panes/kit/names.ts';
import type { Controller } from './controller-type.ts';

/** Follows the typed token; an empty field follows the most probable one. A text that is not one token stays in the field. */
export function submitToken(
  { explorer: { inputs }, change, overlay, message }: Controller,
  name: TargetName,
  value: string,
) {
  const problem = value === '' ? null : targetProblem(inputs, value);
  if (problem !== null) {
    message.value = problem;
    return;
  }
  overlay.value = null;
  change(() => {
    inputs[name].value = value === '' ? null : value;
    if (name === 'againstToken') inputs.sweepMeasure.value = 'logits';
    else if (sweptMeasure(inputs) !== 'logits') inputs.sweepMeasure.value = 'prediction';
  });
}

const purposes: Readonly<Record<TargetName, string>> = {
  targetToken: 'The sweep follows the probability of this token, or its logit minus that of the other token.',
  againstToken: 'The sweep follows the logit of the first token minus the logit of this one.',
};

/** What the typed text is in the vocabulary. */
export function tokenRows(
  { explorer: { inputs } }: Controller,
  name: TargetName,
  value: string,
  widthCells: number,
): Row[] {
  const words = [purposes[name], 'Enter in an empty field follows the most probable token.'].join(' ');
  return [...readRows(inputs, value, widthCells), [], ...wrapped(words, widthCells)];
}

function readRows(inputs: Controller['explorer']['inputs'], value: string, widthCells: number): Row[] {
  if (value === '') return [];
  const problem = targetProblem(inputs, value);
  if (problem !== null) return wrapped(problem, widthCells, 'warning');
  const { tokenizer } = inputs.loaded.peek();
  const named = (text: string) => {
    const read = readToken(tokenizer, text);
    return 'id' in read ? `${predictedToken(tokenizer.tokenText?.(read.id) ?? '')}, token ${read.id}` : null;
  };
  const [typed, spaced] = [named(value), named(` ${value}`)];
  const other = spaced === null || spaced === typed ? [] : wrapped(`With a blank before it: ${spaced}`, widthCells);
  return [[cell(` ${typed}`)], ...other];
}

function wrapped(text: string, widthCells: number, tone: Tone = 'dim'): Row[] {
  return wrappedRows(text, widthCells - 2, tone).map((row): Row => [cell(' '), ...row]);
}
