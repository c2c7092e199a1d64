import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FormatError, quoted, UnsupportedModelError } from './errors.ts';
import { readJsonObject, statOf, unreadable } from './json-file.ts';
import { folderFile } from './model-folder.ts';

interface OtherFormat {
  readonly names: RegExp;
  readonly called: string;
  /** Required version of Python's transformers, where not every version works. */
  readonly version?: string;
  /** Further arguments of from_pretrained. */
  readonly argument?: (file: string) => string;
}

const otherFormats: readonly OtherFormat[] = [
  {
    names: /^pytorch_model.*\.bin(\.index\.json)?$|\.(pt|pth|ckpt)$/,
    called: 'a PyTorch pickle, which can run code and is never opened',
  },
  { names: /^tf_model.*\.h5$/, called: 'TensorFlow weights', version: '4', argument: () => ', from_tf=True' },
  { names: /^flax_model.*\.msgpack$/, called: 'Flax weights', version: '4', argument: () => ', from_flax=True' },
  { names: /\.gguf$/, called: 'a GGUF file', argument: (file) => `, gguf_file='${file}'` },
];

/** The error for a model folder without model.safetensors and index of shards; says what to do. */
export function missingWeights(directory: string): Error {
  const files = filesOf(directory);
  if (files instanceof FormatError) return files;
  if (files.includes('adapter_config.json')) return adapterAlone(directory);
  for (const format of otherFormats) {
    const file = files.find((name) => format.names.test(name));
    if (file !== undefined) return inOtherFormat(directory, file, format);
  }
  const dangling = ['model.safetensors', 'model.safetensors.index.json'].find((name) => files.includes(name));
  if (dangling !== undefined) {
    return new FormatError(`${join(directory, dangling)} is a link to a file that is not there: download it again`);
  }
  const path = join(directory, 'model.safetensors');
  const other = files.find((name) => name.endsWith('.safetensors'));
  if (other === undefined) return new FormatError(`${path} is missing`);
  return /-\d+-of-\d+\.safetensors$/.test(other)
    ? new FormatError(`${path}.index.json is missing; it must say which tensor is in which shard (${other} …)`)
    : new FormatError(`${path} is missing; ${quoted(other)} is there, but not under the name of a model's weights`);
}

/** The error for a folder without config.json. */
export function missingConfig(directory: string): Error {
  const files = filesOf(directory);
  if (files instanceof FormatError) return files;
  if (files.includes('adapter_config.json')) return adapterAlone(directory);
  return new FormatError(`${join(directory, 'config.json')} is missing`);
}

function inOtherFormat(directory: string, file: string, { called, version, argument }: OtherFormat): Error {
  const folder = pastable(directory) ? directory : 'DIR';
  const modelClass = modelClassOf(directory);
  const more = argument === undefined ? '' : argument(pastable(file) ? file : 'FILE');
  const needed = version === undefined ? '' : `transformers ${version}: `;
  return new UnsupportedModelError(
    `${join(directory, file)} is ${called}; the model is not broken, but attnscope reads safetensors only: convert it with ${needed}` +
      `python -c "from transformers import ${modelClass}; ${modelClass}.from_pretrained('${folder}'${more}).save_pretrained('${folder}')"`,
  );
}

function adapterAlone(directory: string): Error {
  const base = baseModelOf(directory);
  const of = base === undefined ? '' : ` of ${quoted(base)}`;
  return new UnsupportedModelError(
    `${join(directory, 'adapter_config.json')}: the folder holds an adapter${of}, not a model; ` +
      "merge it into its base model (merge_and_unload of Python's peft) and save that",
  );
}

function baseModelOf(directory: string): string | undefined {
  const base = optionalField(directory, 'adapter_config.json', 'base_model_name_or_path');
  return typeof base === 'string' && base !== '' ? base : undefined;
}

/** The Python class that keeps all weights of the model; AutoModel would leave out the language-model head. */
function modelClassOf(directory: string): string {
  const classes = optionalField(directory, 'config.json', 'architectures');
  const first: unknown = Array.isArray(classes) ? classes[0] : undefined;
  return typeof first === 'string' && /^[A-Z][A-Za-z0-9]{1,80}$/.test(first) ? first : 'AutoModel';
}

function optionalField(directory: string, file: string, key: string): unknown {
  try {
    return readJsonObject(folderFile(directory, file)).get(key);
  } catch {
    return undefined;
  }
}

function filesOf(directory: string): readonly string[] | FormatError {
  const stat = statOf(directory);
  if (stat === undefined) return new FormatError(`${directory} is missing`);
  if (!stat.isDirectory()) return new FormatError(`${directory} is not a folder`);
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    return unreadable(directory, error);
  }
}

/** Whether a name is safe between quotes in a shell command. */
function pastable(name: string): boolean {
  return /^[\w./~+@ -]+$/.test(name);
}
