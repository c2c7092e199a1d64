import { layerStages } from '../../core/chain/forward.ts';
import { type CellPlace, type DerivedStage, innerStages } from '../../core/derivation/derivation.ts';
import { tokensOf } from '../../core/derivation/places.ts';
import { type AblationMeasure, ablationMeasures } from '../../core/measures/ablation-effect.ts';
import { headScoreNames } from '../../core/measures/head-scores.ts';
import { attentionParts } from '../../core/trace.ts';
import type { PaneName } from '../pane-names.ts';
import { lenses } from '../selection.ts';
import {
  checkHead,
  checkIndex,
  checkLayer,
  choiceValue,
  type Facts,
  indexValue,
  listValue,
  option,
  refuse,
  screenCommands,
  switchValue,
} from './setting.ts';
import { stageName } from './stage-names.ts';
import { paneOf, viewNames, viewOf } from './views.ts';

const stages: readonly DerivedStage[] = ['embedding', ...layerStages, 'finalNorm', ...innerStages];

function readPlace(given: string): CellPlace {
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
}

function placeText({ part, stage, layer, head, row, column }: CellPlace): string {
  return `${part === 'encoder' ? '' : `${part}:`}${stageName(stage)}:${layer}.${head ?? '-'}.${row}.${column}`;
}

function checkPlace(place: CellPlace, facts: Facts): void {
  const { part, layer, head, row } = place;
  const given = placeText(place);
  if (head === null) checkLayer(layer, facts, given, `layer ${layer}`, part);
  else checkHead({ layer, head }, facts, given, part);
  if (tokensOf(place).row === null) return;
  const count = Math.max(facts.tokenCount, facts.targetCount);
  checkIndex(row, count, 'the text has tokens', given, `row ${row}`);
}

const pathHelp = 'with --view trace: the numbers followed so far, such as cross:weights:1.1.8.7 or residPre:1.-.8.7';
const differenceHelp = 'show the difference of two sentences instead of both if all three do not fit';

/** What the screen shows. */
export const viewSettings = {
  /** Its option also takes the lenses of the first pane: see `readSettings`. */
  pane: {
    ...option('view', 'VIEW', 'what to show below the tokens; weights by default', screenCommands),
    choices: viewNames,
    initial: 'attention' as PaneName,
    read: (given: string): PaneName => paneOf(given) ?? refuse(`one of ${viewNames.join(', ')} is expected`),
    write: (value: PaneName): string => viewOf(value, 'weights'),
  },
  lens: {
    ...option('lens', 'LENS', 'how to look at the weights while another view is in front', screenCommands),
    ...choiceValue(lenses, 'weights', (lens) => lens.replace(' ', '-')),
  },
  step: { ...option('step', 'N', 'with --view steps: the step, from 0', screenCommands), ...indexValue(0) },
  sortBy: {
    ...option('sort', 'SCORE', 'score to sort the table of heads by, largest first; place by default', [
      ...screenCommands,
      'heads',
    ]),
    ...choiceValue(['place', ...headScoreNames], 'place'),
  },
  /** null: the effect on the model's last result. */
  sweepMeasure: {
    ...option('measure', 'NAME', 'with --view sweep: the effect to rank heads by', screenCommands),
    ...choiceValue<AblationMeasure | null>(ablationMeasures, null),
  },
  isDifferenceInFront: { ...option('difference', null, differenceHelp, screenCommands), ...switchValue },
  /** The stage of the selected number to explain. */
  traceFrom: {
    ...option('stage', 'STAGE', 'with --view trace: the stage to explain; weights by default', screenCommands),
    ...choiceValue(layerStages, 'attentionWeights', stageName),
  },
  /** From that number down to the operand in front. */
  tracePath: {
    ...option('path', 'CELL,...', pathHelp, screenCommands),
    ...listValue(readPlace, placeText, checkPlace),
  },
  traceOperand: {
    ...option('operand', 'N', 'with --view trace: the selected operand, from 0', screenCommands),
    ...indexValue(0),
  },
  focus: {
    ...option('focus', 'WHERE', 'in the explorer: where keys go; sentence by default', screenCommands),
    ...choiceValue(['sentence', 'panes'], 'sentence'),
  },
};
