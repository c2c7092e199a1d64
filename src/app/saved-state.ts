import { shownPart } from '../graph/attention-part.ts';
import { createExplorer, type Explorer } from '../graph/explorer.ts';
import type { ExplorerModel } from '../graph/explorer-inputs.ts';
import { applicable, isByKey } from '../graph/intervention-places.ts';
import { findModel } from '../loaders/find-model.ts';
import { asciiSymbols, unicodeSymbols } from '../view-models/symbols.ts';
import type { Options } from './arguments.ts';
import { builtInDirectory } from './built-in-directory.ts';
import { refuseSecondText, wordVectorsOption } from './explorer-session.ts';
import { checkState, type SavedState } from './state-string.ts';
import { UsageError } from './usage-error.ts';

/** What a state says already. */
const saidByState: readonly (keyof Options)[] = [
  'model',
  'layer',
  'head',
  'query',
  'pair',
  'target',
  'other',
  'mask',
  'scaleFactor',
  'ablate',
  'view',
];

/** @throws UsageError where an option or a text beside --state says something else than it may. */
export function refuseBesideState(text: string | null, options: Options): void {
  if (text !== null) throw new UsageError('--state has a text of its own: leave TEXT out');
  const given = saidByState.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  const dashed = given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`--state says what --${dashed} would: leave --${dashed} out`);
}

/** The explorer that a state was taken of.  @throws UsageError where the model or the text does not have what it names. */
export function openState(state: SavedState, loaded: ExplorerModel, options: Options): Explorer {
  const { model } = loaded;
  const { pair, target } = state;
  refuseSecondText(loaded, { ...(pair === null ? {} : { pair }), ...(target === null ? {} : { target }) });
  const { model: _model, mask, isUnscaled, scaleFactor, ablatedHeads, ablation, ...rest } = state;
  const { hiddenKeys, swappedValues, edits, isRenormalised, ...inputs } = rest;
  const explorer = createExplorer({
    ...inputs,
    loaded,
    interventions: {
      mask,
      isUnscaled,
      scaleFactor,
      ablatedHeads,
      ablation,
      hiddenKeys,
      swappedValues,
      edits,
      isRenormalised,
    },
    symbols: options.ascii === true ? asciiSymbols : unicodeSymbols,
  });
  explorer.inputs.wordVectors.value = wordVectorsOption(options.static);
  checkState(state, model, explorer.tokenized.value.tokens.length, explorer.targetTokenized.value.tokens.length);
  return explorer;
}

/** All that is set, as it is shown. */
export function stateOf(explorer: Explorer): SavedState {
  const { inputs, selection, tokenized, liveTokens } = explorer;
  const loaded = inputs.loaded.peek();
  const { layer, head, query, key } = selection.peek();
  const isEmpty = liveTokens.peek().queries.length === 0 || liveTokens.peek().keys.length === 0;
  const { decoder } = loaded.model;
  const { interventions } = withinText(explorer, tokenized.peek().tokens.length);
  return {
    model: sourceOf(loaded),
    text: inputs.text.peek(),
    other: inputs.other.peek(),
    pair: loaded.tokenizer.encode === undefined ? null : inputs.pair.peek(),
    target: decoder === null ? null : inputs.target.peek(),
    part: shownPart(inputs),
    layer,
    head,
    query: inputs.query.peek() === null || isEmpty ? null : query,
    key: inputs.key.peek() === null || isEmpty ? null : key,
    matrix: inputs.matrix.peek(),
    dimension: inputs.dimension.peek(),
    pane: inputs.pane.peek(),
    lens: inputs.lens.peek(),
    step: inputs.step.peek(),
    sortBy: inputs.sortBy.peek(),
    traceFrom: inputs.traceFrom.peek(),
    ...interventions,
  };
}

/** What is changed at tokens that the text does not have any more changes nothing. */
function withinText({ inputs }: Explorer, count: number) {
  const interventions = applicable(inputs.interventions.peek(), inputs.loaded.peek().model);
  const { hiddenKeys, swappedValues, edits } = inputs.interventions.peek();
  const isIn = (token: number) => token < count;
  return {
    interventions: {
      ...interventions,
      hiddenKeys: hiddenKeys.filter(isIn),
      swappedValues: swappedValues?.tokens.every(isIn) === true ? swappedValues : null,
      edits: edits.filter(({ stage, row, column }) => isIn(row) && (!isByKey({ stage }) || isIn(column))),
    },
  };
}

/** How --model names a model that is open. */
function sourceOf(loaded: ExplorerModel): string {
  const { name } = loaded.model;
  const directory = 'directory' in loaded && typeof loaded.directory === 'string' ? loaded.directory : null;
  if (directory === null) return name;
  try {
    if (findModel(name, builtInDirectory()).directory === directory) return name;
  } catch {
    // A folder that is not where the program was started.
  }
  return directory;
}
