import { parametersOf } from '../core/parts.ts';
import { shownPart } from '../explorer/attention-part.ts';
import { createExplorer, type Explorer } from '../explorer/explorer.ts';
import type { ExplorerModel } from '../explorer/explorer-inputs.ts';
import type { GrownText } from '../explorer/grown-text.ts';
import { applicable, isByKey } from '../explorer/intervention-places.ts';
import { encode } from '../explorer/tokenized-text.ts';
import { findModel } from '../loaders/find-model.ts';
import type { Token, Tokenizer } from '../tokenizer/token.ts';
import type { Options } from './arguments.ts';
import { builtInDirectory } from './built-in-directory.ts';
import { refuseSecondText, wordVectorsOption } from './explorer-session.ts';
import { checkState } from './state-check.ts';
import type { AppendedToken, SavedState } from './state-fields.ts';
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
  const { hiddenKeys, swappedValues, edits, isRenormalised, appended, appendedTarget, ...inputs } = rest;
  const explorer = createExplorer({
    ...inputs,
    loaded,
    grown: regrown(loaded.tokenizer, state.text, appended),
    grownTarget: regrown(loaded.tokenizer, state.target ?? '', appendedTarget),
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
  });
  explorer.inputs.wordVectors.value = wordVectorsOption(options.static);
  checkState(state, model, explorer.tokenized.value.tokens.length, explorer.targetTokenized.value.tokens.length);
  return explorer;
}

/** All that is set, as it is shown. */
export function stateOf(explorer: Explorer): SavedState {
  const { inputs, tokenized, liveTokens } = explorer;
  const loaded = inputs.loaded.peek();
  // What is set, not what is shown: another thread may not have answered yet.
  const part = shownPart(inputs);
  const parameters = parametersOf(loaded.model, part);
  const layer = within(inputs.layer.peek(), parameters.length) ?? 0;
  const head = within(inputs.head.peek(), parameters[layer]?.numAttentionHeads ?? 1) ?? 0;
  const { queries, keys } = liveTokens.peek();
  const { decoder } = loaded.model;
  const [appended, appendedTarget] = [inputs.grown.peek(), inputs.grownTarget.peek()].map(appendedTo);
  const { interventions } = withinText(explorer, tokenized.peek().tokens.length);
  return {
    model: sourceOf(loaded),
    text: inputs.text.peek(),
    other: inputs.other.peek(),
    pair: loaded.tokenizer.encode === undefined ? null : inputs.pair.peek(),
    target: decoder === null ? null : inputs.target.peek(),
    part,
    layer,
    head,
    query: within(inputs.query.peek(), queries.length),
    key: within(inputs.key.peek(), keys.length),
    matrix: inputs.matrix.peek(),
    dimension: inputs.dimension.peek(),
    pane: inputs.pane.peek(),
    lens: inputs.lens.peek(),
    step: inputs.step.peek(),
    sortBy: inputs.sortBy.peek(),
    traceFrom: inputs.traceFrom.peek(),
    tracePath: inputs.tracePath.peek(),
    traceOperand: inputs.traceOperand.peek(),
    isDifferenceInFront: inputs.isDifferenceInFront.peek(),
    sweepMeasure: inputs.sweepMeasure.peek(),
    appended: appended ?? [],
    appendedTarget: appendedTarget ?? [],
    ...interventions,
  };
}

/** An index kept within a list; null where there is none, or nothing in the list. */
function within(index: number | null, count: number): number | null {
  return index === null || count === 0 ? null : Math.min(index, count - 1);
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

/** The tokens that were appended to a text. */
function appendedTo(grown: GrownText | null): readonly AppendedToken[] {
  const tokens = grown?.tokens.slice(grown.typedCount) ?? [];
  const places = tokens.flatMap(({ id, start, end }) =>
    id === null || start === null || end === null ? [] : { id, start, end },
  );
  return places.length === tokens.length ? places : [];
}

/** The text that was grown by these tokens; null where none was appended. */
function regrown(tokenizer: Tokenizer, text: string, appended: readonly AppendedToken[]): GrownText | null {
  const [first] = appended;
  if (first === undefined) return null;
  const { tokens, closing } = encode(tokenizer, Array.from(text).slice(0, first.start).join(''), null);
  const typed = tokens.slice(0, tokens.length - closing);
  const more = appended.map((one): Token => ({ ...one, text: tokenizer.tokenText?.(one.id) ?? '' }));
  return { text, tokens: [...typed, ...more], typedCount: typed.length };
}
