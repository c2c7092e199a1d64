import { join } from 'node:path';
import { configCount, configString, readConfig } from './config.ts';
import { FormatError } from './errors.ts';
import { builtInModels } from './find-model.ts';
import { type ConfigFacts, configFacts, configProblem } from './hub/config-facts.ts';
import { tokenizerProblem } from './hub/needed-files.ts';
import { type CachedRepository, cachedRepositories, chooseSnapshot, type Snapshot } from './hub/snapshots.ts';
import { isPickle } from './hub/weight-files.ts';
import { fileSize, type JsonFields } from './json-file.ts';

/** A model's facts that need no weights; null where its files lack them. */
export interface ModelSummary extends ConfigFacts {
  readonly name: string;
  /** Size of the weights' files. */
  readonly sizeBytes: number;
  readonly directory: string;
  readonly source: 'built in' | 'cache';
  readonly usable: boolean;
  /** Why it cannot be used, in one line; null if usable. */
  readonly why: string | null;
}

/** The built-in models, from only config.json and the size of the weights.
 *  @throws FormatError when one of their files is missing or damaged. */
export function listModels(builtInDirectory: string): ModelSummary[] {
  return builtInModels.map((name) => {
    const directory = join(builtInDirectory, name);
    const config = readConfig(directory);
    return {
      name,
      type: configString(config, 'model_type'),
      layers: configCount(config, 'num_hidden_layers'),
      decoderLayers: null,
      heads: configCount(config, 'num_attention_heads'),
      hiddenSize: configCount(config, 'hidden_size'),
      sizeBytes: fileSize(join(directory, 'model.safetensors')),
      directory,
      source: 'built in',
      usable: true,
      why: null,
    };
  });
}

/** Every model repository of the local Hugging Face cache by name, usable or not, from only config.json, the index of shards, and
 *  sizes of files. */
export function listCachedModels(cacheDirectory: string): ModelSummary[] {
  return cachedRepositories(cacheDirectory).map((repository) => {
    try {
      return summaryOf(repository, chooseSnapshot(repository.directory));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return unusable(repository, error.message.replace(`${repository.directory}/`, ''));
    }
  });
}

function summaryOf(repository: CachedRepository, snapshot: Snapshot | undefined): ModelSummary {
  if (snapshot === undefined) return unusable(repository, incomplete(repository, 'it has no files'));
  const { contents, weights } = snapshot;
  const { directory, files } = contents;
  const fields = files.has('config.json') ? readConfig(directory).fields : null;
  const facts = fields === null ? noFacts : configFacts(fields);
  const why = whyUnusable(repository, snapshot, fields) ?? null;
  return {
    ...{ name: repository.id, ...facts, sizeBytes: weights.sizeBytes, directory, source: 'cache' },
    ...{ usable: why === null, why },
  };
}

/** The first reason; those that no download fixes come first. */
function whyUnusable(
  repository: CachedRepository,
  { contents, weights, lacks }: Snapshot,
  fields: JsonFields | null,
): string | undefined {
  const { files, dangling } = contents;
  if (weights.kind !== 'safetensors' && files.has('adapter_config.json')) {
    return 'only an adapter; it needs its base model';
  }
  if (fields === null && files.size > 0 && !dangling.includes('config.json')) return 'no config.json';
  const problem = fields === null ? undefined : configProblem(fields);
  if (problem !== undefined) return problem;
  if (lacks !== undefined) return incomplete(repository, lacks);
  return weights.kind === 'safetensors' ? tokenizerProblem(files) : otherWeights(weights.files[0] ?? '');
}

function otherWeights(name: string): string {
  return `no model.safetensors, only ${name}${isPickle(name) ? ' (a pickle, which is never opened)' : ''}`;
}

function incomplete({ id }: CachedRepository, lack: string): string {
  return `incomplete, ${lack}: continue with attnscope pull ${id}`;
}

function unusable({ id, directory }: CachedRepository, why: string): ModelSummary {
  return { name: id, ...noFacts, sizeBytes: 0, directory, source: 'cache', usable: false, why };
}

const noFacts: ConfigFacts = { type: null, layers: null, decoderLayers: null, heads: null, hiddenSize: null };
