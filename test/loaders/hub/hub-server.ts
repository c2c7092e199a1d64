import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

/** Answers a request itself and returns true, or leaves it to the server. */
export type Answer = (request: Seen, response: ServerResponse) => boolean;

export interface HubServer {
  readonly endpoint: string;
  readonly host: string;
  readonly seen: Seen[];
  /** The paths of the files that were asked for, without those of the API. */
  downloads(): string[];
  /** Is asked first, for every request. */
  answer: Answer;
  close(): Promise<void>;
}

export const commit = 'c0ffee'.padEnd(40, '0');

/** A repository of files, those of `lfs` kept as Git LFS does. */
export interface Repository {
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly lfs?: readonly string[];
  /** Put over what the listing says of a file. */
  readonly lies?: Readonly<Record<string, object>>;
}

/** Id of a file as `git hash-object` prints it. */
export function gitId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A hub on loopback with one repository, org/model, whose branches main and other are one commit. It has the three routes that a download needs:
 *  the revision, the tree and the files.  @see https://huggingface.co/docs/hub/api */
export async function startHub(repository: Repository): Promise<HubServer> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const entry = seenOf(request);
    seen.push(entry);
    if (!hub.answer(entry, response)) answerHonestly(repository, entry, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const hub: HubServer = {
    endpoint: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    seen,
    downloads: () => seen.map(({ path }) => path).filter((path) => path.includes('/resolve/')),
    answer: () => false,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return hub;
}

function seenOf({ method = '', url = '', headers }: IncomingMessage): Seen {
  return { method, path: url.replace(/\?.*$/, ''), range: headers.range, authorization: headers.authorization };
}

function answerHonestly(repository: Repository, { path, range }: Seen, response: ServerResponse): void {
  if (/^\/api\/models\/org\/model\/revision\/(main|other|c0ffee0+)$/.test(path)) {
    const config = { architectures: ['BertForMaskedLM'], model_type: 'bert' };
    sendJson(response, { _id: '1', id: 'org/model', sha: commit, private: false, gated: false, config });
  } else if (path === `/api/models/org/model/tree/${commit}`) {
    sendJson(response, listing(repository));
  } else if (path.startsWith(`/org/model/resolve/${commit}/`)) {
    const bytes = repository.files[decodeURIComponent(path.slice(path.lastIndexOf('/') + 1))];
    if (bytes === undefined) send(response, 404, '', { 'X-Error-Code': 'EntryNotFound' });
    else sendBytes(response, bytes, range);
  } else {
    const code = path.startsWith('/api/models/org/model/') ? 'RevisionNotFound' : 'RepoNotFound';
    send(response, 404, JSON.stringify({ error: 'not found' }), { 'X-Error-Code': code });
  }
}

export function listing({ files, lfs = [], lies = {} }: Repository): object[] {
  const entries = Object.entries(files).map(([path, bytes]) => ({
    ...{ type: 'file', path, size: bytes.length, oid: gitId(bytes) },
    ...(lfs.includes(path) && {
      oid: gitId(new Uint8Array(130)),
      lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 130 },
    }),
    ...lies[path],
  }));
  return [{ type: 'directory', path: 'onnx', size: 0, oid: 'd'.repeat(40) }, ...entries];
}

export function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, headers).end(body);
}

export function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, JSON.stringify(value), { 'Content-Type': 'application/json' });
}

/** The bytes, or the part of them that a Range asks for. */
export function sendBytes(response: ServerResponse, bytes: Uint8Array, range: string | undefined): void {
  const begin = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? Number.NaN);
  if (Number.isNaN(begin)) {
    response.writeHead(200, { 'Content-Length': bytes.length }).end(bytes);
  } else if (begin >= bytes.length) {
    response.writeHead(416, { 'Content-Range': `bytes */${bytes.length}` }).end();
  } else {
    const headers = {
      'Content-Range': `bytes ${begin}-${bytes.length - 1}/${bytes.length}`,
      'Content-Length': bytes.length - begin,
    };
    response.writeHead(206, headers).end(bytes.subarray(begin));
  }
}

/** Sends the beginning of what was promised and cuts the connection. */
export function sendAndCut(response: ServerResponse, bytes: Uint8Array, sent: number): void {
  response.writeHead(200, { 'Content-Length': bytes.length });
  response.write(bytes.subarray(0, sent), () => setTimeout(() => response.destroy(), 20));
}
