import type { CellEdit, HeadIndex } from '../core/interventions.ts';
import type { Model } from '../core/model.ts';
import { parametersOf } from '../core/parts.ts';
import { isByKey } from '../explorer/intervention-places.ts';
import type { SavedState } from './state-fields.ts';
import { refused } from './state-string.ts';

/** Checks a state against the model and the text that it is for.
 *  tokenCount: tokens of the text; targetCount: of what the decoder reads, its start token too, not checked where left out.
 *  @throws UsageError for what the model or the text does not have */
export function checkState(state: SavedState, model: Model, tokenCount: number, targetCount?: number): void {
  checkSelection(state, model, tokenCount, targetCount);
  const { ablatedHeads: heads, hiddenKeys, swappedValues: swap } = state;
  for (const one of heads) checkHead(`switched-off head ${one.layer}.${one.head}`, one, model);
  for (const key of hiddenKeys) checkToken('hidden key', key, tokenCount);
  if (swap !== null) checkLayer(`layer ${swap.layer} of the swapped values`, swap.layer, model);
  for (const token of swap?.tokens ?? []) checkToken('swapped token', token, tokenCount);
  for (const edit of state.edits) checkEdit(edit, model, tokenCount);
}

function checkSelection(state: SavedState, model: Model, tokenCount: number, targetCount = Infinity): void {
  const { part, layer, head, query, key } = state;
  if (part !== 'encoder' && model.decoder === null) {
    throw refused(`part ${part}: ${model.name} (${model.type}) has no decoder; --model t5-small has`);
  }
  const owner = { encoder: '', decoder: 'the decoder of ', cross: 'the cross-attention of ' }[part] + model.name;
  const heads = parametersOf(model, part).map(({ numAttentionHeads }) => numAttentionHeads);
  checkIndex(`layer ${layer}`, layer, heads.length, `${owner} has layers`);
  checkIndex(`head ${head}`, head, heads[layer] ?? 0, `layer ${layer} of ${owner} has heads`);
  checkToken('query', query, part === 'encoder' ? tokenCount : targetCount, part === 'encoder' ? 'text' : 'target');
  checkToken('key', key, part === 'decoder' ? targetCount : tokenCount, part === 'decoder' ? 'target' : 'text');
}

function checkEdit({ stage, layer, head, row, column }: CellEdit, model: Model, tokenCount: number): void {
  checkHead(`head ${layer}.${head} of edited ${stage}`, { layer, head }, model);
  checkToken(`row of edited ${stage},`, row, tokenCount);
  const { headDim = 0, valueDim = 0 } = model.layers[layer]?.attention ?? {};
  const width = stage === 'v' ? valueDim : headDim;
  const what = `column of edited ${stage},`;
  if (isByKey({ stage })) checkToken(what, column, tokenCount);
  else checkIndex(`${what} ${column}`, column, width, `${stage} in layer ${layer} of ${model.name} has dimensions`);
}

function checkLayer(what: string, layer: number, { name: owner, layers }: Model): void {
  checkIndex(what, layer, layers.length, `${owner} has layers`);
}

function checkHead(what: string, { layer, head }: HeadIndex, model: Model): void {
  checkLayer(what, layer, model);
  const count = model.layers[layer]?.attention.numAttentionHeads ?? 0;
  checkIndex(what, head, count, `layer ${layer} of ${model.name} has heads`);
}

function checkToken(what: string, token: number | null, count: number, owner = 'text'): void {
  if (token !== null) checkIndex(`${what} ${token}`, token, count, `the ${owner} has tokens`);
}

function checkIndex(what: string, value: number, count: number, range: string): void {
  if (value < count) return;
  throw refused(`${what} is out of range, ${count === 0 ? `${range}: none` : `${range} 0 to ${count - 1}`}`);
}
