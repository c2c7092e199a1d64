import { errorMessage } from '../../text/error-message.ts';
import { FormatError } from '../errors.ts';

/** A download that failed because of the server, the network, the disk or the repository. One line. */
export class HubError extends FormatError {}

/** A failure that a retry may fix, such as a cut connection or a busy server. */
export class TransientError extends HubError {}

/** The error for an answer other than success.
 *  `repository` is an id; `hasToken` says whether the request carried a token. */
export function statusError(
  response: Response,
  { host, repository, hasToken }: { host: string; repository: string; hasToken: boolean },
): HubError {
  const { status, headers } = response;
  const answer = `${host} answers ${status} for ${repository}`;
  const code = headers.get('x-error-code') ?? '';
  if (status === 401 || status === 403) {
    const remedy = hasToken
      ? 'the token in use (HF_TOKEN) has no access to it'
      : 'set HF_TOKEN to a token that has access';
    const terms = code === 'GatedRepo' ? ', after accepting its terms on its page there' : '';
    return new HubError(`${answer}: it is private or gated, or there is no such repository; ${remedy}${terms}`);
  }
  if (code === 'EntryNotFound') return new HubError(`${answer}: a file in its list is missing`);
  if (status === 404) {
    const missing = code === 'RevisionNotFound' ? 'it has no such revision' : 'there is no such repository or revision';
    return new HubError(`${answer}: ${missing}`);
  }
  if (status === 429) return new TransientError(`${answer}: too many requests; try again later`);
  if (status >= 500) return new TransientError(`${answer}: the server failed; try again later`);
  return new HubError(`${answer}, as no Hugging Face hub does; check HF_ENDPOINT`);
}

/** The error for a request without an answer, or an answer that broke off. */
export function networkError(error: unknown, host: string): TransientError {
  const cause = deepestCause(error);
  const code = codeOf(cause);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new TransientError(`no network, or no host ${host}: its name cannot be looked up (${code})`);
  }
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return new TransientError(`no network, or ${host} is down: no connection could be made (${code})`);
  }
  if (isTimeout(cause)) return new TransientError(`${host} takes too long to answer`);
  return new TransientError(`the connection to ${host} failed: ${errorMessage(cause)}`);
}

/** The error for a failure to write `path`. */
export function diskError(error: unknown, path: string): HubError {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new HubError(`${path}: the disk is full (${code}); the next download continues there`);
  }
  return new HubError(`${path} cannot be written: ${errorMessage(error)}`);
}

/** Returns `work()`.  @throws HubError in place of a failed system call on `path`. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw codeOf(error) === undefined ? error : diskError(error, path);
  }
}

/** True for the end of an AbortSignal.timeout. */
export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function deepestCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  if (cause instanceof AggregateError && cause.errors.length > 0) return cause.errors[0];
  return cause;
}

/** The code of a failed system call, such as ENOSPC. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
