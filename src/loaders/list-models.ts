import { join } from 'node:path';
import { configCount, configLayerCount, configString, readConfig } from './config.ts';
import { builtInModels } from './find-model.ts';
import { fileSize } from './json-file.ts';

/** What can be said about a model without reading its weights. */
export interface ModelSummary {
  readonly name: string;
  readonly type: string;
  readonly layers: number;
  readonly heads: number;
  readonly hiddenSize: number;
  /** Size of model.safetensors. */
  readonly sizeBytes: number;
  readonly directory: string;
  readonly source: 'built in';
}

/** The built-in models, from each config.json and the size of the weights alone.
 *  @throws FormatError when one of their files is missing or damaged. */
export function listModels(builtInDirectory: string): ModelSummary[] {
  return builtInModels.map((name) => {
    const directory = join(builtInDirectory, name);
    const config = readConfig(directory);
    return {
      name,
      type: configString(config, 'model_type'),
      layers: configLayerCount(config),
      heads: configCount(config, 'num_attention_heads'),
      hiddenSize: configCount(config, 'hidden_size'),
      sizeBytes: fileSize(join(directory, 'model.safetensors')),
      directory,
      source: 'built in',
    };
  });
}
