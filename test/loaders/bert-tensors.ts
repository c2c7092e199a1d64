import { configCount, configString, readConfig, refuseQuantized, widthPerHead } from '../../src/loaders/config.ts';
import { openWeights } from '../../src/loaders/weights.ts';

/** Reads every tensor that a BertModel has by its definition (Devlin et al. 2019, under Hugging Face's names), with
 *  the shapes that config.json asks for. */
export function readBertTensors(directory: string): Map<string, Float32Array> {
  const config = readConfig(directory);
  configString(config, 'model_type');
  refuseQuantized(config);
  const hidden = configCount(config, 'hidden_size');
  const inner = configCount(config, 'intermediate_size');
  const layers = configCount(config, 'num_hidden_layers');
  widthPerHead(config, hidden, configCount(config, 'num_attention_heads'));
  const shapes: [string, number[]][] = [
    ['embeddings.word_embeddings.weight', [configCount(config, 'vocab_size'), hidden]],
    ['embeddings.position_embeddings.weight', [configCount(config, 'max_position_embeddings'), hidden]],
    ['embeddings.token_type_embeddings.weight', [configCount(config, 'type_vocab_size'), hidden]],
    ...norm('embeddings.LayerNorm', hidden),
  ];
  for (let layer = 0; layer < layers; layer += 1) {
    const prefix = `encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value'])
      shapes.push(...linear(`${prefix}.attention.self.${part}`, hidden, hidden));
    shapes.push(...linear(`${prefix}.attention.output.dense`, hidden, hidden));
    shapes.push(...norm(`${prefix}.attention.output.LayerNorm`, hidden));
    shapes.push(...linear(`${prefix}.intermediate.dense`, inner, hidden));
    shapes.push(...linear(`${prefix}.output.dense`, hidden, inner));
    shapes.push(...norm(`${prefix}.output.LayerNorm`, hidden));
  }
  const weights = openWeights(directory);
  try {
    return new Map(shapes.map(([name, shape]) => [name, weights.read(`bert.${name}`, shape)]));
  } finally {
    weights.close();
  }
}

function linear(name: string, outWidth: number, inWidth: number): [string, number[]][] {
  return [
    [`${name}.weight`, [outWidth, inWidth]],
    [`${name}.bias`, [outWidth]],
  ];
}

function norm(name: string, width: number): [string, number[]][] {
  return [
    [`${name}.weight`, [width]],
    [`${name}.bias`, [width]],
  ];
}
