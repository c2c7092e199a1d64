import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parametersOf } from '../core/parts.ts';
import type { AttentionPart } from '../core/trace.ts';
import { createExplorer, type Explorer } from '../explorer/explorer.ts';
import type { ExplorerModel } from '../explorer/explorer-inputs.ts';
import type { GrownText } from '../explorer/grown-text.ts';
import { type Facts, SettingError } from '../explorer/settings/setting.ts';
import { checkSettings, interventionsOf, readSettings, type State } from '../explorer/settings/settings.ts';
import type { AppendedToken } from '../explorer/settings/text-settings.ts';
import type { WordVectors } from '../explorer/static-side.ts';
import { targetProblem } from '../explorer/sweep-target.ts';
import { encode } from '../explorer/tokenized-text.ts';
import { FormatError } from '../loaders/errors.ts';
import { findModel } from '../loaders/find-model.ts';
import { type LoadedModel, loadModel, weightsSize } from '../loaders/load-model.ts';
import { loadStaticVectors, type StaticVectors } from '../loaders/static-vectors.ts';
import { openWorker, type WorkerModel } from '../run/open-worker.ts';
import { configureKernels } from '../tensor/kernels.ts';
import type { Token, Tokenizer } from '../tokenizer/token.ts';
import { builtInDirectory } from './built-in-directory.ts';
import type { Options } from './command-table.ts';
import { loadingBar } from './progress-bar.ts';
import { UsageError } from './usage-error.ts';

/** A smaller model computes within milliseconds, so it needs no worker. */
const workerBytes = 40e6;

export type OpenedModel = LoadedModel | WorkerModel;

/** Loads the model that the options name, with a progress bar on standard error if it is large. */
export function loadNamedModel(options: Options): LoadedModel {
  configureKernels({ revectorize: options.revectorize !== false });
  const found = findModel(options.model ?? 'use-lite', builtInDirectory());
  const { onProgress, erase } = loadingBar(found.name, options);
  try {
    return loadModel(found.directory, found.name, { onProgress });
  } finally {
    erase();
  }
}

/** Opens a model for the explorer; a large one loads and computes in a worker. */
export async function openNamedModel(
  options: Options,
  onProgress?: (doneBytes: number, totalBytes: number) => void,
  signal?: AbortSignal,
): Promise<OpenedModel> {
  const found = findModel(options.model ?? 'use-lite', builtInDirectory());
  if (weightsSize(found.directory) < workerBytes) return loadNamedModel(options);
  return openWorker({
    ...found,
    revectorize: options.revectorize !== false,
    secondThread: options.secondThread !== false,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Standard input without its last line end. */
export function readStandardInput(): string {
  return readFileSync(0, 'utf8').replace(/\r?\n$/, '');
}

/** An explorer of a text, set up by the options.
 *  @throws UsageError if a value is malformed or outside the range of the model or the text. */
export function createSession(loaded: ExplorerModel, text: string, options: Options): Explorer {
  try {
    return openSession(loaded, { ...readSettings(options), text }, options);
  } catch (error) {
    throw error instanceof SettingError ? new UsageError(error.message) : error;
  }
}

function openSession(loaded: ExplorerModel, state: State, options: Options): Explorer {
  const { model, appended, appendedTarget, focus, ...inputs } = state;
  const explorer = createExplorer({
    ...inputs,
    loaded,
    grown: regrown(loaded.tokenizer, state.text, appended),
    grownTarget: regrown(loaded.tokenizer, state.target ?? '', appendedTarget),
    interventions: interventionsOf(state),
  });
  checkSettings(state, options, factsOf(explorer));
  explorer.inputs.wordVectors.value = wordVectorsOption(options.static);
  return explorer;
}

function factsOf({ inputs, tokenized, targetTokenized, other }: Explorer): Facts {
  const { model, tokenizer } = inputs.loaded.peek();
  const parametersIf = (part: AttentionPart) =>
    part === 'encoder' || model.decoder !== null ? parametersOf(model, part) : [];
  return {
    model,
    readsPairs: tokenizer.encode !== undefined,
    part: inputs.part.peek(),
    layer: inputs.layer.peek() ?? 0,
    parameters: {
      encoder: parametersIf('encoder'),
      decoder: parametersIf('decoder'),
      cross: parametersIf('cross'),
    },
    tokenCount: tokenized.peek().tokens.length,
    otherCount: other.live.peek()?.tokens.length ?? 0,
    targetCount: targetTokenized.peek().tokens.length,
    text: inputs.text.peek(),
    target: inputs.target.peek() ?? '',
    targetProblem: (text) => targetProblem(inputs, text),
  };
}

/** The text grown by these tokens; null: none was appended. */
function regrown(tokenizer: Tokenizer, text: string, appended: readonly AppendedToken[]): GrownText | null {
  const [first] = appended;
  if (first === undefined) return null;
  const { tokens, closing } = encode(tokenizer, Array.from(text).slice(0, first.start).join(''), null);
  const typed = tokens.slice(0, tokens.length - closing);
  const more = appended.map((one): Token => ({ ...one, text: tokenizer.tokenText?.(one.id) ?? '' }));
  return { text, tokens: [...typed, ...more], typedCount: typed.length };
}

/** The vectors of --static; null: not given.  @throws FormatError if the file has no word vectors. */
function wordVectorsOption(path: string | undefined): WordVectors | null {
  if (path === undefined) return null;
  const vectors = loadStaticVectors(path);
  return { label: basename(path), vector: (word) => vectorWhereReadable(vectors, word) };
}

/** Keeps the explorer going if the file has changed or gone since. */
function vectorWhereReadable(vectors: StaticVectors, word: string) {
  try {
    return vectors.vector(word);
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
