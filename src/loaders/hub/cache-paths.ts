import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The data folder of Hugging Face's libraries: HF_HOME, else huggingface in XDG_CACHE_HOME, else in ~/.cache.
 *  @see https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables */
export function hubHome(env: Environment = process.env): string {
  return resolve(
    given(env, 'HF_HOME') ?? join(given(env, 'XDG_CACHE_HOME') ?? join(home(env), '.cache'), 'huggingface'),
  );
}

/** The local cache of repositories: HF_HUB_CACHE, else its older name HUGGINGFACE_HUB_CACHE, else hub in hubHome. */
export function hubCacheDirectory(env: Environment = process.env): string {
  return resolve(given(env, 'HF_HUB_CACHE') ?? given(env, 'HUGGINGFACE_HUB_CACHE') ?? join(hubHome(env), 'hub'));
}

/** A path from the environment, with ~ and variables expanded; undefined if unset or empty. */
export function given(env: Environment, name: string): string | undefined {
  const path = env[name];
  if (path === undefined || path === '') return undefined;
  return path
    .replace(/^~(?=$|[/\\])/, () => home(env))
    .replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, plain, braced) => env[plain ?? braced] ?? whole);
}

function home(env: Environment): string {
  return env.HOME ?? homedir();
}

/** True for a valid id of a repository, ORG/NAME or NAME. It has no '..', so its path stays in the cache.
 *  @see huggingface_hub, validate_repo_id */
export function isRepositoryId(text: string): boolean {
  const isShaped = /^(?:\w(?:[\w.-]{0,94}\w)?\/)?\w(?:[\w.-]{0,94}\w)?$/.test(text);
  return isShaped && !text.includes('--') && !text.includes('..') && !text.endsWith('.git');
}

/** The folder of a repository in the cache: models--ORG--NAME. */
export function repositoryDirectory(cacheDirectory: string, repositoryId: string): string {
  return join(cacheDirectory, ['models', ...repositoryId.split('/')].join('--'));
}

/** The repository id in a folder's name; undefined for other folders. */
export function repositoryIdOf(folderName: string): string | undefined {
  const [kind, ...parts] = folderName.split('--');
  const id = parts.join('/');
  return kind === 'models' && isRepositoryId(id) ? id : undefined;
}
