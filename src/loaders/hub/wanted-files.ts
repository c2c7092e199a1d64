import { quoted } from '../errors.ts';
import { HubError } from './hub-error.ts';
import { configFiles, tokenizerFiles } from './needed-files.ts';
import type { RemoteFile, RepositoryFiles } from './repository-files.ts';
import { indexFile, isOtherWeights, isPickle, singleFile } from './weight-files.ts';

/** @throws HubError for a repository without configuration or safetensors weights; says what to do. */
export function checkUse({ files, modelClass }: RepositoryFiles, repository: string): void {
  const isSafe = files.has(singleFile) || files.has(indexFile);
  if (!isSafe && files.has('adapter_config.json')) {
    throw new HubError(`${repository} is only an adapter; it needs its base model`);
  }
  if (!isSafe) throw withoutSafetensors([...files.keys()], modelClass, repository);
  if (!files.has('config.json')) {
    throw new HubError(`${repository} has no config.json, as models of Transformers have`);
  }
}

/** Configuration, tokenizer, and the index of any shards. */
export function smallFiles({ files }: RepositoryFiles): RemoteFile[] {
  const names = [...configFiles, ...tokenizerFiles, ...(files.has(singleFile) ? [] : [indexFile])];
  return names.flatMap((name) => files.get(name) ?? []);
}

/** The likely weights, before the index is read. */
export function expectedWeights({ files }: RepositoryFiles): RemoteFile[] {
  const single = files.get(singleFile);
  if (single !== undefined) return [single];
  return [...files.values()].filter(({ name }) => /^model-\d+-of-\d+\.safetensors$/.test(name));
}

/** model.safetensors, else the shards of these names.  @throws HubError when the repository lacks one of them. */
export function weightFiles(
  { files }: RepositoryFiles,
  shards: () => readonly string[],
  repository: string,
): RemoteFile[] {
  const single = files.get(singleFile);
  if (single !== undefined) return [single];
  return shards().map((name) => {
    const file = files.get(name);
    if (file !== undefined) return file;
    throw new HubError(`${repository}: ${indexFile} names ${quoted(name)}, which is missing`);
  });
}

function withoutSafetensors(names: readonly string[], modelClass: string, repository: string): HubError {
  const pickle = names.find((name) => isOtherWeights(name) && isPickle(name));
  const other = names.find((name) => isOtherWeights(name));
  if (pickle === undefined) {
    const only = other === undefined ? 'nor other weights' : `only ${quoted(other)}, which is not read`;
    return new HubError(`${repository} has no ${singleFile}, ${only}`);
  }
  return new HubError(
    `${repository} has no ${singleFile}, only ${quoted(pickle)}, a pickle, which is never opened: convert it with ` +
      `python -c "from transformers import ${modelClass}, AutoTokenizer; m = '${repository}'; ` +
      `${modelClass}.from_pretrained(m).save_pretrained('DIR'); AutoTokenizer.from_pretrained(m).save_pretrained('DIR')" ` +
      'and open it with --model DIR',
  );
}
