import type { Repository } from './hub-server.ts';

const encoder = new TextEncoder();

/** Bytes that no compression and no repetition hides a mistake in.  @see Park and Miller 1988, the minimal standard generator */
export function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (state * 48271) % 2147483647;
    return state & 255;
  });
}

export function jsonBytes(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

export const bertConfig = { model_type: 'bert', num_hidden_layers: 2, num_attention_heads: 4, hidden_size: 32 };

/** A repository like those of BERT, with weights of 200 kB in Git LFS, and files that are not to be downloaded. */
export const smallFiles: Readonly<Record<string, Uint8Array>> = {
  'README.md': encoder.encode('# a model'),
  'config.json': jsonBytes(bertConfig),
  'tokenizer.json': jsonBytes({ model: { type: 'WordPiece' } }),
  'vocab.txt': encoder.encode('[PAD]\n[UNK]\n'),
  'model.safetensors': noise(200_000, 7),
  'pytorch_model.bin': noise(50, 8),
  'tf_model.h5': noise(50, 9),
};

export const smallRepository: Repository = { files: smallFiles, lfs: ['model.safetensors', 'pytorch_model.bin'] };

/** The same with its weights in two shards. */
export const shardedRepository: Repository = {
  files: {
    'config.json': smallFiles['config.json']!,
    'tokenizer.json': smallFiles['tokenizer.json']!,
    'model.safetensors.index.json': jsonBytes({
      weight_map: {
        a: 'model-00001-of-00002.safetensors',
        b: 'model-00002-of-00002.safetensors',
        c: 'model-00002-of-00002.safetensors',
      },
    }),
    'model-00001-of-00002.safetensors': noise(3_000, 3),
    'model-00002-of-00002.safetensors': noise(4_000, 4),
    'model-00003-of-00003.safetensors': noise(10, 5),
  },
  lfs: ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'],
};
