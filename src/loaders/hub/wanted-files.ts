import { quoted } from '../errors.ts';
import { HubError } from './hub-error.ts';
import { configFiles, tokenizerFiles } from './needed-files.ts';
import type { RemoteFile, RepositoryFiles } from './repository-files.ts';
import { indexFile, isOtherWeights, isPickle, singleFile } from './weight-files.ts';

/** Refuses a repository without configuration or without safetensors weights, and says what to do.  @throws HubError */
export function checkUse({ files, modelClass }: RepositoryFiles, repository: string): void {
  const isSafe = files.has(singleFile) || files.has(indexFile);
  if (!isSafe && files.has('adapter_config.json')) {
    throw new HubError(`${repository} is an adapter alone: it needs the model that it was trained on`);
  }
  if (!isSafe) throw withoutSafetensors([...files.keys()], modelClass, repository);
  if (!files.has('config.json')) {
    throw new HubError(`${repository} has no config.json, so it is no model of Transformers`);
  }
}

/** Configuration, tokenizer, and the index of shards where the weights are in several files. */
export function smallFiles({ files }: RepositoryFiles): RemoteFile[] {
  const names = [...configFiles, ...tokenizerFiles, ...(files.has(singleFile) ? [] : [indexFile])];
  return names.flatMap((name) => files.get(name) ?? []);
}

/** The likely weights, before the index has been read. */
export function expectedWeights({ files }: RepositoryFiles): RemoteFile[] {
  const single = files.get(singleFile);
  if (single !== undefined) return [single];
  return [...files.values()].filter(({ name }) => /^model-\d+-of-\d+\.safetensors$/.test(name));
}

/** model.safetensors, or else the shards of these names.  @throws HubError when the repository does not have one of them */
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
    throw new HubError(`${repository}: ${indexFile} names ${quoted(name)}, which it does not have`);
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
    `${repository} has no ${singleFile}, only ${quoted(pickle)}, a pickle, which can run code and is never opened: convert it with ` +
      `python -c "from transformers import ${modelClass}, AutoTokenizer; m = '${repository}'; ` +
      `${modelClass}.from_pretrained(m).save_pretrained('DIR'); AutoTokenizer.from_pretrained(m).save_pretrained('DIR')" ` +
      'and open it with --model DIR',
  );
}
