import { layerStages } from '../../core/chain/forward.ts';
import type { CellPlace, DerivedStage } from '../../core/derivation/derivation.ts';
import { type AblationMeasure, ablationMeasures } from '../../core/measures/ablation-effect.ts';
import { headScoreNames } from '../../core/measures/head-scores.ts';
import { attentionParts } from '../../core/trace.ts';
import type { PaneName } from '../pane-names.ts';
import { lenses } from '../selection.ts';
import {
  checkHead,
  checkIndex,
  checkLayer,
  choiceSetting,
  type Facts,
  indexSetting,
  listSetting,
  refuse,
  type Setting,
  screenCommands,
  switchSetting,
} from './setting.ts';
import { stageName } from './stage-names.ts';
import { paneOf, viewNames, viewOf } from './views.ts';

const pane: Setting<PaneName> = {
  flag: 'view',
  metavar: 'VIEW',
  help: 'what is shown below the tokens; weights by default',
  commands: screenCommands,
  choices: viewNames,
  initial: 'attention',
  read: (given) => paneOf(given) ?? refuse(`one of ${viewNames.join(', ')} is expected`),
  write: (value) => viewOf(value, 'weights'),
};

const stages: readonly DerivedStage[] = ['embedding', ...layerStages, 'finalNorm'];

const tracePath = listSetting<CellPlace>(
  {
    flag: 'path',
    help: 'with --view trace: the numbers that were followed, such as cross:weights:1.1.8.7 or residPre:1.-.8.7',
    commands: screenCommands,
  },
  'CELL,...',
  (given) => {
    const [, partName = 'encoder', name, layer, head, row, column] =
      /^(?:(\w+):)?(\w+):(\d+)\.(\d+|-)\.(\d+)\.(\d+)$/.exec(given) ?? [];
    const part = attentionParts.find((one) => one === partName);
    const stage = stages.find((one) => stageName(one) === name);
    if (part === undefined || stage === undefined)
      refuse('PART:STAGE:L.H.ROW.COLUMN is expected, such as weights:1.1.8.7', given);
    return {
      ...{ part, stage, layer: Number(layer), head: head === '-' ? null : Number(head) },
      ...{ row: Number(row), column: Number(column) },
    };
  },
  placeText,
  checkPlace,
);

function placeText({ part, stage, layer, head, row, column }: CellPlace): string {
  return `${part === 'encoder' ? '' : `${part}:`}${stageName(stage)}:${layer}.${head ?? '-'}.${row}.${column}`;
}

function checkPlace(place: CellPlace, facts: Facts): void {
  const { part, layer, head, row } = place;
  const given = placeText(place);
  if (head === null) checkLayer(layer, facts, given, `layer ${layer}`, part);
  else checkHead({ layer, head }, facts, given, part);
  const count = Math.max(facts.tokenCount, facts.targetCount);
  checkIndex(row, count, 'the text has tokens', given, `row ${row}`);
}

/** How it is looked at. */
export const viewSettings = {
  /** Its option takes the lenses of the first pane for panes, too: see `readSettings`. */
  pane,
  lens: choiceSetting(
    {
      flag: 'lens',
      help: 'how the weights are looked at while another view is in front',
      commands: screenCommands,
    },
    'LENS',
    lenses,
    'weights',
    (lens) => lens.replace(' ', '-'),
  ),
  /** Step of the step-through, from 0. */
  step: indexSetting({ flag: 'step', help: 'with --view steps: the step, from 0', commands: screenCommands }, 0),
  /** What the heads are sorted by. */
  sortBy: choiceSetting(
    {
      flag: 'sort',
      help: 'score by which the table of heads is sorted, the largest first; place by default',
      commands: [...screenCommands, 'heads'],
    },
    'SCORE',
    ['place', ...headScoreNames],
    'place',
  ),
  /** What the heads that are switched off in turn are ranked by; null: what the model's result is. */
  sweepMeasure: {
    ...choiceSetting<AblationMeasure | null>(
      { flag: 'measure', help: 'with --view sweep: the effect that heads are ranked by', commands: screenCommands },
      'NAME',
      ablationMeasures,
      null,
    ),
  },
  /** Of two sentences: the difference rather than both, where there is no room for all three. */
  isDifferenceInFront: switchSetting({
    flag: 'difference',
    help: 'of two sentences: shows their difference where there is no room for both and it',
    commands: screenCommands,
  }),
  /** The stage of the selected number that is explained. */
  traceFrom: choiceSetting(
    { flag: 'stage', help: 'with --view trace: the stage to explain; weights by default', commands: screenCommands },
    'STAGE',
    layerStages,
    'attentionWeights',
    stageName,
  ),
  /** From that number down to the operand that is looked at now. */
  tracePath,
  /** The operand that is chosen. */
  traceOperand: indexSetting(
    { flag: 'operand', help: 'with --view trace: the operand that is chosen, from 0', commands: screenCommands },
    0,
  ),
  focus: choiceSetting(
    {
      flag: 'focus',
      help: 'in the explorer: whether keys go to the sentence, the default, or to the panes',
      commands: screenCommands,
    },
    'WHERE',
    ['sentence', 'panes'],
    'sentence',
  ),
};
