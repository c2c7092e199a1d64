import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { loadModel } from '../../loaders/load-model.ts';
import { configureKernels } from '../../tensor/kernels.ts';
import { createEngine, type Engine } from './engine.ts';
import type { Answer, Question } from './messages.ts';
import { outlineOf } from './model-outline.ts';

/** Answers the questions that come through the port; a question that comes while one is being computed takes its place. */
export function serve(port: MessagePort): void {
  let engine: Engine | null = null;
  const answer = (message: Answer) => port.postMessage(message);
  const handle = (question: Question): Question | null => {
    switch (question.kind) {
      case 'load':
        engine = load(question, answer);
        return null;
      case 'stop':
        return null;
      case 'compute': {
        let newer: Question | null = null;
        engine?.compute(
          question,
          () => {
            newer = receiveMessageOnPort(port)?.message ?? null;
            return newer !== null;
          },
          answer,
        );
        return newer;
      }
    }
  };
  port.on('message', (first: Question) => {
    let question: Question | null = first;
    while (question !== null) question = handle(question);
  });
}

function load(question: Extract<Question, { kind: 'load' }>, answer: (message: Answer) => void): Engine | null {
  try {
    configureKernels({ revectorize: question.revectorize });
    const { model, sizeBytes } = loadModel(question.directory, question.name, {
      onProgress: (doneBytes, totalBytes) => answer({ kind: 'loading', doneBytes, totalBytes }),
    });
    answer({ kind: 'loaded', model: outlineOf(model), sizeBytes });
    return createEngine(model);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    answer({ kind: 'failed', name, message });
    return null;
  }
}

if (parentPort !== null) serve(parentPort);
