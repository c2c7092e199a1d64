import { HubError, networkError, statusError } from './hub-error.ts';
import type { HubSettings } from './hub-settings.ts';

const mostRedirects = 10;
const userAgent = 'attnscope';

export interface HubFetchOptions extends HubSettings {
  /** Id of the repository, for messages. */
  readonly repository: string;
  /** Ends every request when it is aborted; its reason is thrown. */
  readonly signal: AbortSignal;
}

/** A `fetch` for one hub that follows redirects itself: it sends the token only to the hub's own host, and to no host after a redirect
 *  away from it. It resolves only to successes and to status 416.
 *  @throws HubError for every other answer, TransientError where a retry may help, the signal's reason when it was aborted. */
export function createHubFetch({ endpoint, token, repository, signal }: HubFetchOptions): typeof fetch {
  const origin = new URL(endpoint).origin;
  return async (input, init = {}) => {
    let url = new URL(input instanceof Request ? input.url : input);
    let isAtHome = true;
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      isAtHome &&= url.origin === origin;
      const { host } = url;
      const headers = new Headers(init.headers);
      headers.set('user-agent', userAgent);
      if (isAtHome && token !== null) headers.set('authorization', `Bearer ${token}`);
      const signals = init.signal ? [signal, init.signal] : [signal];
      const request = { ...init, headers, redirect: 'manual' as const, signal: AbortSignal.any(signals) };
      let response: Response;
      try {
        response = await fetch(url, request);
      } catch (error) {
        signal.throwIfAborted();
        throw networkError(error, host);
      }
      const location = response.headers.get('location');
      if (response.status < 300 || response.status === 416) return response;
      await response.body?.cancel();
      if (response.status >= 400 || location === null) {
        throw statusError(response, { host, repository, hasToken: isAtHome && token !== null });
      }
      url = redirectTarget(location, url);
    }
    throw new HubError(`${new URL(endpoint).host} sends ${repository} from address to address without an end`);
  };
}

function redirectTarget(location: string, from: URL): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : null;
  const isSafe = url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && from.protocol === 'http:'));
  if (!isSafe)
    throw new HubError(`${from.host} redirects to an address that is not safe to follow: '${location.slice(0, 100)}'`);
  return url;
}
