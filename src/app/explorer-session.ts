import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type HeadIndex, noInterventions } from '../core/interventions.ts';
import { createExplorer, type Explorer } from '../explorer/explorer.ts';
import type { ExplorerModel } from '../explorer/explorer-inputs.ts';
import type { WordVectors } from '../explorer/static-side.ts';
import { FormatError } from '../loaders/errors.ts';
import { findModel } from '../loaders/find-model.ts';
import { type LoadedModel, loadModel, weightsSize } from '../loaders/load-model.ts';
import { loadStaticVectors, type StaticVectors } from '../loaders/static-vectors.ts';
import { openWorker, type WorkerModel } from '../run/open-worker.ts';
import { configureKernels } from '../tensor/kernels.ts';
import type { Options } from './arguments.ts';
import { builtInDirectory } from './built-in-directory.ts';
import { parseNumber } from './parse-number.ts';
import { createProgressBar } from './progress-bar.ts';
import { UsageError } from './usage-error.ts';

/** Weights of so many bytes are read in an instant: no bar is shown. */
const smallBytes = 100e6;

/** Models of less are computed within a few milliseconds, in the thread of the screen. */
const workerBytes = 40e6;

/** Runs `work` with a progress bar on standard error where much is read and there is a terminal. */
export async function withLoadingBar<T>(
  options: Options,
  work: (onProgress: (doneBytes: number, totalBytes: number) => void) => Promise<T>,
): Promise<T> {
  const bar = createProgressBar(process.stderr, { ascii: options.ascii === true, term: process.env.TERM });
  const label = options.model ?? 'use-lite';
  try {
    return await work((doneBytes, totalBytes) => {
      if (totalBytes > smallBytes) bar.update({ label, doneBytes, totalBytes });
    });
  } finally {
    bar.erase();
  }
}

/** The model that the options name, loaded; with a progress bar on standard error where it is large and there is a terminal. */
export function loadNamedModel(options: Options): LoadedModel {
  configureKernels({ revectorize: options.revectorize !== false });
  const found = findModel(options.model ?? 'use-lite', builtInDirectory());
  const bar = createProgressBar(process.stderr, { ascii: options.ascii === true, term: process.env.TERM });
  const onProgress = (doneBytes: number, totalBytes: number) => {
    if (totalBytes > smallBytes) bar.update({ label: found.name, doneBytes, totalBytes });
  };
  try {
    return loadModel(found.directory, found.name, { onProgress });
  } finally {
    bar.erase();
  }
}

/** The model for the explorer: a large one is loaded and computed in a thread of its own. */
export async function openNamedModel(
  options: Options,
  onProgress?: (doneBytes: number, totalBytes: number) => void,
  signal?: AbortSignal,
): Promise<LoadedModel | WorkerModel> {
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

/** Text as it is given: '-' is all of standard input without its last line end. */
export function readText(text: string): string {
  return text === '-' ? readFileSync(0, 'utf8').replace(/\r?\n$/, '') : text;
}

/** An explorer of a text with everything set as the options say.
 *  @throws UsageError when a number is none, or is out of the model's or the text's range. */
export function createSession(loaded: ExplorerModel, text: string, options: Options): Explorer {
  const { model } = loaded;
  const layer = indexOption('layer', options.layer, model.numHiddenLayers, `${model.name} has layers`) ?? 0;
  const headCount = model.layers[layer]?.attention.numAttentionHeads ?? 0;
  const head = indexOption('head', options.head, headCount, `layer ${layer} of ${model.name} has heads`) ?? 0;
  refuseSecondText(loaded, options);
  const explorer = createExplorer({
    loaded,
    text,
    other: options.other ?? null,
    pair: options.pair ?? null,
    target: options.target ?? null,
    layer,
    head,
    interventions: {
      ...noInterventions,
      mask: options.mask ?? 'none',
      scaleFactor: scaleFactorOption(options.scaleFactor),
      ablatedHeads: ablateOption(options.ablate, loaded),
    },
  });
  explorer.inputs.wordVectors.value = wordVectorsOption(options.static);
  const count = explorer.tokenized.value.tokens.length;
  explorer.inputs.query.value = indexOption('query', options.query, count, 'the text has tokens');
  return explorer;
}

/** The vectors of --static; null: it was not given.  @throws FormatError where the file is none of word vectors. */
export function wordVectorsOption(path: string | undefined): WordVectors | null {
  if (path === undefined) return null;
  const vectors = loadStaticVectors(path);
  return { label: basename(path), vector: (word) => vectorWhereReadable(vectors, word) };
}

/** The explorer goes on where the file has changed or gone since. */
function vectorWhereReadable(vectors: StaticVectors, word: string) {
  try {
    return vectors.vector(word);
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

/** @throws UsageError where the model has no use for a second text. */
export function refuseSecondText(
  { model, tokenizer }: ExplorerModel,
  { pair, target }: Pick<Options, 'pair' | 'target'>,
): void {
  if (target !== undefined && model.decoder === null) {
    throw new UsageError(
      `--target: ${model.name} (${model.type}) has no decoder that could read it; --model t5-small has`,
    );
  }
  if (pair !== undefined && tokenizer.encode === undefined) {
    throw new UsageError(`--pair: ${model.name} (${model.type}) reads one text alone`);
  }
}

function indexOption(name: string, given: string | undefined, count: number, range: string): number | null {
  if (given === undefined) return null;
  const index = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (index < count) return index;
  const allowed = count === 0 ? `${range}: none` : `${range} 0 to ${count - 1}`;
  throw new UsageError(`--${name} ${given}: out of range, ${allowed}`);
}

/** A factor on the scores: a finite number, at least 0; null for anything else. */
export function parseScaleFactor(given: string): number | null {
  const factor = parseNumber(given);
  return factor >= 0 ? factor : null;
}

function scaleFactorOption(given: string | undefined): number {
  const factor = given === undefined ? 1 : parseScaleFactor(given);
  if (factor === null)
    throw new UsageError(`--scale-factor ${given}: a finite number is expected, 0 or more, such as 0.5`);
  return factor;
}

function ablateOption(given: string | undefined, { model }: ExplorerModel): HeadIndex[] {
  if (given === undefined) return [];
  return [...new Set(given.split(','))].map((part) => {
    const [, layer, head] = /^(\d+)\.(\d+)$/.exec(part) ?? [];
    if (layer === undefined || head === undefined) {
      throw new UsageError(`--ablate ${given}: layer.head is expected, such as 0.1 or 0.1,1.2`);
    }
    const heads = model.layers[Number(layer)]?.attention.numAttentionHeads ?? 0;
    if (Number(head) >= heads) {
      const range = `${model.name} has layers 0 to ${model.numHiddenLayers - 1} with heads 0 to ${model.numAttentionHeads - 1}`;
      throw new UsageError(`--ablate ${part}: there is no such head, ${range}`);
    }
    return { layer: Number(layer), head: Number(head) };
  });
}
