import type { Interventions } from '../core/interventions.ts';
import { parametersOf } from '../core/parts.ts';
import { shownPart } from '../explorer/attention-part.ts';
import { cleanText } from '../explorer/editor/clean-text.ts';
import type { Explorer } from '../explorer/explorer.ts';
import type { ExplorerModel } from '../explorer/explorer-inputs.ts';
import type { GrownText } from '../explorer/grown-text.ts';
import { applicable, isByKey } from '../explorer/intervention-places.ts';
import { lastLayerPanes } from '../explorer/selection.ts';
import { type SettingName, type State, settings, usedSettings, writeSettings } from '../explorer/settings/settings.ts';
import type { AppendedToken } from '../explorer/settings/text-settings.ts';
import { sweptMeasure, type TargetName, targetProblem } from '../explorer/sweep-target.ts';
import { findModel } from '../loaders/find-model.ts';
import { builtInDirectory } from './built-in-directory.ts';
import { isCommandName } from './command-table.ts';

/** The command line that reopens this screen, for a POSIX shell. */
export function commandLineOf(explorer: Explorer, isInPanes: boolean): string {
  return commandPartsOf(explorer, isInPanes).join(' ');
}

/** Its parts: the program, the text, and each option with its value. */
export function commandPartsOf(explorer: Explorer, isInPanes: boolean): string[] {
  return [['attnscope'], ...partsOf(stateOf(explorer, isInPanes))].map((words) => words.map(quoted).join(' '));
}

/** The words of the command line that reopens a state, without initial values. */
export function wordsOf(state: State): string[] {
  return partsOf(state).flat();
}

function partsOf(state: State): string[][] {
  const { text, ...given } = writeSettings(state);
  const options = (Object.entries(given) as [SettingName, string | boolean][]).map(([name, value]) => {
    const flag = `--${settings[name].flag}`;
    if (value === true) return [flag];
    // A separate word "--" would end the options.
    return String(value).startsWith('-') ? [`${flag}=${value}`] : [flag, String(value)];
  });
  if (text === undefined) return options;
  const word = String(text);
  return word.startsWith('-') || isCommandName(word) ? [...options, ['--', word]] : [[word], ...options];
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Every setting, as shown; those that mean nothing here have their initial values. */
export function stateOf(explorer: Explorer, isInPanes = false): State {
  const { inputs, tokenized, liveTokens } = explorer;
  const loaded = inputs.loaded.peek();
  const hasDecoder = loaded.model.decoder !== null;
  const own = Object.entries(inputs).flatMap(([name, input]) => (name in settings ? [[name, input.peek()]] : []));
  // The part as set: another thread may not yet have computed it.
  const part = shownPart(inputs);
  const parameters = parametersOf(loaded.model, part);
  const layer = within(inputs.layer.peek(), parameters.length);
  const isFirst = layer === 0 && !lastLayerPanes.has(inputs.pane.peek());
  const { queries, keys } = liveTokens.peek();
  return usedSettings({
    ...(Object.fromEntries(own) as unknown as State),
    ...withinText(explorer, tokenized.peek().tokens.length),
    model: sourceOf(loaded),
    text: cleanText(inputs.text.peek()),
    sentenceB: cleaned(inputs.sentenceB.peek()),
    control: cleaned(inputs.control.peek()),
    segmentB: loaded.tokenizer.encode === undefined ? null : cleaned(inputs.segmentB.peek()),
    target: hasDecoder ? cleaned(inputs.target.peek()) : null,
    part,
    layer: isFirst ? null : layer,
    head: within(inputs.head.peek(), parameters[layer ?? 0]?.numAttentionHeads ?? 1) ?? 0,
    query: within(inputs.query.peek(), queries.length),
    key: within(inputs.key.peek(), keys.length),
    ...usableTargets(inputs),
    queryB: within(inputs.queryB.peek(), explorer.other.live.peek()?.tokens.length ?? 0),
    appended: appendedTo(inputs.grown.peek()),
    appendedTarget: hasDecoder ? appendedTo(inputs.grownTarget.peek()) : [],
    focus: isInPanes ? 'panes' : 'sentence',
  });
}

const cleaned = (text: string | null) => (text === null ? null : cleanText(text));

/** Limits an index to a list; null if it is null or the list is empty. */
function within(index: number | null, count: number): number | null {
  return index === null || count === 0 ? null : Math.min(index, count - 1);
}

/** The interventions without those on tokens that the text no longer has, which change nothing. */
function withinText({ inputs }: Explorer, count: number): Interventions {
  const interventions = inputs.interventions.peek();
  const { hiddenKeys, swappedValues, edits } = interventions;
  const isIn = (token: number) => token < count;
  return {
    ...applicable(interventions, inputs.loaded.peek().model),
    hiddenKeys: hiddenKeys.filter(isIn),
    swappedValues: swappedValues?.tokens.every(isIn) === true ? swappedValues : null,
    edits: edits.filter(({ stage, row, column }) => isIn(row) && (!isByKey({ stage }) || isIn(column))),
  };
}

/** The targets of a sweep that the open model has. */
function usableTargets(inputs: Explorer['inputs']): Pick<State, 'sweepMeasure' | TargetName> {
  const usable = (text: string | null) => (text === null || targetProblem(inputs, text) !== null ? null : text);
  const measure = inputs.sweepMeasure.peek();
  return {
    sweepMeasure: measure === sweptMeasure(inputs) ? measure : null,
    targetToken: usable(inputs.targetToken.peek()),
    againstToken: usable(inputs.againstToken.peek()),
  };
}

/** The value of --model for an open model. */
function sourceOf(loaded: ExplorerModel): string {
  const { name } = loaded.model;
  const directory = 'directory' in loaded && typeof loaded.directory === 'string' ? loaded.directory : null;
  if (directory === null) return name;
  try {
    if (findModel(name, builtInDirectory()).directory === directory) return name;
  } catch {
    // No model has this name here.
  }
  return directory;
}

/** The tokens appended to a text; none if a place is unknown. */
function appendedTo(grown: GrownText | null): readonly AppendedToken[] {
  const tokens = grown?.tokens.slice(grown.typedCount) ?? [];
  const places = tokens.flatMap(({ id, start, end }) =>
    id === null || start === null || end === null ? [] : { id, start, end },
  );
  return places.length === tokens.length ? places : [];
}
