import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FormatError, quoted, UnsupportedModelError } from './errors.ts';
import { type JsonFields, orUnreadable, readJsonObject, statOf } from './json-file.ts';
import { modelClass } from './model-class.ts';
import { folderFile } from './model-folder.ts';

interface OtherFormat {
  readonly names: RegExp;
  readonly called: string;
  /** Required version of Python's transformers. */
  readonly version?: string;
  /** Further arguments of from_pretrained, with FILE for the name. */
  readonly more?: string;
}

const otherFormats: readonly OtherFormat[] = [
  {
    names: /^pytorch_model.*\.bin(\.index\.json)?$|\.(pt|pth|ckpt)$/,
    called: 'a PyTorch pickle, which can run code and is never opened',
  },
  { names: /^tf_model.*\.h5$/, called: 'TensorFlow weights', version: 'transformers 4: ', more: ', from_tf=True' },
  { names: /^flax_model.*\.msgpack$/, called: 'Flax weights', version: 'transformers 4: ', more: ', from_flax=True' },
  { names: /\.gguf$/, called: 'a GGUF file', more: ", gguf_file='FILE'" },
];

/** The error for a folder with neither model.safetensors nor an index of shards; says what to do. */
export function missingWeights(directory: string): Error {
  const files = filesOf(directory);
  if (files.includes('adapter_config.json')) return onlyAdapter(directory);
  for (const format of otherFormats) {
    const file = files.find((name) => format.names.test(name));
    if (file !== undefined) return inOtherFormat(directory, file, format);
  }
  const dangling = ['model.safetensors', 'model.safetensors.index.json'].find((name) => files.includes(name));
  if (dangling !== undefined) {
    return new FormatError(`${join(directory, dangling)} is a link to a missing file: download it again`);
  }
  const path = join(directory, 'model.safetensors');
  const other = files.find((name) => name.endsWith('.safetensors'));
  if (other === undefined) return new FormatError(`${path} is missing`);
  return /-\d+-of-\d+\.safetensors$/.test(other)
    ? new FormatError(`${path}.index.json is missing; it must say which tensor is in which shard (${other} …)`)
    : new FormatError(`${path} is missing; ${quoted(other)} is there, but weights must have that name`);
}

/** The error for a folder without config.json. */
export function missingConfig(directory: string): Error {
  if (filesOf(directory).includes('adapter_config.json')) return onlyAdapter(directory);
  return new FormatError(`${join(directory, 'config.json')} is missing`);
}

function inOtherFormat(directory: string, file: string, { called, version = '', more = '' }: OtherFormat): Error {
  const folder = pastable(directory) ? directory : 'DIR';
  const name = modelClass(fieldsIn(directory, 'config.json'));
  const further = more.replace('FILE', pastable(file) ? file : 'FILE');
  return new UnsupportedModelError(
    `${join(directory, file)} is ${called}; the model is not broken: convert it to safetensors with ${version}` +
      `python -c "from transformers import ${name}; ${name}.from_pretrained('${folder}'${further}).save_pretrained('${folder}')"`,
  );
}

function onlyAdapter(directory: string): Error {
  const file = 'adapter_config.json';
  const base = fieldsIn(directory, file).get('base_model_name_or_path');
  const of = typeof base === 'string' && base !== '' ? ` of ${quoted(base)}` : '';
  return new UnsupportedModelError(
    `${join(directory, file)}: the folder holds an adapter${of}, not a model; ` +
      "merge it into its base model with merge_and_unload of Python's peft, and save that",
  );
}

/** The fields of a JSON file; none where it cannot be read. */
function fieldsIn(directory: string, file: string): JsonFields {
  try {
    return readJsonObject(folderFile(directory, file));
  } catch {
    return new Map();
  }
}

/** @throws FormatError when the folder is missing, no folder, or unreadable. */
function filesOf(directory: string): readonly string[] {
  const stat = statOf(directory);
  if (stat === undefined) throw new FormatError(`${directory} is missing`);
  if (!stat.isDirectory()) throw new FormatError(`${directory} is not a folder`);
  return orUnreadable(directory, () => readdirSync(directory).sort());
}

/** Whether a name is safe between quotes in a shell command. */
function pastable(name: string): boolean {
  return /^[\w./~+@ -]+$/.test(name);
}
