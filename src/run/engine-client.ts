import { Worker } from 'node:worker_threads';
import { type ReadonlySignal, signal } from '@preact/signals-core';
import { layerStages } from '../core/chain/forward.ts';
import type { HeadEffect } from '../core/measures/ablation-effect.ts';
import type { Model } from '../core/model.ts';
import { type AttentionPart, type AttentionTrace, emptyTrace, type LayerTrace } from '../core/trace.ts';
import { parametersOf, shownPart } from '../explorer/attention-part.ts';
import type { Explorer } from '../explorer/explorer.ts';
import type { ExplorerModel } from '../explorer/explorer-inputs.ts';
import { tokenInput } from '../explorer/tokenized-text.ts';
import { FormatError, UnsupportedModelError } from '../loaders/errors.ts';
import { loadTokenizer } from '../loaders/load-model.ts';
import type { DistantResult } from './distant-result.ts';
import type { Answer, ComputedAnswer, Question, ShippedLayer, SweepQuestion } from './messages.ts';
import { modelOfOutline } from './model-outline.ts';
import type { StudyQuestion } from './study-question.ts';

/** A model whose numbers are computed in a thread of its own: the screen never waits for them. */
export interface DistantModel extends ExplorerModel {
  readonly distant: ReadonlySignal<DistantResult | null>;
  readonly directory: string;
  readonly sizeBytes: number;
  /** Asks for what the explorer needs now; an earlier question that has no answer yet is given up.
   *  `done` is called when the answer to this question is on the screen, `progress` on the way. */
  ask(
    explorer: Explorer,
    listener: { done(elapsedMs: number): void; progress(share: number): void; failed(message: string): void },
  ): void;
  /** Asks for the effect of every head but the known ones. A question about numbers breaks it off, and it one about numbers: it is
   *  for when nothing else is computed. */
  sweep(
    question: Omit<SweepQuestion, 'kind' | 'run'>,
    listener: { effect(effect: HeadEffect): void; failed(): void },
  ): void;
  /** Ends it; nothing happens where none is under way. */
  endSweep(): void;
  /** Whether the last answer has all that the explorer shows now. */
  isAnswered(explorer: Explorer): boolean;
  /** Gives up the question that is being answered. */
  stop(): void;
  close(): void;
}

/** Whether another thread computes a model. */
export function isDistantModel(loaded: ExplorerModel): loaded is DistantModel {
  return loaded.distant !== undefined && 'ask' in loaded;
}

/** Set where the program is bundled: the thread's program beside it. */
const workerFile = process.env.ATTNSCOPE_ENGINE ?? './worker.ts';

export interface OpenDistantOptions {
  readonly directory: string;
  readonly name: string;
  readonly revectorize: boolean;
  /** Whether a second thread may be tried for the products. */
  readonly secondThread: boolean;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Gives up the loading, and ends the thread. */
  readonly signal?: AbortSignal;
}

/** Loads a model in a new thread.  @throws FormatError, UnsupportedModelError as loadModel does. */
export async function openDistantModel(options: OpenDistantOptions): Promise<DistantModel> {
  const { directory, name, revectorize, secondThread, onProgress, signal: aborted } = options;
  const { tokenizer, endTokenIds } = loadTokenizer(directory);
  const worker = new Worker(new URL(workerFile, import.meta.url));
  const ask = (question: Question) => worker.postMessage(question);
  const { model, sizeBytes } = await loaded(
    worker,
    { kind: 'load', directory, name, revectorize, secondThread },
    onProgress,
    aborted,
  );
  const result = signal<DistantResult | null>(null);
  let run = 0;
  let pending: ((answer: Answer) => void) | null = null;
  let sweeping: ((answer: Answer) => void) | null = null;
  worker.on('message', (answer: Answer) => {
    pending?.(answer);
    sweeping?.(answer);
  });
  // The program ends when its screen does, whatever is being computed.
  worker.unref();
  return {
    model,
    tokenizer,
    endTokenIds,
    directory,
    sizeBytes,
    distant: result,
    ask(explorer, { done, progress, failed }) {
      const context = contextOf(explorer);
      const thisRun = ++run;
      pending = (answer) => {
        if (answer.kind === 'progress' && answer.run === thisRun) progress(answer.share);
        if (answer.kind === 'runFailed' && answer.run === thisRun) {
          pending = null;
          failed(answer.message);
        }
        if (answer.kind !== 'computed' || answer.run !== thisRun) return;
        pending = null;
        const of = resultOf(answer, context.layer, model);
        const other =
          context.other === null ? null : { ...context.other, trace: traceOf(answer.part, answer.other ?? [], null) };
        result.value = { ...context, ...of, other };
        done(answer.elapsedMs);
      };
      ask(questionOf(explorer, thisRun, context.layer));
    },
    sweep(question, { effect, failed }) {
      const thisRun = ++run;
      sweeping = (answer) => {
        if (answer.kind === 'effect' && answer.run === thisRun) effect(answer.effect);
        if (answer.kind !== 'runFailed' || answer.run !== thisRun) return;
        sweeping = null;
        failed();
      };
      ask({ kind: 'sweep', run: thisRun, ...question });
    },
    endSweep() {
      if (sweeping === null) return;
      sweeping = null;
      ask({ kind: 'stop' });
    },
    isAnswered: (explorer) => result.peek() !== null && pending === null && isAnswered(explorer, result.peek()),
    stop() {
      pending = null;
      ask({ kind: 'stop' });
    },
    close() {
      void worker.terminate();
    },
  };
}

