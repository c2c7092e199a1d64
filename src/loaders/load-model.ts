import { join } from 'node:path';
import type { Model } from '../core/model.ts';
import type { Tokenizer } from '../tokenizer/token.ts';
import { type Config, configCount, configString, readConfig } from './config.ts';
import { quoted, UnsupportedModelError } from './errors.ts';
import { loadExample } from './example.ts';
import { fileSize } from './json-file.ts';
import { readSafetensors, readSafetensorsAsync, type SafetensorsFile } from './safetensors.ts';
import { loadUseLiteTokenizer, loadWordTokenizer } from './tokenizer-files.ts';
import { loadUseLite } from './use-lite.ts';

/** A model ready to be computed. */
export interface LoadedModel {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  readonly directory: string;
  /** Size of model.safetensors. */
  readonly sizeBytes: number;
}

interface Architecture {
  load(name: string, config: Config, file: SafetensorsFile, directory: string): Model;
  loadTokenizer(directory: string, vocabSize: number): Tokenizer;
}

const architectures: ReadonlyMap<string, Architecture> = new Map([
  ['use-lite', { load: loadUseLite, loadTokenizer: loadUseLiteTokenizer }],
  ['example', { load: loadExample, loadTokenizer: loadWordTokenizer }],
]);

/** Reads a model folder: config.json, model.safetensors and tokenizer.json.
 *  @throws FormatError when a file is missing or malformed, UnsupportedModelError for another model_type. */
export function loadModel(directory: string, name: string): LoadedModel {
  const { config, architecture } = recognise(directory);
  const file = readSafetensors(join(directory, 'model.safetensors'));
  const tokenizer = architecture.loadTokenizer(directory, configCount(config, 'vocab_size'));
  const model = architecture.load(name, config, file, directory);
  return { model, tokenizer, directory, sizeBytes: file.sizeBytes };
}

/** As loadModel, but the weights are read by Node's threads while the caller does something else. */
export async function loadModelAsync(directory: string, name: string): Promise<LoadedModel> {
  const { config, architecture } = recognise(directory);
  const [file, tokenizer] = await Promise.all([
    readSafetensorsAsync(join(directory, 'model.safetensors')),
    (async () => architecture.loadTokenizer(directory, configCount(config, 'vocab_size')))(),
  ]);
  const model = architecture.load(name, config, file, directory);
  return { model, tokenizer, directory, sizeBytes: file.sizeBytes };
}

function recognise(directory: string): { config: Config; architecture: Architecture } {
  const config = readConfig(directory);
  const type = configString(config, 'model_type');
  const architecture = architectures.get(type);
  if (architecture === undefined) {
    const supported = [...architectures.keys()].join(', ');
    throw new UnsupportedModelError(
      `${config.path}: model_type ${quoted(type)} is not supported; supported: ${supported}`,
    );
  }
  fileSize(join(directory, 'tokenizer.json'));
  return { config, architecture };
}
