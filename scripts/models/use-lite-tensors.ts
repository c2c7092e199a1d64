import type { GraphWeights } from './graph-model.ts';
import type { StoredTensor } from './safetensors-writer.ts';

const root = 'module_apply_default/Encoder_en';
const transformer = `${root}/KonaTransformer`;
const encode = `${transformer}/Encode`;
const stack = `${encode}/TransformerStack`;
const trained = 'module/Encoder_en/KonaTransformer/Encode';
const epsilonNode = `${stack}/Layer_1/TransformerLayer/FFN/layer_prepostprocess/layer_norm/Cast/x`;
const headsNode = `${stack}/Layer_1/TransformerLayer/MultiheadAttention/split_heads/split_last_dimension/Reshape/shape/2`;

/** The graph's constants besides its matrices. */
export const useLiteConstants = {
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  maxPositionEmbeddings: 128,
  layerNormEps: 1e-6,
  squaredNormFloor: 1e-12,
  scoreScales: [0.125, Math.fround(1 / Math.sqrt(128))],
} as const;

/** @throws Error when the graph's constants differ from those in the model folder. */
export function checkConstants(graph: GraphWeights): void {
  graph.expect(`${transformer}/ClipToMaxLength/Less/y`, [useLiteConstants.maxPositionEmbeddings]);
  graph.expect(epsilonNode, [useLiteConstants.layerNormEps]);
  graph.expect(headsNode, [useLiteConstants.numAttentionHeads]);
  graph.expect(`${root}/hidden_layers/l2_normalize/Maximum/y`, [useLiteConstants.squaredNormFloor]);
  useLiteConstants.scoreScales.forEach((scale, layer) => {
    graph.expect(`${stack}/Layer_${layer}/TransformerLayer/MultiheadAttention/mul/y`, [scale]);
  });
}

/** Every matrix and vector of the model, renamed; the joint matrix is split into W_Q, W_K and W_V. */
export function useLiteTensors(graph: GraphWeights): StoredTensor[] {
  const timing = `${stack}/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`;
  return [
    { name: 'embeddings.token.weight', ...graph.floats('module/Embeddings_en', 2) },
    { name: 'embeddings.position.frequencies', ...graph.floats(timing, 1) },
    ...useLiteConstants.scoreScales.flatMap((_, layer) => layerTensors(graph, layer)),
    { name: 'sentence.weight', ...graph.floats('module/Encoder_en/hidden_layers/tanh_layer_0/weights', 2) },
    { name: 'sentence.bias', ...graph.floats('module/Encoder_en/hidden_layers/tanh_layer_0/bias', 1) },
  ];
}

function layerTensors(graph: GraphWeights, layer: number): StoredTensor[] {
  const node = `${encode}/Layer_${layer}/TransformerLayer`;
  const attention = `Layer_${layer}/TransformerLayer/MultiheadAttention`;
  const feedForward = `${stack}/Layer_${layer}/TransformerLayer/FFN`;
  const name = `layers.${layer}`;
  const vector = (suffix: string, path: string): StoredTensor => ({
    name: `${name}.${suffix}`,
    ...graph.floats(`${node}/${path}/ConcatPartitions/concat`, 1),
  });
  const norm = (suffix: string, path: string) => [
    vector(`${suffix}.scale`, `${path}/layer_norm_scale`),
    vector(`${suffix}.bias`, `${path}/layer_norm_bias`),
  ];
  const joint = graph.floats(`${trained}/${attention}/qkv_transform_single/kernel/part_0`, 2);
  const jointBias = vector('', 'MultiheadAttention/qkv_transform_single/bias');
  const output = graph.floats(`${trained}/${attention}/output_transform_single/kernel/part_0`, 2);
  const residual =
    layer === 0
      ? [
          { name: `${name}.residual.weight`, ...graph.floats(`${node}/dense/kernel/ConcatPartitions/concat`, 2) },
          vector('residual.bias', 'dense/bias'),
        ]
      : [];
  return [
    ...norm('attention.norm', 'layer_prepostprocess/layer_norm'),
    ...['q', 'k', 'v'].flatMap((letter, part) => [
      { name: `${name}.attention.${letter}.weight`, ...columnBlock(joint, part) },
      { name: `${name}.attention.${letter}.bias`, ...columnBlock(jointBias, part) },
    ]),
    { name: `${name}.attention.o.weight`, ...output },
    vector('attention.o.bias', 'MultiheadAttention/output_transform_single/bias'),
    ...residual,
    ...norm('feed_forward.norm', 'FFN/layer_prepostprocess/layer_norm'),
    { name: `${name}.feed_forward.up.weight`, ...graph.floats(`${feedForward}/conv1/Tensordot/Reshape_1`, 2) },
    vector('feed_forward.up.bias', 'FFN/conv1/bias'),
    { name: `${name}.feed_forward.down.weight`, ...graph.floats(`${feedForward}/conv2/Tensordot/Reshape_1`, 2) },
    vector('feed_forward.down.bias', 'FFN/conv2/bias'),
  ];
}

/** Part 0, 1 or 2 of the three equal column blocks of a matrix [in, 3·out] or vector [3·out]. */
function columnBlock(joint: Omit<StoredTensor, 'name'>, part: number): Omit<StoredTensor, 'name'> {
  const jointWidth = joint.shape.at(-1)!;
  const width = jointWidth / 3;
  const rows = joint.data.length / jointWidth;
  const data = new Float32Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    const start = row * jointWidth + part * width;
    data.set(joint.data.subarray(start, start + width), row * width);
  }
  return { shape: [...joint.shape.slice(0, -1), width], data };
}
