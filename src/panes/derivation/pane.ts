import type { Operand } from '../../core/derivation/derivation.ts';
import { stagesOf } from '../../core/derivation/places.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { clampIndex } from '../../explorer/selection.ts';
import { restartTrace } from '../../explorer/trace-path.ts';
import { definePane, type KeyContext } from '../kit/pane.ts';
import { perExplorer } from '../kit/per-explorer.ts';
import { derivationStatus } from './status.ts';
import { operandsIn, termLines } from './terms.ts';
import { derivationView } from './view.ts';
import { constantText, stageTokens } from './words.ts';

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
  status: (explorer) => derivationStatus(explorer, linesOf(explorer).value),
  rows: (explorer, { size }) => {
    const explanation = explanationIn(explorer);
    return derivationView({
      explanation,
      lines: linesOf(explorer).value,
      tokens: stageTokens(explorer),
      chosen: explorer.inputs.traceOperand.value,
      isCut: explorer.inputs.isTraceCut.value || explanation?.isCut === true,
      size,
    });
  },
  heightOf: () => 40,
});

const explanationIn = ({ run }: Explorer) => run.value.answers.derivation.value;

/** The operands in the order of the screen; the pair that is selected comes first. */
const linesOf = perExplorer((explorer, derive) => {
  const { run, selection } = explorer;
  return derive(() => {
    const explanation = run.value.answers.derivation.value;
    return explanation === null ? [] : termLines(explanation.derivation, selection.value.key);
  });
});

const operands = (explorer: Explorer) => operandsIn(linesOf(explorer).value);

/** Opens the chosen operand, or goes back to the number it is part of. */
function follow(c: KeyContext, steps: number): void {
  const { inputs } = c.explorer;
  // The way in view: if a step is gone, it is only the start.
  const path = explanationIn(c.explorer)?.path.slice(1) ?? [];
  const chosen = operands(c.explorer)[inputs.traceOperand.peek()];
  const place = steps < 0 ? null : (chosen?.place ?? null);
  if (steps < 0 && path.length === 0) {
    c.say('this is where the explanation begins');
    return;
  }
  if (steps > 0 && place === null) {
    c.say(chosen === undefined ? 'the explanation ends here' : endOf(chosen));
    return;
  }
  c.change(() => {
    restartTrace(inputs);
    inputs.tracePath.value = place === null ? path.slice(0, -1) : [...path, place];
  });
}

/** Why an operand has no operands of its own. */
function endOf({ stored, name }: Operand): string {
  const what = stored === null ? constantText(name) : 'a parameter of the model, which the text does not change';
  return `${name} ends the way: ${what}`;
}

/** Explains the number of another stage, for the same query. */
function moveStage(c: KeyContext, steps: number): void {
  const { traceFrom, loaded } = c.explorer.inputs;
  const { shown, place, partInterventions } = c.explorer;
  const stages = stagesOf(loaded.peek().model, shown.peek().part, place.peek().layer, partInterventions.peek());
  const names: readonly string[] = stages;
  const now = explanationIn(c.explorer)?.path[0].stage ?? traceFrom.peek();
  const next = stages[clampIndex(names.indexOf(now) + steps, stages.length)];
  if (next !== undefined) c.change(() => explainFrom(c.explorer, next));
}

/** Starts an explanation at the selected number of a stage. */
function explainFrom({ inputs }: Explorer, stage: Explorer['inputs']['traceFrom']['value']): void {
  inputs.traceFrom.value = stage;
  restartTrace(inputs);
}
