import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { findModel } from '../../../src/loaders/find-model.ts';
import { type PullProgress, type PullRequest, pullModel } from '../../../src/loaders/hub/pull-model.ts';
import * as hub from './hub-server.ts';
import { smallFiles, smallRepository } from './small-repository.ts';

export const weights = smallFiles['model.safetensors']!;
export const weightsPath = `/org/model/resolve/${hub.commit}/model.safetensors`;

export interface Pull {
  readonly server: hub.HubServer;
  readonly cache: string;
  readonly warnings: string[];
  readonly progress: PullProgress[];
  run(request?: Partial<PullRequest>): ReturnType<typeof pullModel>;
  weightsOnDisk(): Uint8Array;
  blob(suffix?: string): string;
}

let folders = 0;

/** To be called inside of a test: a server with the repository and an empty cache below `root`, and a way to pull the one into the other. */
export async function setUp(root: string, repository: hub.Repository = smallRepository): Promise<Pull> {
  const server = await hub.startHub(repository);
  onTestFinished(() => server.close());
  const cache = join(root, `cache-${folders++}`);
  const warnings: string[] = [];
  const progress: PullProgress[] = [];
  const blob = (suffix = '') => join(cache, 'models--org--model/blobs', hub.sha256(weights) + suffix);
  return {
    ...{ server, cache, warnings, progress, blob },
    run: (request) =>
      pullModel({
        ...{ repository: 'org/model', revision: 'main', cacheDirectory: cache, endpoint: server.endpoint, token: null },
        signal: new AbortController().signal,
        timing: { silenceMs: 400, retryPausesMs: [5, 10] },
        onProgress: (step) => progress.push(step),
        onWarning: (warning) => warnings.push(warning),
        ...request,
      }),
    weightsOnDisk: () => readFileSync(join(findModel('org/model', '/none', cache).directory, 'model.safetensors')),
  };
}

/** Answers requests for the weights by `answers`, one after the other, and honestly when they are used up. */
export function forWeights(
  server: hub.HubServer,
  ...answers: ((response: Parameters<hub.Answer>[1], seen: hub.Seen) => void)[]
) {
  server.answer = (seen, response) => {
    const next = seen.path === weightsPath ? answers.shift() : undefined;
    next?.(response, seen);
    return next !== undefined;
  };
}
