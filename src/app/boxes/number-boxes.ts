import type { EditableStage } from '../../core/interventions.ts';
import { isByKey } from '../../explorer/intervention-places.ts';
import { numberProblem, parseNumber } from '../../explorer/settings/parse-number.ts';
import { positionedLabel } from '../../explorer/token-view.ts';
import { cell, insetRows, type Row } from '../../panes/kit/cells.ts';
import { compact, fixed } from '../../panes/kit/format.ts';
import { blockRow } from '../../tensor/tensor.ts';
import type { Controller } from '../controller-type.ts';
import type { Overlay } from '../frame.ts';
import { keyOf } from '../keys/bindings.ts';
import { editedStage } from '../keys/intervention-keys.ts';
import { fieldBox } from './field-box.ts';

/** What is wrong with a number in a field that must be at least `least`; null: nothing. */
function refusal(value: string, least?: number): string | null {
  const problem = numberProblem(value, least);
  if (problem === null) return null;
  return value.trim() === '' ? problem.replace('not a number', 'the field is empty') : `"${value}" is ${problem}`;
}

export function scaleBox(c: Controller): Overlay {
  const { explorer, actions } = c;
  const words = `It multiplies q·k: 1 / temperature. 1 is the model itself. 0 makes all weights equal, unless the model adds numbers for positions. The larger it is, the more weight goes to the largest q·k among the visible keys. ${keyOf('factor-back')} sets it back to 1.`;
  return fieldBox(c, {
    kind: 'scale',
    mode: 'FACTOR',
    closedBy: keyOf('factor'),
    title: 'factor on the scores',
    label: 'factor',
    invitation: 'type a number',
    hints: ['type a number', 'Enter set', 'Esc close'],
    rows: (_, { widthCells }) => [
      [cell(` now × ${compact(explorer.interventions.peek().scaleFactor)}`)],
      [],
      ...insetRows(words, widthCells, 'dim'),
    ],
    submit: (value) => {
      const problem = refusal(value, 0);
      if (problem === null) c.change(() => actions.setScaleFactor(parseNumber(value)));
      return problem;
    },
  });
}

export function editBox(c: Controller): Overlay | null {
  const stage = editedStage(c);
  if (stage === null) return null;
  return fieldBox(c, {
    kind: 'edit',
    mode: 'NUMBER',
    closedBy: keyOf('edit'),
    title: 'replace a computed number',
    label: 'number',
    invitation: 'type a number',
    hints: ['type a number', 'Enter set', 'Enter in an empty field: as computed', 'Esc close'],
    rows: (_, { widthCells }) => editRows(c, stage, widthCells),
    submit: (value) => {
      const isEmpty = value.trim() === '';
      const problem = isEmpty ? null : refusal(value);
      if (problem === null) c.change(() => c.actions.editCell(stage, isEmpty ? null : parseNumber(value)));
      return problem;
    },
  });
}

const stageWords = { q: 'Q', k: 'K', v: 'V', scores: 'score', attentionWeights: 'weight' } as const;

/** The edited cell, its present number, and what the edit does. */
function editRows({ explorer, actions }: Controller, stage: EditableStage, widthCells: number): Row[] {
  const { layer, head, row, column } = actions.editedPlace(stage);
  const values = explorer.shown.peek().layers[layer]?.[stage];
  const value = values === undefined ? Number.NaN : (blockRow(values, head, row)[column] ?? Number.NaN);
  const name = (token: number) => positionedLabel(explorer.textTokens.peek(), token, 20);
  const place = isByKey({ stage }) ? `${name(row)} → ${name(column)}` : `${name(row)}, dimension ${column}`;
  const { isRenormalised } = explorer.interventions.peek();
  const rest =
    stage === 'attentionWeights'
      ? isRenormalised
        ? `Its row is then divided by its sum; ${keyOf('renormalise')} keeps rows as typed.`
        : `Its row stays as it is, whatever its sum; ${keyOf('renormalise')} divides rows with a typed weight by their sum.`
      : 'Everything computed from it changes, too.';
  const undo = `Enter in an empty field restores the computed number; ${keyOf('edits-back')} restores all of them.`;
  return [
    [cell(` ${stageWords[stage]} of L${layer} H${head}, ${place}: now ${fixed(value, 4)}`)],
    [],
    ...insetRows(`${rest} ${undo}`, widthCells, 'dim'),
  ];
}
