import {
  type CellEdit,
  type EditableStage,
  editableStages,
  type HeadIndex,
  type Interventions,
  noInterventions,
  type ValueSwap,
} from '../../core/interventions.ts';
import { largestNumber, parseNumber, parseScaleFactor } from './parse-number.ts';
import {
  changedCommands,
  checkHead,
  checkIndex,
  checkLayer,
  checkToken,
  choiceSetting,
  type Facts,
  indexOf,
  listSetting,
  refuse,
  runCommands,
  type Setting,
  switchSetting,
} from './setting.ts';
import { stageName } from './stage-names.ts';

const scaleFactor: Setting<number> = {
  flag: 'scale-factor',
  metavar: 'F',
  help: "multiplies the model's scaling of the scores; 1 / temperature",
  commands: changedCommands,
  initial: noInterventions.scaleFactor,
  read: (given) => parseScaleFactor(given) ?? refuse('a finite number is expected, 0 or more, such as 0.5'),
  write: String,
};

const ablatedHeads = listSetting<HeadIndex>(
  { flag: 'ablate', help: 'heads to switch off: their context counts as zeros', commands: changedCommands },
  'L.H,...',
  (given) => {
    const [, layer, head] = /^(\d+)\.(\d+)$/.exec(given) ?? [];
    if (layer === undefined || head === undefined) refuse('layer.head is expected, such as 0.1 or 0.1,1.2');
    return { layer: Number(layer), head: Number(head) };
  },
  ({ layer, head }) => `${layer}.${head}`,
  ({ layer, head }, { model, parameters }) => {
    if (head < (parameters.encoder[layer]?.numAttentionHeads ?? 0)) return;
    const range = `${model.name} has layers 0 to ${model.numHiddenLayers - 1} with heads 0 to ${model.numAttentionHeads - 1}`;
    refuse(`there is no such head, ${range}`, `${layer}.${head}`);
  },
  true,
);

const hiddenKeys = listSetting<number>(
  { flag: 'hide-key', help: 'tokens that no query sees, from 0', commands: runCommands },
  'N,...',
  (given) => {
    const key = indexOf(given);
    return Number.isNaN(key) ? refuse('tokens from 0 are expected, such as 3 or 0,3') : key;
  },
  String,
  (key, facts) => checkToken(key, facts, String(key)),
  true,
);

const swappedValues: Setting<ValueSwap | null> = {
  flag: 'swap-values',
  metavar: 'L:A,B',
  help: "layer in which tokens A and B have each other's value vectors",
  commands: runCommands,
  initial: null,
  read: (given) => {
    const [, layer, a, b] = /^(\d+):(\d+),(\d+)$/.exec(given) ?? [];
    if (layer === undefined || a === b) refuse('a layer and two tokens are expected, such as 1:0,2');
    return { layer: Number(layer), tokens: [Number(a), Number(b)] };
  },
  write: (swap) => (swap === null ? '' : `${swap.layer}:${swap.tokens.join()}`),
  check: (swap, facts) => {
    if (swap === null) return;
    checkLayer(swap.layer, facts, undefined, `layer ${swap.layer}`, 'encoder');
    for (const token of swap.tokens) checkToken(token, facts, undefined, `token ${token}`);
  },
};

const cells = listSetting<CellEdit>(
  {
    flag: 'cell',
    help: 'puts numbers in the place of computed ones, such as weights:1.1.8.7=0.5: STAGE:L.H.ROW.COLUMN of q, k, v, scores or weights',
    commands: runCommands,
  },
  'CELL=NUMBER,...',
  (given) => {
    const [, name, ...rest] = /^(\w+):(\d+)\.(\d+)\.(\d+)\.(\d+)=(.+)$/.exec(given) ?? [];
    const stage = editableStages.find((one) => stageName(one) === name);
    const value = parseNumber(rest[4] ?? '');
    if (name !== undefined && stage === undefined) {
      refuse(`there is no stage ${name} to change; there are ${editableStages.map(stageName).join(', ')}`, given);
    }
    if (stage === undefined || !(Math.abs(value) <= largestNumber)) {
      refuse(`a cell and a number of at most ${largestNumber} are expected, such as weights:1.1.8.7=0.5`, given);
    }
    const [layer = 0, head = 0, row = 0, column = 0] = rest.map(Number);
    // −0 is not told from 0.
    return { stage, layer, head, row, column, value: value + 0 };
  },
  (edit) => `${cellText(edit)}=${edit.value}`,
  checkCell,
);

const edits: typeof cells = {
  ...cells,
  read: (given) => {
    const all = cells.read(given);
    const twice = all.find((one, at) => all.slice(0, at).some((before) => cellText(before) === cellText(one)));
    return twice === undefined ? all : refuse('this cell is given twice', cellText(twice));
  },
};

const isKeyed = (stage: EditableStage) => stage === 'scores' || stage === 'attentionWeights';

function cellText({ stage, layer, head, row, column }: CellEdit): string {
  return `${stageName(stage)}:${layer}.${head}.${row}.${column}`;
}

function checkCell(edit: CellEdit, facts: Facts): void {
  const { stage, layer, head, row, column } = edit;
  const given = cellText(edit);
  checkHead({ layer, head }, facts, given, 'encoder');
  checkToken(row, facts, given, `row ${row}`);
  if (isKeyed(stage)) {
    checkToken(column, facts, given, `column ${column}`);
    return;
  }
  const { headDim = 0, valueDim = 0 } = facts.parameters.encoder[layer] ?? {};
  const range = `${stage} in layer ${layer} of ${facts.model.name} has dimensions`;
  checkIndex(column, stage === 'v' ? valueDim : headDim, range, given, `column ${column}`);
}

/** What is changed in the computation. */
export const interventionSettings = {
  mask: choiceSetting(
    { flag: 'mask', help: "causal: no token sees a later one; none: the model's own mask", commands: changedCommands },
    'MASK',
    ['none', 'causal'],
    noInterventions.mask,
  ),
  isUnscaled: switchSetting({
    flag: 'unscaled',
    help: "leaves the model's own scaling of the scores out, 1 / √d_k in most",
    commands: changedCommands,
  }),
  scaleFactor,
  ablatedHeads,
  ablation: choiceSetting(
    {
      flag: 'ablate-with',
      help: "what stands for the context of heads that are off: zeros, the default, or the head's mean",
      commands: changedCommands,
    },
    'WITH',
    ['zero', 'mean'],
    noInterventions.ablation,
  ),
  hiddenKeys,
  swappedValues,
  edits,
  isRenormalised: switchSetting({
    flag: 'renormalise',
    help: 'divides rows of weights that --cell changes by their sum',
    commands: runCommands,
  }),
} satisfies { readonly [Name in keyof Interventions]: Setting<Interventions[Name]> };
