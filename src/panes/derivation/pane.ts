import { stagesOf } from '../../core/derivation/places.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { clampIndex } from '../../explorer/selection.ts';
import { commonInput } from '../kit/inputs.ts';
import { definePane, type KeyContext } from '../kit/pane.ts';
import { derivationView, operandsOf } from './view.ts';

export const derivationPane = definePane({
  name: 'derivation',
  title: 'how it is made',
  order: 6,
  key: '6',
  alias: 't',
  hint: 't how made',
  help: 'how it is made: the selected number, and the numbers that made it',
  view: 'trace',
  place: 'beside',
  needs: ['derivation'],
  enter: (explorer, from) => explainFrom(explorer, from.explains?.(explorer) ?? 'attentionWeights'),
  upDown: [
    'operand',
    ({ explorer }, steps) => {
      const { traceOperand } = explorer.inputs;
      traceOperand.value = clampIndex(traceOperand.peek() + steps, operands(explorer).length);
    },
  ],
  leftRight: ['into or back', follow],
  keys: [
    { keys: ['enter'], label: 'Enter', does: 'open the chosen operand', run: (c) => follow(c, 1) },
    { keys: ['backspace'], label: 'Backspace', does: 'step back', run: (c) => follow(c, -1) },
    {
      action: 'next-stage',
      keys: ['n'],
      label: 'n',
      hint: 'n/p stage',
      does: "the next stage, up to the layer's output",
      run: (c) => moveStage(c, 1),
    },
    { keys: ['p'], label: 'p', does: "the previous stage, down to the layer's input", run: (c) => moveStage(c, -1) },
  ],
  rows: (explorer, context) =>
    derivationView({
      ...commonInput(explorer, context),
      derivation: derivationIn(explorer),
      depth: explorer.inputs.tracePath.value.length,
      chosen: explorer.inputs.traceOperand.value,
    }),
  heightOf: () => 40,
});

const derivationIn = ({ run }: Explorer) => run.value.answers.derivation.value;

function operands(explorer: Explorer) {
  const derivation = derivationIn(explorer);
  return derivation === null ? [] : operandsOf(derivation);
}

/** Opens the chosen operand, or goes back to the number it is part of. */
function follow(c: KeyContext, steps: number): void {
  const { tracePath, traceOperand } = c.explorer.inputs;
  const path = tracePath.peek();
  const place = steps < 0 ? null : (operands(c.explorer)[traceOperand.peek()]?.place ?? null);
  if (steps < 0 && path.length === 0) {
    c.say('this is where the explanation begins');
    return;
  }
  if (steps > 0 && place === null) {
    c.say('this is a parameter of the model or a constant: the text does not change it');
    return;
  }
  c.change(() => {
    tracePath.value = place === null ? path.slice(0, -1) : [...path, place];
    traceOperand.value = 0;
  });
}

/** Explains the number of another stage, for the same query. */
function moveStage(c: KeyContext, steps: number): void {
  const { traceFrom, loaded } = c.explorer.inputs;
  const { shown, place } = c.explorer;
  const stages = stagesOf(loaded.peek().model, shown.peek().part, place.peek().layer);
  const next = stages[clampIndex(stages.indexOf(traceFrom.peek()) + steps, stages.length)];
  if (next !== undefined) c.change(() => explainFrom(c.explorer, next));
}

/** Starts an explanation at the selected number of a stage. */
function explainFrom({ inputs }: Explorer, stage: Explorer['inputs']['traceFrom']['value']): void {
  inputs.traceFrom.value = stage;
  inputs.tracePath.value = [];
  inputs.traceOperand.value = 0;
}
