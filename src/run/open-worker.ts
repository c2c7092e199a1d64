import { Worker } from 'node:worker_threads';
import type { Model } from '../core/model.ts';
import { FormatError, UnsupportedModelError } from '../loaders/errors.ts';
import { loadTokenizer } from '../loaders/load-model.ts';
import type { Tokenizer } from '../tokenizer/token.ts';
import type { Answer, LoadQuestion, Question } from './messages.ts';
import { modelOfOutline } from './model-outline.ts';
import type { Connect } from './run.ts';
import { createWorkerRun } from './worker-run.ts';

/** A model that a thread of its own loads and computes, so that the screen never waits. */
export interface WorkerModel {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  readonly endTokenIds: readonly number[];
  readonly directory: string;
  readonly sizeBytes: number;
  readonly connect: Connect;
  /** Ends the thread. */
  close(): void;
}

/** The bundle sets the variable to its own file. */
const workerFile = process.env.ATTNSCOPE_ENGINE ?? './worker.ts';

export interface OpenWorkerOptions extends Omit<LoadQuestion, 'kind'> {
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Stops the loading and ends the thread. */
  readonly signal?: AbortSignal;
}

/** Loads a model in a new thread.  @throws FormatError, UnsupportedModelError as `loadModel` does. */
export async function openWorker({ onProgress, signal, ...asked }: OpenWorkerOptions): Promise<WorkerModel> {
  const { tokenizer, endTokenIds } = loadTokenizer(asked.directory);
  const worker = new Worker(new URL(workerFile, import.meta.url));
  const loaded = await answerOf(worker, { kind: 'load', ...asked }, onProgress, signal);
  const model = modelOfOutline(loaded.model);
  let hear: (answer: Answer) => void = () => {};
  worker.on('message', (answer: Answer) => hear(answer));
  // A computation must not keep the program running after its screen.
  worker.unref();
  const line = {
    post: (question: Question) => worker.postMessage(question),
    listen: (next: typeof hear) => {
      hear = next;
    },
  };
  return {
    model,
    tokenizer,
    endTokenIds,
    directory: asked.directory,
    sizeBytes: loaded.sizeBytes,
    connect: (inputs) => createWorkerRun(line, model, inputs),
    close: () => void worker.terminate(),
  };
}

type Loaded = Extract<Answer, { kind: 'loaded' }>;

function answerOf(
  worker: Worker,
  question: LoadQuestion,
  onProgress: OpenWorkerOptions['onProgress'],
  aborted: AbortSignal | undefined,
): Promise<Loaded> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      void worker.terminate();
      reject(error);
    };
    const giveUp = () => fail(new Error('given up'));
    const listen = (answer: Answer) => {
      if (answer.kind === 'loading') onProgress?.(answer.doneBytes, answer.totalBytes);
      if (answer.kind === 'failed') fail(errorOf(answer.name, answer.message));
      if (answer.kind !== 'loaded') return;
      worker.off('message', listen);
      worker.off('error', fail);
      aborted?.removeEventListener('abort', giveUp);
      resolve(answer);
    };
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
