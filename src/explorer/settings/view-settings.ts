import { layerStages } from '../../core/chain/forward.ts';
import { type CellPlace, type DerivedStage, innerStages } from '../../core/derivation/derivation.ts';
import { tokensOf } from '../../core/derivation/places.ts';
import { type AblationMeasure, ablationMeasures, measureProblem } from '../../core/measures/ablation-effect.ts';
import { headScoreNames } from '../../core/measures/head-scores.ts';
import { attentionParts } from '../../core/trace.ts';
import type { PaneName } from '../pane-names.ts';
import { lenses } from '../selection.ts';
import {
  type Condition,
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
  textValue,
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
/** The values of `--theme`; auto: dark or light, as the terminal's background is. */
export const themeChoices = ['auto', 'dark', 'light', 'projector', 'mono'] as const;
export type ThemeChoice = (typeof themeChoices)[number];

const frontHelp = 'with --view pair: the matrix in front if not all fit; A by default';
const byRowHelp = 'with --view pair: rank heads by the change of the selected row, not by the mean over rows';
const targetHelp = 'token of the vocabulary whose probability the sweep follows; the most probable one by default';
const againstHelp = 'with the effect logits: the token to subtract; the most probable one besides the first by default';
const sweepCommands = [...screenCommands, 'ablation-sweep'] as const;
const tokenValue = {
  ...textValue<string | null>(null),
  check: (text: string | null, { targetProblem }: Facts) => {
    const problem = text === null ? null : targetProblem(text);
    if (problem !== null) refuse(problem, null);
  },
};

const inPane = (name: PaneName): Condition => ['pane', name];

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
  step: {
    ...option('step', 'N', 'with --view steps: the step, from 0', screenCommands),
    ...indexValue(0),
    only: inPane('steps'),
  },
  sortBy: {
    ...option('sort', 'SCORE', 'score to sort the table of heads by, largest first; place by default', [
      ...screenCommands,
      'heads',
    ]),
    ...choiceValue(['place', ...headScoreNames], 'place'),
    only: inPane('head-scores'),
  },
  /** null: the effect on the model's last result. */
  sweepMeasure: {
    ...option('measure', 'NAME', 'with --view sweep: the result that effects are measured on', screenCommands),
    ...choiceValue<AblationMeasure | null>(ablationMeasures, null),
    check: (measure: AblationMeasure | null, { model }: Facts) => {
      const problem = measure === null ? null : measureProblem(measure, model);
      if (problem !== null) refuse(problem);
    },
    only: inPane('ablation'),
  },
  /** null: the most probable token. */
  targetToken: {
    ...option('target-token', 'TEXT', targetHelp, sweepCommands),
    ...tokenValue,
    only: inPane('ablation'),
  },
  /** null: the most probable token besides the first. */
  againstToken: {
    ...option('against-token', 'TEXT', againstHelp, sweepCommands),
    ...tokenValue,
    only: inPane('ablation'),
  },
  pairInFront: {
    ...option('front', 'MATRIX', frontHelp, screenCommands),
    ...choiceValue(['A', 'B', 'difference'], 'A'),
    only: ['sentenceB'] as Condition,
  },
  isRankedByRow: {
    ...option('by-row', null, byRowHelp, screenCommands),
    ...switchValue,
    only: ['sentenceB'] as Condition,
  },
  isZoomed: {
    ...option('zoom', null, 'in the explorer: the pane in front fills the screen', ['explore']),
    ...switchValue,
  },
  /** The stage of the selected number to explain. */
  traceFrom: {
    ...option('stage', 'STAGE', 'with --view trace: the stage to explain; weights by default', screenCommands),
    ...choiceValue(layerStages, 'attentionWeights', stageName),
    only: inPane('derivation'),
  },
  /** From that number down to the operand in front. */
  tracePath: {
    ...option('path', 'CELL,...', pathHelp, screenCommands),
    ...listValue(readPlace, placeText, checkPlace),
    only: inPane('derivation'),
  },
  traceOperand: {
    ...option('operand', 'N', 'with --view trace: the selected operand, from 0', screenCommands),
    ...indexValue(0),
    only: inPane('derivation'),
  },
  theme: {
    ...option('theme', 'NAME', "colours; auto, the default, goes by the terminal's background", screenCommands),
    ...choiceValue<ThemeChoice>(themeChoices, 'auto'),
  },
  focus: {
    ...option('focus', 'WHERE', 'in the explorer: where keys go; sentence by default', screenCommands),
    ...choiceValue(['sentence', 'panes'], 'sentence'),
  },
};
