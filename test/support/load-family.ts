import type { Model } from '../../src/core/model.ts';
import { readConfig } from '../../src/loaders/config.ts';
import { buildModel } from '../../src/loaders/families/build-model.ts';
import { describeFamily } from '../../src/loaders/families.ts';
import { openWeights } from '../../src/loaders/weights.ts';

/** The model of a folder, without its tokenizer. */
export function loadFamily(directory: string): Model {
  const config = readConfig(directory);
  const type = String(config.fields.get('model_type'));
  const weights = openWeights(directory);
  try {
    return buildModel('test', type, describeFamily(type)!(config, weights), weights);
  } finally {
    weights.close();
  }
}
