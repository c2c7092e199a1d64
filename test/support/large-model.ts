import { closeSync, copyFileSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pseudoRandom } from './tensors.ts';

export type LargeKind = 'bert' | 'gpt2';

export interface LargeSize {
  readonly layers: number;
  readonly heads: number;
  readonly hidden: number;
  readonly inner: number;
  readonly vocab: number;
  readonly positions: number;
}

/** BERT-base and GPT-2 small. */
export const baseSize: LargeSize = { layers: 12, heads: 12, hidden: 768, inner: 3072, vocab: 30_522, positions: 512 };

const tokenizers = join(import.meta.dirname, '../../fixtures/tokenizers');

type Shapes = Record<string, readonly number[]>;

/** Writes a model folder with random weights, 110 to 124 million at full size. Only its speed matters, not its numbers. */
export function makeLargeModel(directory: string, kind: LargeKind, size: LargeSize = baseSize): void {
  mkdirSync(directory, { recursive: true });
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) {
    copyFileSync(join(tokenizers, kind, name), join(directory, name));
  }
  const { layers, heads, hidden, inner, vocab, positions } = size;
  const config =
    kind === 'bert'
      ? {
          model_type: 'bert',
          architectures: ['BertForMaskedLM'],
          num_hidden_layers: layers,
          num_attention_heads: heads,
          hidden_size: hidden,
          intermediate_size: inner,
          vocab_size: vocab,
          max_position_embeddings: positions,
          hidden_act: 'gelu',
          type_vocab_size: 2,
          layer_norm_eps: 1e-12,
        }
      : {
          model_type: 'gpt2',
          n_layer: layers,
          n_head: heads,
          n_embd: hidden,
          n_inner: inner,
          vocab_size: vocab,
          n_positions: positions,
        };
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  writeSafetensors(join(directory, 'model.safetensors'), kind === 'bert' ? bertShapes(size) : gpt2Shapes(size));
}

function bertShapes({ layers, hidden, inner, vocab, positions }: LargeSize): Shapes {
  const norm = (name: string) => normShapes(name, hidden);
  const shapes: Record<string, readonly number[]> = {
    'bert.embeddings.word_embeddings.weight': [vocab, hidden],
    'bert.embeddings.position_embeddings.weight': [positions, hidden],
    'bert.embeddings.token_type_embeddings.weight': [2, hidden],
    ...norm('bert.embeddings.LayerNorm'),
    ...linear('cls.predictions.transform.dense', hidden, hidden),
    ...norm('cls.predictions.transform.LayerNorm'),
    'cls.predictions.bias': [vocab],
  };
  for (let layer = 0; layer < layers; layer++) {
    const name = `bert.encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value'])
      Object.assign(shapes, linear(`${name}.attention.self.${part}`, hidden, hidden));
    Object.assign(
      shapes,
      linear(`${name}.attention.output.dense`, hidden, hidden),
      norm(`${name}.attention.output.LayerNorm`),
      linear(`${name}.intermediate.dense`, inner, hidden),
      linear(`${name}.output.dense`, hidden, inner),
      norm(`${name}.output.LayerNorm`),
    );
  }
  return shapes;
}

function gpt2Shapes({ layers, hidden, inner, vocab, positions }: LargeSize): Shapes {
  const norm = (name: string) => normShapes(name, hidden);
  const shapes: Record<string, readonly number[]> = {
    'transformer.wte.weight': [vocab, hidden],
    'transformer.wpe.weight': [positions, hidden],
    ...norm('transformer.ln_f'),
  };
  for (let layer = 0; layer < layers; layer++) {
    const name = `transformer.h.${layer}`;
    Object.assign(
      shapes,
      norm(`${name}.ln_1`),
      linear(`${name}.attn.c_attn`, hidden, 3 * hidden, 3 * hidden),
      linear(`${name}.attn.c_proj`, hidden, hidden),
      norm(`${name}.ln_2`),
      linear(`${name}.mlp.c_fc`, hidden, inner, inner),
      linear(`${name}.mlp.c_proj`, inner, hidden, hidden),
    );
  }
  return shapes;
}

const normShapes = (name: string, width: number): Shapes => ({
  [`${name}.weight`]: [width],
  [`${name}.bias`]: [width],
});

const linear = (name: string, rows: number, columns: number, bias = rows): Shapes => ({
  [`${name}.weight`]: [rows, columns],
  [`${name}.bias`]: [bias],
});

function writeSafetensors(path: string, shapes: Shapes): void {
  let end = 0;
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const begin = end;
    end += 4 * shape.reduce((product, one) => product * one, 1);
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = openSync(path, 'w');
  writeSync(file, length);
  writeSync(file, header);
  const random = pseudoRandom(1);
  // Repeats the same million numbers: their values do not matter as long as they are small.
  const numbers = Float32Array.from({ length: 1 << 20 }, () => random() * 0.05);
  for (let left = end; left > 0; ) {
    const bytes = Math.min(left, numbers.byteLength);
    writeSync(file, new Uint8Array(numbers.buffer, 0, bytes));
    left -= bytes;
  }
  closeSync(file);
}
