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
  /** What its content must hash to, and what it is called in the cache. */
  readonly id: string;
}

/** The top folder of a repository at one commit. */
export interface RepositoryFiles {
  readonly commit: string;
  /** The class of Transformers that reads the model whole, where the hub knows it. */
  readonly modelClass: string;
  /** By name. */
  readonly files: ReadonlyMap<string, RemoteFile>;
}

const mostEntries = 10_000;

/** Asks the hub which commit a revision is, and which files it has.
 *  @throws HubError when it does not know the repository, or answers what no hub does: an id that is none, a path out of the folder. */
export async function listRepository(request: {
  readonly repository: string;
  readonly revision: string;
  readonly endpoint: string;
  readonly fetch: typeof fetch;
  /** How long an answer may take. */
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
    // An answer that breaks off is a TypeError with a cause, one of another form a TypeError without.
    if (isTimeout(error) || (error instanceof TypeError && error.cause !== undefined)) throw networkError(error, host);
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw new HubError(
      `${host} does not answer as a Hugging Face hub does (${error.message}); HF_ENDPOINT says which is asked`,
    );
  }
}

function remoteFile(
  entry: { type: string; path: string; size: number; oid?: string; lfs?: { oid: string; size: number } },
  where: string,
): RemoteFile | null {
  const { type, path } = entry;
  if (typeof path !== 'string' || leavesFolder(path)) {
    throw new HubError(`${where} a file outside of its folder, ${quoted(String(path))}: nothing of it is downloaded`);
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
