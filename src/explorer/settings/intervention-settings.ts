import {
  type CellEdit,
  editableStages,
  type HeadIndex,
  type Interventions,
  noInterventions,
  type ValueSwap,
} from '../../core/interventions.ts';
import { listed } from '../../text/list.ts';
import { numberProblem, parseNumber } from './parse-number.ts';
import {
  type Condition,
  changedCommands,
  checkHead,
  checkIndex,
  checkLayer,
  checkToken,
  choiceValue,
  type Facts,
  indexOf,
  listValue,
  option,
  refuse,
  runCommands,
  type Setting,
  switchValue,
} from './setting.ts';
import { stageName } from './stage-names.ts';

const maskHelp = "causal: no token sees a later one; none: the model's own mask";
const unscaledHelp = "leave out the model's scaling of the scores, in most models 1 / √d_k";
const ablatedHelp = 'heads to switch off: --ablate-with says what replaces their context';
const ablationHelp = "what replaces the context of heads that are off: zeros (the default) or the head's mean";
const swapHelp = 'layer L in which tokens A and B swap their value vectors';
const cellHelp =
  'numbers to use in place of computed ones, such as weights:1.1.8.7=0.5: STAGE:L.H.ROW.COLUMN of q, k, v, scores or weights';

function readHead(given: string): HeadIndex {
  const [, layer, head] = /^(\d+)\.(\d+)$/.exec(given) ?? [];
  if (layer === undefined || head === undefined) refuse('layer.head is expected, such as 0.1 or 0.1,1.2');
  return { layer: Number(layer), head: Number(head) };
}

const headText = ({ layer, head }: HeadIndex) => `${layer}.${head}`;

function checkAblated({ layer, head }: HeadIndex, { model, parameters }: Facts): void {
  if (head < (parameters.encoder[layer]?.numAttentionHeads ?? 0)) return;
  const range = `${model.name} has layers 0 to ${model.numHiddenLayers - 1} with heads 0 to ${model.numAttentionHeads - 1}`;
  refuse(`there is no such head, ${range}`, `${layer}.${head}`);
}

function readHiddenKey(given: string): number {
  const key = indexOf(given);
  return Number.isNaN(key) ? refuse('tokens from 0 are expected, such as 3 or 0,3') : key;
}

const swappedValues: Setting<ValueSwap | null> = {
  ...option('swap-values', 'L:A,B', swapHelp, runCommands),
  initial: null,
  read: (given) => {
    const [, layer, a, b] = /^(\d+):(\d+),(\d+)$/.exec(given) ?? [];
    if (layer === undefined) refuse('a layer and two tokens are expected, such as 1:0,2');
    if (Number(a) === Number(b)) refuse('two different tokens are expected, such as 1:0,2');
    return { layer: Number(layer), tokens: [Number(a), Number(b)] };
  },
  write: (swap) => (swap === null ? '' : `${swap.layer}:${swap.tokens.join()}`),
  check: (swap, facts) => {
    if (swap === null) return;
    checkLayer(swap.layer, facts, undefined, `layer ${swap.layer}`, 'encoder');
    for (const token of swap.tokens) checkToken(token, facts, undefined, `token ${token}`);
  },
};

function readCell(given: string): CellEdit {
  const [, name, ...rest] = /^(\w+):(\d+)\.(\d+)\.(\d+)\.(\d+)=(.+)$/.exec(given) ?? [];
  const stage = editableStages.find((one) => stageName(one) === name);
  if (name !== undefined && stage === undefined) {
    refuse(`there is no stage ${name} to change; there are ${listed(editableStages.map(stageName))}`, given);
  }
  if (stage === undefined) refuse('a cell and a number are expected, such as weights:1.1.8.7=0.5', given);
  const number = rest[4] ?? '';
  const problem = numberProblem(number);
  if (problem !== null) refuse(`${number} is ${problem}`, given);
  const [layer = 0, head = 0, row = 0, column = 0] = rest.map(Number);
  return { stage, layer, head, row, column, value: parseNumber(number) };
}

function cellText({ stage, layer, head, row, column }: CellEdit): string {
  return `${stageName(stage)}:${layer}.${head}.${row}.${column}`;
}

function checkCell(edit: CellEdit, facts: Facts): void {
  const { stage, layer, head, row, column } = edit;
  const given = cellText(edit);
  checkHead({ layer, head }, facts, given, 'encoder');
  checkToken(row, facts, given, `row ${row}`);
  if (stage === 'scores' || stage === 'attentionWeights') {
    checkToken(column, facts, given, `column ${column}`);
    return;
  }
  const { headDim = 0, valueDim = 0 } = facts.parameters.encoder[layer] ?? {};
  const range = `${stage} in layer ${layer} of ${facts.model.name} has dimensions`;
  checkIndex(column, stage === 'v' ? valueDim : headDim, range, given, `column ${column}`);
}

const cells = listValue(readCell, (edit) => `${cellText(edit)}=${edit.value}`, checkCell);

/** Changes to the computation. */
export const interventionSettings = {
  mask: {
    ...option('mask', 'MASK', maskHelp, changedCommands),
    ...choiceValue(['none', 'causal'], noInterventions.mask),
  },
  isUnscaled: { ...option('unscaled', null, unscaledHelp, changedCommands), ...switchValue },
  scaleFactor: {
    ...option('scale-factor', 'F', "factor on the model's scaling of the scores; 1 / temperature", changedCommands),
    initial: noInterventions.scaleFactor,
    read: (given: string) => {
      const problem = numberProblem(given, 0, Number.POSITIVE_INFINITY);
      return problem === null ? parseNumber(given) : refuse(problem);
    },
    write: String,
  },
  ablatedHeads: {
    ...option('ablate', 'L.H,...', ablatedHelp, changedCommands),
    ...listValue(readHead, headText, checkAblated, true),
  },
  ablation: {
    ...option('ablate-with', 'WITH', ablationHelp, changedCommands),
    ...choiceValue(['zero', 'mean'], noInterventions.ablation),
    only: ['ablatedHeads'] as Condition,
  },
  hiddenKeys: {
    ...option('hide-key', 'N,...', 'tokens to hide from every query, from 0', runCommands),
    ...listValue<number>(readHiddenKey, String, (key, facts) => checkToken(key, facts, String(key)), true),
  },
  swappedValues,
  edits: {
    ...option('cell', 'CELL=NUMBER,...', cellHelp, runCommands),
    ...cells,
    read: (given: string) => {
      const all = cells.read(given);
      const twice = all.find((one, at) => all.slice(0, at).some((before) => cellText(before) === cellText(one)));
      return twice === undefined ? all : refuse('this cell is given twice', cellText(twice));
    },
  },
  isRenormalised: {
    ...option('renormalise', null, 'divide each row of weights that --cell changes by its sum', runCommands),
    ...switchValue,
    only: ['edits'] as Condition,
  },
} satisfies { readonly [Name in keyof Interventions]: Setting<Interventions[Name]> };
