import { join } from 'node:path';
import { quoted } from '../errors.ts';
import { readJsonObject } from '../json-file.ts';
import { repositoryDirectory } from './cache-paths.ts';
import { configProblem } from './config-facts.ts';
import { defaultTiming, downloadFile, type Timing } from './download-file.ts';
import { HubError } from './hub-error.ts';
import { createHubFetch } from './hub-fetch.ts';
import type { HubSettings } from './hub-settings.ts';
import { tokenizerProblem } from './needed-files.ts';
import {
  blobPath,
  hasFile,
  makeFolder,
  placeFile,
  type RepositoryLayout,
  removeIfEmpty,
  snapshotDirectory,
  writeRef,
} from './place-file.ts';
import { listRepository, type RemoteFile, type RepositoryFiles } from './repository-files.ts';
import { checkUse, expectedWeights, smallFiles, weightFiles } from './wanted-files.ts';
import { indexFile, shardNames } from './weight-files.ts';

export interface PullRequest extends HubSettings {
  /** An id that isRepositoryId accepts. */
  readonly repository: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
  readonly cacheDirectory: string;
  readonly signal: AbortSignal;
  readonly timing?: Timing;
  readonly onProgress: (progress: PullProgress) => void;
  /** Told of a model that can be downloaded but not used, before its weights are downloaded. */
  readonly onWarning: (warning: string) => void;
}

/** Progress of a download over all files; files already there count as done. */
export interface PullProgress {
  readonly file: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface Pulled {
  /** The snapshot's folder. */
  readonly directory: string;
  readonly commit: string;
  readonly fileCount: number;
  readonly totalBytes: number;
  /** Bytes received; 0 when nothing was missing. */
  readonly receivedBytes: number;
}

/** Downloads a model's configuration, tokenizer and safetensors weights into the local cache, except for files already there. Writes
 *  refs last, so that an interrupted download leaves the old model in use.
 *  @throws HubError, FormatError when what was downloaded is malformed, or the signal's reason when it was aborted */
export async function pullModel(request: PullRequest): Promise<Pulled> {
  const { repository, revision, endpoint, timing = defaultTiming } = request;
  checkRevision(revision);
  const fetch = createHubFetch(request);
  const listing = await listRepository({ repository, revision, endpoint, fetch, timeoutMs: timing.silenceMs });
  request.signal.throwIfAborted();
  checkUse(listing, repository);
  const layout = { repository: repositoryDirectory(request.cacheDirectory, repository), commit: listing.commit };
  await makeFolder(join(layout.repository, 'blobs'));
  try {
    const pulled = await pullFiles({ ...request, timing, fetch, layout, listing });
    if (revision !== listing.commit) await writeRef(layout, revision);
    return pulled;
  } finally {
    await removeIfEmpty(layout.repository);
  }
}

interface Work extends PullRequest {
  readonly timing: Timing;
  readonly fetch: typeof fetch;
  readonly layout: RepositoryLayout;
  readonly listing: RepositoryFiles;
}

async function pullFiles({ repository, listing, layout, onWarning, onProgress, ...work }: Work): Promise<Pulled> {
  const directory = snapshotDirectory(layout);
  const done = { bytes: 0, received: 0 };
  const pullAll = async (files: readonly RemoteFile[], totalBytes: number) => {
    for (const file of files) {
      const report = (bytes: number) => onProgress({ file: file.name, doneBytes: done.bytes + bytes, totalBytes });
      const path = blobPath(layout, file);
      if (!hasFile(join(directory, file.name), file.sizeBytes) && !hasFile(path, file.sizeBytes)) {
        const url = `${work.endpoint}/${repository}/resolve/${layout.commit}/${encodeURIComponent(file.name)}`;
        done.received += await downloadFile({ ...work, url, file, path, onProgress: report });
      }
      await placeFile(layout, file);
      report(file.sizeBytes);
      done.bytes += file.sizeBytes;
    }
  };
  const small = smallFiles(listing);
  await pullAll(small, sizeOf(small) + sizeOf(expectedWeights(listing)));
  const problem = configProblem(readJsonObject(join(directory, 'config.json'))) ?? tokenizerProblem(listing.files);
  if (problem !== undefined) onWarning(`${repository} cannot be used: ${problem}`);
  const weights = weightFiles(listing, () => shardNames(join(directory, indexFile)), repository);
  const totalBytes = sizeOf(small) + sizeOf(weights);
  await pullAll(weights, totalBytes);
  const fileCount = small.length + weights.length;
  return { directory, commit: layout.commit, fileCount, totalBytes, receivedBytes: done.received };
}

/** A revision becomes a path below refs.  @see git check-ref-format */
function checkRevision(revision: string): void {
  const isRef = /^[\w.+@=-]+(\/[\w.+@=-]+)*$/.test(revision) && !/(^|\/)\.|\.\.|\.lock$/.test(revision);
  if (!isRef) throw new HubError(`revision ${quoted(revision)} must be a branch, a tag or a commit, such as main`);
}

function sizeOf(files: readonly RemoteFile[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
