import type * as Fs from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { thrownBy } from '../support/thrown.ts';
import { readBertTensors } from './bert-tensors.ts';
import { makeMalformedFolders, sharedMalformed, sharedMalformedCases } from './malformed-folders.ts';
import { temporaryFolder } from './temporary-folder.ts';

const opened: string[] = [];

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>();
  const recorded =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      opened.push(String(args[0]));
      return call(...args);
    };
  return { ...fs, openSync: recorded(fs.openSync), readFileSync: recorded(fs.readFileSync) };
});

beforeEach(() => {
  opened.length = 0;
});

/** For each folder that is refused here: the class of error, and what the line says after the folder. */
const refusals: Record<string, readonly [name: 'FormatError' | 'UnsupportedModelError', says: RegExp]> = {
  'st-truncated': [
    'FormatError',
    /model\.safetensors: tensor '.+' ends at byte \d+, the data has \d+: download the file again$/,
  ],
  'st-empty': ['FormatError', /model\.safetensors has 0 bytes, too few for safetensors: download it again$/],
  'st-seven-bytes': ['FormatError', /model\.safetensors has 7 bytes, too few/],
  'st-header-beyond-file': [
    'FormatError',
    /header length 23256 must lie between 2 and 22248 bytes \(the file is cut off\?\)/,
  ],
  'st-header-2pow60': ['FormatError', /header length 1152921504606846976 must lie between 2 and 22248 bytes/],
  'st-header-length-zero': ['FormatError', /header length 0 must lie between 2 and 22248/],
  'st-header-not-json': ['FormatError', /model\.safetensors: the safetensors header is not valid JSON$/],
  'st-header-bad-utf8': ['FormatError', /model\.safetensors: the safetensors header is not UTF-8$/],
  'st-header-array': ['FormatError', /model\.safetensors: the safetensors header must be a JSON object$/],
  'st-offsets-overlap': ['FormatError', /tensor '.+' begins at byte \d+, inside another tensor that ends at \d+$/],
  'st-offsets-out-of-range': ['FormatError', /tensor 'bert\.embeddings\.word_embeddings\.weight' ends at byte \d+/],
  'st-offsets-reversed': ['FormatError', /query\.weight': data_offsets must be \[begin, end\] with begin ≤ end$/],
  'st-offsets-negative': ['FormatError', /query\.weight': data_offsets must be an array of whole numbers from 0$/],
  'st-size-mismatch': [
    'FormatError',
    /query\.weight': F32 of shape \[17, 16\] takes 1088 bytes, data_offsets span 1024$/,
  ],
  'st-shape-overflow': [
    'FormatError',
    /query\.weight': F32 of shape \[4294967296, 4294967296, 16\] takes .* span 1024$/,
  ],
  'st-shape-negative': ['FormatError', /query\.weight': shape must be an array of whole numbers from 0$/],
  'st-dtype-unknown': ['FormatError', /query\.weight': dtype must be one of safetensors, such as F32; it is 'F13'$/],
  'st-dtype-integer': ['FormatError', /query\.weight' has dtype I32, expected F32, F16 or BF16$/],
  'st-dtype-wrong-width': ['FormatError', /query\.weight': F16 of shape \[16, 16\] takes 512 bytes, .* span 1024$/],
  'st-fields-missing': ['FormatError', /query\.weight': data_offsets must be an array/],
  'st-duplicate-name': ['FormatError', /model\.safetensors: the header gives '.*query\.weight' twice$/],
  'st-trailing-bytes': ['FormatError', /model\.safetensors: 64 bytes after the last tensor belong to none$/],
  'st-git-lfs-pointer': ['FormatError', /model\.safetensors is a Git LFS pointer, .* 'git lfs pull'$/],
  'st-html-page': ['FormatError', /model\.safetensors is a web page, .*download it again$/],
  'st-missing-tensor': [
    'FormatError',
    /model\.safetensors: tensor '.*self\.query\.weight' is missing, expected with shape \[16, 16\]$/,
  ],
  'st-missing-layer': [
    'FormatError',
    /tensor 'bert\.encoder\.layer\.1\..*' is missing, expected with shape \[16, 16\]$/,
  ],
  'st-shape-not-config': ['FormatError', /tensor '.*query\.weight' has shape \[8, 16\], expected \[16, 16\]$/],
  'st-nan': ['FormatError', /tensor '.*query\.weight' holds NaN at index \d+; every number must be finite$/],
  'st-infinity': ['FormatError', /tensor '.*word_embeddings\.weight' holds -?Infinity at index \d+; every number/],
  'weights-missing': ['FormatError', /model\.safetensors is missing$/],
  'pytorch-bin-only': [
    'UnsupportedModelError',
    /pytorch_model\.bin is a PyTorch pickle.*not broken.*safetensors.*save_pretrained\(/,
  ],
  'shard-path-traversal': [
    'FormatError',
    /index\.json: weight_map has '\.\.\/\.\.\/etc\/passwd' for tensor '.+'; expected the name of a/,
  ],
  'shard-path-parent': ['FormatError', /index\.json: weight_map has '\.\.\/outside\.safetensors' for tensor/],
  'shard-path-absolute': ['FormatError', /index\.json: weight_map has '\/etc\/passwd' for tensor/],
  'shard-path-url': ['FormatError', /index\.json: weight_map has 'https:\/\/example\.org\/x\.safetensors' for tensor/],
  'shard-path-windows': ['FormatError', /index\.json: weight_map has '\.\.\\\.\.\\windows\\system\.ini' for tensor/],
  'shard-file-missing': ['FormatError', /model-00002-of-00002\.safetensors is missing$/],
  'shard-tensor-elsewhere': [
    'FormatError',
    /index\.json: tensor '.*query\.weight' should be in .*model-0000\d-of-00002\.safetensors/,
  ],
  'shard-index-not-json': ['FormatError', /model\.safetensors\.index\.json is not valid JSON: /],
  'shard-index-no-map': ['FormatError', /model\.safetensors\.index\.json: weight_map must be an object/],
  'config-missing': ['FormatError', /config\.json is missing$/],
  'config-not-json': ['FormatError', /config\.json is not valid JSON: /],
  'config-array': ['FormatError', /config\.json must hold a JSON object$/],
  'config-no-type': ['FormatError', /config\.json: model_type must be a string; it is absent$/],
  'config-heads-do-not-divide': ['FormatError', /config\.json: num_attention_heads 3 must divide the width 16$/],
  'config-zero-heads': [
    'FormatError',
    /config\.json: num_attention_heads must be a whole number of at least 1; it is 0$/,
  ],
  'config-huge-layers': ['FormatError', /config\.json: num_hidden_layers must be at most 1000; it is 1000000000$/],
  'config-string-number': ['FormatError', /config\.json: num_attention_heads must be a whole number.*; it is 'two'$/],
  'config-hidden-wrong': ['FormatError', /word_embeddings\.weight' has shape \[120, 16\], expected \[120, 32\]$/],
  'config-quantized': [
    'UnsupportedModelError',
    /config\.json: quantization_config .*'gptq'.*expected plain F32, F16 or BF16/,
  ],
  'adapter-only': [
    'UnsupportedModelError',
    /adapter_config\.json: the folder holds an adapter of 'some\/base', not a model/,
  ],
};

/** Faults that lie in what is built on top: the table of families, and the tokenizer. */
const elsewhere = /^(tokenizer-|config-unknown-type$|config-proto$)/;

const made = temporaryFolder();
const cases = makeMalformedFolders(made);

describe('folders of the fixtures', () => checkAll(made, cases));

const shared = sharedMalformedCases();
describe.skipIf(shared.length === 0)('the whole set (only where it lies beside the project)', () => {
  checkAll(sharedMalformed, shared);
  test('the fixtures have every case of it', () => {
    expect(cases.map(({ folder }) => folder)).toEqual(shared.map(({ folder }) => folder));
  });
});

function checkAll(root: string, all: typeof cases): void {
  const ours = all.filter(({ folder }) => !elsewhere.test(folder));
  test('every refusal that is expected is one of the cases', () => {
    const refused = ours.filter(({ expect: outcome }) => outcome !== 'load').map(({ folder }) => folder);
    if (all.length > 0) expect(refused.sort()).toEqual(Object.keys(refusals).sort());
  });

  test.each(ours.filter(({ expect: outcome }) => outcome === 'load'))('$folder loads', ({ folder }) => {
    const tensors = readBertTensors(join(root, folder));
    expect(tensors.size).toBe(21);
    expect([...tensors.values()].every((values) => values.some((value) => value !== 0))).toBe(true);
    expectOpenedInside(join(root, folder));
  });

  test.each(ours.filter(({ expect: outcome }) => outcome !== 'load'))('$folder is refused', ({ folder, file }) => {
    const directory = join(root, folder);
    const [name, says] = refusals[folder]!;
    const start = performance.now();
    const failure = thrownBy(() => readBertTensors(directory));
    expect(performance.now() - start).toBeLessThan(1000);
    expect(failure).toMatchObject({ name, message: expect.stringMatching(says) });
    expect(failure.message.startsWith(directory)).toBe(true);
    expect(failure.message).not.toMatch(/\n/);
    // Where two files disagree, either may be named.
    const named = folder === 'st-missing-layer' || folder === 'config-hidden-wrong' ? 'model.safetensors' : file!;
    expect(failure.message).toContain(named);
    expectOpenedInside(directory);
  });
}

function expectOpenedInside(directory: string): void {
  expect(opened.filter((path) => dirname(resolve(path)) !== directory)).toEqual([]);
  expect(opened.filter((path) => !/\.(json|safetensors)$/.test(path))).toEqual([]);
}
