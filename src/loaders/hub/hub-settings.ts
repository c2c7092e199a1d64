import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quoted } from '../errors.ts';
import { type Environment, given, hubHome } from './cache-paths.ts';
import { HubError } from './hub-error.ts';

/** The hub's address and the user's token. */
export interface HubSettings {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly token: string | null;
}

/** HF_ENDPOINT, else https://huggingface.co; HF_TOKEN, else its older name HUGGING_FACE_HUB_TOKEN, else the file that
 *  `hf auth login` writes: HF_TOKEN_PATH, else token in hubHome.
 *  @throws HubError when one of them is invalid. */
export function hubSettings(env: Environment = process.env): HubSettings {
  if (/^(1|on|yes|true)$/i.test(env.HF_HUB_OFFLINE ?? '')) {
    throw new HubError('HF_HUB_OFFLINE is set, so nothing is downloaded: unset it to go online');
  }
  return { endpoint: endpointOf(env), token: tokenOf(env) };
}

function endpointOf(env: Environment): string {
  const endpoint = (env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  const isPlain = url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!isPlain || !/^https?:$/.test(url.protocol)) {
    throw new HubError(`HF_ENDPOINT ${quoted(endpoint)} must be an address such as https://huggingface.co`);
  }
  return endpoint;
}

function tokenOf(env: Environment): string | null {
  const fromEnvironment = (env.HF_TOKEN || env.HUGGING_FACE_HUB_TOKEN || '').trim();
  const token = fromEnvironment === '' ? tokenInFile(env) : fromEnvironment;
  if (token === '') return null;
  if (!/^[\x21-\x7e]+$/.test(token)) throw new HubError('HF_TOKEN must be one word of plain characters, such as hf_…');
  return token;
}

function tokenInFile(env: Environment): string {
  try {
    return readFileSync(given(env, 'HF_TOKEN_PATH') ?? join(hubHome(env), 'token'), 'utf8').trim();
  } catch {
    return '';
  }
}
