import { listFiles, modelInfo } from '@huggingface/hub';
import { quoted } from '../errors.ts';
import { fieldsOf } from '../json-file.ts';
import { modelClass } from '../model-class.ts';
import { isPlainFileName } from '../model-folder.ts';
import { isContentId } from './checksum.ts';
import { HubError, isTimeout, networkError } from './hub-error.ts';

/** One file of a repository. */
export interface RemoteFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Checksum of its content, and its name in the cache. */
  readonly id: string;
}

/** The top folder of a repository at one commit. */
export interface RepositoryFiles {
  readonly commit: string;
  /** Transformers' class for the whole model, else AutoModel. */
  readonly modelClass: string;
  /** By name. */
  readonly files: ReadonlyMap<string, RemoteFile>;
}

const mostEntries = 10_000;

/** Asks the hub for the commit of a revision and its files.
 *  @throws HubError when the repository is unknown, or the answer is invalid, such as a path out of the folder. */
export async function listRepository(request: {
  readonly repository: string;
  readonly revision: string;
  readonly endpoint: string;
  readonly fetch: typeof fetch;
  /** Limit on the time of an answer. */
  readonly timeoutMs: number;
}): Promise<RepositoryFiles> {
  const { repository, revision, endpoint: hubUrl, timeoutMs } = request;
  const { host } = new URL(hubUrl);
  const fetch: typeof request.fetch = (url, init) =>
    request.fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  try {
    const additionalFields: ('sha' | 'config')[] = ['sha', 'config'];
    const { sha: commit, config } = await modelInfo({ name: repository, revision, hubUrl, fetch, additionalFields });
    if (typeof commit !== 'string' || !/^[0-9a-f]{40}$/.test(commit)) {
      throw new HubError(`${host} names no commit for revision ${quoted(revision)} of ${repository}`);
    }
    const files = new Map<string, RemoteFile>();
    let entries = 0;
    for await (const entry of listFiles({ repo: repository, revision: commit, hubUrl, fetch })) {
      if (++entries > mostEntries) throw new HubError(`${host} lists over ${mostEntries} files for ${repository}`);
      const file = remoteFile(entry, `${host} lists for ${repository}`);
      if (file !== null) files.set(file.name, file);
    }
    return { commit, modelClass: modelClass(fieldsOf(config)), files };
  } catch (error) {
    // A broken-off answer is a TypeError with a cause; an answer of another form is one without.
    if (isTimeout(error) || (error instanceof TypeError && error.cause !== undefined)) throw networkError(error, host);
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw new HubError(`${host} does not answer as a Hugging Face hub does (${error.message}); check HF_ENDPOINT`);
  }
}

function remoteFile(
  entry: { type: string; path: string; size: number; oid?: string; lfs?: { oid: string; size: number } },
  where: string,
): RemoteFile | null {
  const { type, path } = entry;
  if (typeof path !== 'string' || leavesFolder(path)) {
    throw new HubError(`${where} a file outside of its folder, ${quoted(String(path))}: nothing is downloaded`);
  }
  if (type !== 'file' || !isPlainFileName(path)) return null;
  const id = entry.lfs?.oid ?? entry.oid;
  const sizeBytes = entry.lfs?.size ?? entry.size;
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw new HubError(`${where} no size of ${quoted(path)}`);
  if (!isContentId(id)) throw new HubError(`${where} no checksum of ${quoted(path)}`);
  return { name: path, sizeBytes, id };
}

function leavesFolder(path: string): boolean {
  return path.split(/[/\\]/).includes('..') || /^([/\\]|[a-z]:)/i.test(path) || path.includes('\0');
}
