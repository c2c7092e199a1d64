import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import type { Model } from '../core/model.ts';
import { loadModel } from '../loaders/load-model.ts';
import { configureKernels } from '../tensor/kernels.ts';
import { errorMessage } from '../text/error-message.ts';
import { createEngine, type Engine } from './engine.ts';
import type { Answer, Question } from './messages.ts';
import { outlineOf } from './model-outline.ts';
import { secondThread } from './second-thread.ts';

/** Answers the questions from the port; a newer question replaces the one that is being computed. */
export function serve(port: MessagePort): void {
  let loaded: Loaded | null = null;
  const answer = (message: Answer) => port.postMessage(message);
  const handle = (question: Question): Question | null => {
    switch (question.kind) {
      case 'load':
        // No question comes before the answer to this one.
        void load(question, answer).then((result) => {
          loaded = result;
        });
        return null;
      case 'stop':
        return null;
      case 'compute':
      case 'sweep': {
        let newer: Question | null = null;
        try {
          const isOutdated = () => {
            newer = receiveMessageOnPort(port)?.message ?? null;
            return newer !== null;
          };
          if (question.kind === 'sweep') loaded?.engine.sweep(question, isOutdated, answer);
          else loaded?.engine.compute(question, isOutdated, answer);
        } catch (error) {
          answer({
            kind: 'runFailed',
            run: question.run,
            message: errorMessage(error),
          });
          // Memos of a failed run can be incomplete.
          if (loaded !== null) loaded = { ...loaded, engine: createEngine(loaded.model) };
        }
        return newer;
      }
    }
  };
  port.on('message', (first: Question) => {
    let question: Question | null = first;
    while (question !== null) question = handle(question);
  });
}

interface Loaded {
  readonly model: Model;
  readonly engine: Engine;
}

async function load(
  question: Extract<Question, { kind: 'load' }>,
  answer: (message: Answer) => void,
): Promise<Loaded | null> {
  const { directory, name, revectorize } = question;
  try {
    configureKernels({ revectorize });
    const team = question.secondThread ? await secondThread() : null;
    const onProgress = (doneBytes: number, totalBytes: number) => answer({ kind: 'loading', doneBytes, totalBytes });
    const { model, sizeBytes } = loadModel(directory, name, { onProgress, team });
    answer({ kind: 'loaded', model: outlineOf(model), sizeBytes, threads: team === null ? 1 : 2 });
    return { model, engine: createEngine(model) };
  } catch (error) {
    const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
    answer({ kind: 'failed', name: kind, message });
    return null;
  }
}

if (parentPort !== null) serve(parentPort);
