import { join } from 'node:path';
import type { Model } from '../core/model.ts';
import type { ProductTeam } from '../tensor/product-team.ts';
import type { Tokenizer } from '../tokenizer/token.ts';
import { type Config, configCount, configString, readConfig, refuseQuantized } from './config.ts';
import { quoted, UnsupportedModelError } from './errors.ts';
import { loadExample } from './example.ts';
import { buildModel } from './families/build-model.ts';
import { describeFamily, supportedFamilies } from './families.ts';
import { loadHfTokenizer } from './hf-tokenizer.ts';
import { readJsonObject, statOf } from './json-file.ts';
import { loadUseLiteTokenizer, loadWordTokenizer } from './tokenizer-files.ts';
import { loadUseLite } from './use-lite.ts';
import { type OpenWeightsOptions, openWeights, type Weights } from './weights.ts';

/** A model ready to be computed. */
export interface LoadedModel {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  readonly directory: string;
  /** Tokens after which a generated text ends. */
  readonly endTokenIds: readonly number[];
  /** Size of the files of weights. */
  readonly sizeBytes: number;
}

export interface LoadOptions extends OpenWeightsOptions {
  /** Threads that share the products with the model's matrices; none by default. */
  readonly team?: ProductTeam | null;
}

interface Architecture {
  load(name: string, config: Config, weights: Weights, directory: string, team: ProductTeam | null): Model;
  loadTokenizer(directory: string, vocabSize: number): Tokenizer;
}

const ownArchitectures: ReadonlyMap<string, Architecture> = new Map([
  ['use-lite', { load: loadUseLite, loadTokenizer: loadUseLiteTokenizer }],
  ['example', { load: loadExample, loadTokenizer: loadWordTokenizer }],
]);

/** Reads a model folder: config.json, weights and tokenizer.
 *  @throws FormatError when a file is missing or malformed, UnsupportedModelError for a model that cannot be computed. */
export function loadModel(directory: string, name: string, options: LoadOptions = {}): LoadedModel {
  const config = readConfig(directory);
  const architecture = architectureOf(config);
  const weights = openWeights(directory, options);
  try {
    const { tokenizer, endTokenIds } = loadTokenizer(directory);
    const model = architecture.load(name, config, weights, directory, options.team ?? null);
    return { model, tokenizer, directory, endTokenIds, sizeBytes: weights.sizeBytes };
  } finally {
    weights.close();
  }
}

/** The tokenizer of a model folder, and the tokens that end a text.  @throws as loadModel does. */
export function loadTokenizer(directory: string): Pick<LoadedModel, 'tokenizer' | 'endTokenIds'> {
  const config = readConfig(directory);
  return {
    tokenizer: architectureOf(config).loadTokenizer(directory, configCount(config, 'vocab_size')),
    endTokenIds: endTokenIdsOf(directory, config),
  };
}

/** Size of the files of weights; reads only their headers.  @throws as loadModel does. */
export function weightsSize(directory: string): number {
  const weights = openWeights(directory);
  weights.close();
  return weights.sizeBytes;
}

function architectureOf(config: Config): Architecture {
  const type = configString(config, 'model_type');
  const own = ownArchitectures.get(type);
  if (own !== undefined) return own;
  const describe = describeFamily(type);
  if (describe === undefined) {
    const supported = [...ownArchitectures.keys(), ...supportedFamilies.map((family) => family.type)].join(', ');
    throw new UnsupportedModelError(
      `${config.path}: model_type ${quoted(type)} is not supported; supported: ${supported}`,
    );
  }
  refuseQuantized(config);
  return {
    load: (name, _, weights, __, team) => buildModel(name, type, describe(config, weights), weights, team),
    loadTokenizer: (directory, vocabSize) => loadHfTokenizer(directory, vocabSize, type),
  };
}

/** eos_token_id of generation_config.json, else of config.json: a number or several. */
function endTokenIdsOf(directory: string, config: Config): number[] {
  const path = join(directory, 'generation_config.json');
  const generation = statOf(path) === undefined ? undefined : readJsonObject(path).get('eos_token_id');
  const given = generation ?? config.fields.get('eos_token_id');
  return [given].flat().flatMap((id) => (Number.isSafeInteger(id) ? [id as number] : []));
}