function loaded(
  worker: Worker,
  question: Question,
  onProgress: OpenDistantOptions['onProgress'],
  aborted: AbortSignal | undefined,
): Promise<{ model: Model; sizeBytes: number }> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      void worker.terminate();
      reject(error);
    };
    const listen = (answer: Answer) => {
      if (answer.kind === 'loading') onProgress?.(answer.doneBytes, answer.totalBytes);
      if (answer.kind === 'failed') fail(errorOf(answer.name, answer.message));
      if (answer.kind !== 'loaded') return;
      worker.off('message', listen);
      worker.off('error', fail);
      aborted?.removeEventListener('abort', giveUp);
      resolve({ model: modelOfOutline(answer.model), sizeBytes: answer.sizeBytes });
    };
    const giveUp = () => fail(new Error('given up'));
    aborted?.addEventListener('abort', giveUp, { once: true });
    worker.on('message', listen);
    worker.on('error', fail);
    worker.postMessage(question);
  });
}

function errorOf(name: string, message: string): Error {
  if (name === 'FormatError') return new FormatError(message);
  if (name === 'UnsupportedModelError') return new UnsupportedModelError(message);
  return new Error(message);
}

/** What the answer will be of. */
function contextOf(explorer: Explorer) {
  const { inputs, tokenized, targetTokenized, interventions, other } = explorer;
  const liveOther = other.live.peek();
  const layers = parametersOf(inputs.loaded.peek().model, shownPart(inputs)).length;
  return {
    interventions: interventions.peek(),
    text: inputs.text.peek(),
    target: inputs.target.peek(),
    tokenized: tokenized.peek(),
    targetTokenized: targetTokenized.peek(),
    other: liveOther === null ? null : { text: inputs.other.peek() ?? '', tokenized: liveOther },
    layer: Math.min(inputs.layer.peek(), Math.max(0, layers - 1)),
    studyQuestion: explorer.studies.question.peek(),
  };
}

function isAnswered(explorer: Explorer, result: DistantResult | null): boolean {
  if (result === null) return false;
  const { text, target, tokenized, targetTokenized, other, interventions, layer, studyQuestion } = contextOf(explorer);
  const isSame =
    result.text === text &&
    result.target === target &&
    result.tokenized === tokenized &&
    result.targetTokenized === targetTokenized &&
    result.other?.tokenized === other?.tokenized &&
    result.interventions === interventions &&
    result.part === shownPart(explorer.inputs) &&
    isSameQuestion(result.studyQuestion, studyQuestion);
  if (!isSame || !result.hasLayer(layer)) return false;
  return predictedPlaces(explorer).every((at) => result.trace.predictAt?.(at, 1).length !== 0);
}

/** The question about a word is one object as long as it is the same; it holds the vocabulary. */
function isSameQuestion(a: StudyQuestion, b: StudyQuestion): boolean {
  const withoutWord = (one: StudyQuestion) => JSON.stringify({ ...one, word: null });
  return a.word === b.word && withoutWord(a) === withoutWord(b);
}

/** Places of which predictions are shown or may be appended: the selected one and the last; none where the model makes none. */
function predictedPlaces({ inputs, tokenized, targetTokenized }: Explorer): number[] {
  const { decoder, head } = inputs.loaded.peek().model;
  const count = (decoder === null ? tokenized : targetTokenized).peek().tokens.length;
  if (head === null || count === 0) return [];
  return [...new Set([Math.min(inputs.query.peek() ?? count - 1, count - 1), count - 1])];
}

function questionOf(explorer: Explorer, run: number, layer: number): Question {
  const { inputs, tokenized, targetTokenized, other } = explorer;
  const liveOther = other.live.peek();
  return {
    kind: 'compute',
    run,
    tokens: tokenInput(tokenized.peek()),
    targetTokens: tokenInput(targetTokenized.peek()),
    otherTokens: liveOther === null ? null : tokenInput(liveOther),
    interventions: inputs.interventions.peek(),
    part: shownPart(inputs),
    layer,
    predictionsAt: predictedPlaces(explorer),
    study: explorer.studies.question.peek(),
  };
}

function resultOf(answer: ComputedAnswer, layer: number, model: Model) {
  const { part, predictions, study } = answer;
  const predictAt =
    model.head === null
      ? null
      : (token: number, count: number) => predictions.find(({ at }) => at === token)?.top.slice(0, count) ?? [];
  const hasEnd = (index: number) => answer.layers[index]?.concat !== undefined;
  const trace = traceOf(part, answer.layers, predictAt);
  const hasLayer = (index: number) => index === layer || answer.layers[index]?.q !== undefined;
  return { part, layer, hasLayer, hasEnd, trace, study };
}

/** A trace that has a part alone. */
function traceOf(
  part: AttentionPart,
  shipped: readonly ShippedLayer[],
  predictAt: AttentionTrace['predictAt'],
): AttentionTrace {
  const layers = shipped.map(shippedTrace);
  if (part === 'encoder') return { ...emptyTrace, layers, predictAt };
  const decoder = { embedding: emptyTrace.embedding, finalNorm: null, layers, crossLayers: layers };
  return { ...emptyTrace, decoder, predictAt };
}

function shippedTrace(shipped: ShippedLayer): LayerTrace {
  const trace = {};
  for (const stage of layerStages) {
    Object.defineProperty(trace, stage, {
      enumerable: true,
      get: () => {
        const value = shipped[stage];
        if (value === undefined) throw new RangeError(`${stage} was not asked of the thread that computes`);
        return value;
      },
    });
  }
  return trace as LayerTrace;
}
