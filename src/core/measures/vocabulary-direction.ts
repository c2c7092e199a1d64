import { matmul } from '../../tensor/matmul.ts';
import type { Matrix } from '../../tensor/matrix.ts';
import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import { embed } from '../chain/embedding.ts';
import { runLayer } from '../chain/forward.ts';
import type { LayerParameters, Linear, Model, Norm } from '../model.ts';
import { dot, norm } from './vectors.ts';

/** The vector u_t that represents token t of the vocabulary.
 *  alone: the layer's attention output for a text of only token t: its one key has weight 1, so u_t = v_t · W_O + b_O.
 *  head: column t of the language head's matrix; the difference first passes through the linear part of the final norm and of W_T.
 *  embedding: the static vector E[t], if all layers add to one stream of its width. */
export type DirectionKind = 'alone' | 'head' | 'embedding';

export interface DirectedWord {
  readonly id: number;
  /** Cosine with the difference, with the sign that points to this end. */
  readonly cosine: number;
}

/** The words at both ends of the difference of two vectors, closest first. */
export interface VocabularyDirection {
  readonly kind: DirectionKind;
  /** Number of compared words. */
  readonly count: number;
  readonly towardsA: readonly DirectedWord[];
  readonly towardsB: readonly DirectedWord[];
}

/** The vectors u_t of a vocabulary's words, and the part of a layer to compare with them. */
export interface VocabularySpace {
  readonly kind: DirectionKind;
  readonly part: 'attention' | 'output';
  /** cos(d, u_t − mean of u) for every compared id, in order. The first call prepares what later calls reuse. */
  cosines(d: Float32Array): { readonly ids: readonly number[]; readonly cosines: Float64Array };
}

/** Multiplications allowed for reading words alone, about 0.25 s: a deeper layer reads fewer words. */
const mostProducts = 8e9;
const fewestWords = 256;

/** The words at both ends of d = vector_A − vector_B, by cos(d, u_t − ū), where ū is the mean of u_t over the words of the space;
 *  null if d is zeros or has NaN, or if no word remains.  d [hidden], leftOut: ids of words to leave out
 *  @see DirectionKind for u_t
 *  @see nostalgebraist 2020 ("the logit lens") for `head`; Dar et al. 2023, "Analyzing Transformers in Embedding Space", for `embedding` */
export function vocabularyDirection(
  space: VocabularySpace,
  d: Float32Array,
  leftOut: ReadonlySet<number>,
  count: number,
): VocabularyDirection | null {
  if (!(norm(d) > 0)) return null;
  const { ids, cosines } = space.cosines(d);
  const named = ids.flatMap((id, index) => {
    const value = cosines[index]!;
    return leftOut.has(id) || Number.isNaN(value) ? [] : [{ id, cosine: value }];
  });
  if (named.length === 0) return null;
  const towardsA = closest(named, Math.min(count, Math.ceil(named.length / 2)));
  const others = named.filter((one) => !towardsA.includes(one)).map(({ id, cosine }) => ({ id, cosine: -cosine }));
  return { kind: space.kind, count: ids.length, towardsA, towardsB: closest(others, count) };
}

/** The words with the largest cosines; on a tie the smaller id comes first. */
function closest(words: readonly DirectedWord[], count: number): DirectedWord[] {
  const sorted = Float64Array.from(words, ({ cosine }) => cosine).sort();
  const least = sorted.at(-count) ?? -Infinity;
  // Sorts numbers first: sorting a large vocabulary as objects takes longer than its matrix product.
  const candidates = count === 0 ? [] : words.filter(({ cosine }) => cosine >= least);
  return candidates.sort((a, b) => b.cosine - a.cosine || a.id - b.id).slice(0, count);
}

/** The space in which vectors of a layer are compared with words: that of the language head if the stack has one, else of the embedding
 *  if the stream keeps its width throughout, else of tokens read alone.  words: ids
 *  null without such a layer or words, or if a convolution over neighbours precedes the layer's attention. */
export function vocabularySpace(model: Model, layer: number, words: readonly number[]): VocabularySpace | null {
  const { outWidth: vocabSize } = model.head?.weight ?? model.embedding.tokens;
  // A tokenizer can have more tokens than the model has rows.
  const ids = words.filter((id) => id < vocabSize);
  const parameters = model.layers[layer];
  if (parameters === undefined || ids.length === 0) return null;
  const width = parameters.attention.wO?.weight.outWidth ?? null;
  const { head, decoder, embedding } = model;
  if (head !== null && decoder === null) {
    const { transform } = head;
    const steps: LinearStep[] = [{ norm: model.finalNorm }];
    if (transform !== null) steps.push({ linear: transform.linear }, { norm: transform.norm });
    const first = transform?.linear.weight ?? head.weight;
    if (first.inWidth === width) return matrixSpace('head', head.weight, ids, steps);
  }
  const isOneStream =
    embedding.projection === null &&
    embedding.tokens.inWidth === width &&
    model.layers.every(({ attention }) => attention.residual?.kind === 'identity');
  if (isOneStream) return matrixSpace('embedding', embedding.tokens, ids, []);
  return model.layers.slice(0, layer).every(({ convolution }) => convolution === null)
    ? aloneSpace(model, layer, ids)
    : null;
}

/** A step between a vector and the vocabulary. */
interface LinearStep {
  readonly norm?: Norm | null;
  readonly linear?: Linear;
}

/** The difference of two vectors after a step: biases cancel, and a norm divides both by the same number, which is left out. */
function afterStep(d: Float32Array, { norm: given, linear }: LinearStep): Float32Array {
  if (linear !== undefined) return matmul(tensor(['row', 'in'], [1, d.length], d), linear.weight).data;
  if (!given || given.kind === 'factor') return d;
  const mean = given.kind === 'rms' ? 0 : d.reduce((sum, one) => sum + one, 0) / d.length;
  return d.map((one, i) => (one - mean) * given.scale.data[i]!);
}

/** Words as columns of one of the model's matrices. */
function matrixSpace(
  kind: DirectionKind,
  matrix: Matrix,
  ids: readonly number[],
  steps: readonly LinearStep[],
): VocabularySpace {
  let known: { readonly mean: Float32Array; readonly norms: Float64Array } | null = null;
  const dots = (x: Float32Array) => matmul(tensor(['row', 'in'], [1, x.length], x), matrix).data;
  return {
    kind,
    part: 'output',
    cosines(given) {
      known ??= centredNorms(matrix, ids, dots);
      const d = steps.reduce(afterStep, given);
      const [all, shift, length] = [dots(d), dot(d, known.mean), norm(d)];
      const { norms } = known;
      return { ids, cosines: Float64Array.from(ids, (id, i) => (all[id]! - shift) / (norms[i]! * length)) };
    },
  };
}

/** ū and ‖u_t − ū‖ = √(‖u_t‖² − 2 u_t·ū + ‖ū‖²) over the columns of these ids. */
function centredNorms(matrix: Matrix, ids: readonly number[], dots: (x: Float32Array) => Float32Array) {
  const sum = new Float64Array(matrix.inWidth);
  const squares = Float64Array.from(ids, (id) => {
    const column = matrix.column(id);
    // Inline, because a shared helper takes twice as long over tens of thousands of columns.
    for (let i = 0; i < sum.length; i++) sum[i]! += column[i]!;
    return dot(column, column);
  });
  const mean = Float32Array.from(sum, (one) => one / ids.length);
  const [along, square] = [dots(mean), dot(mean, mean)];
  return { mean, norms: squares.map((own, i) => Math.sqrt(Math.max(0, own - 2 * along[ids[i]!]! + square))) };
}

/** Words by the layer's attention output for a text of only that word. */
function aloneSpace(model: Model, layer: number, ids: readonly number[]): VocabularySpace {
  const each = model.layers.slice(0, layer + 1).reduce((sum, one) => sum + productsOf(one), 0);
  const read = ids.slice(0, Math.max(fewestWords, Math.floor(mostProducts / each)));
  let rows: Tensor | null = null;
  return {
    kind: 'alone',
    part: 'attention',
    cosines(d) {
      rows ??= centredUnits(readAlone(model, layer, read));
      return { ids: read, cosines: alongRows(rows, d) };
    },
  };
}

function productsOf({ attention, feedForward: forward }: LayerParameters): number {
  const matrices = [attention.wV, attention.wO, forward?.up, forward?.gate, forward?.down];
  return matrices.reduce((sum, one) => sum + (one ? one.weight.inWidth * one.weight.outWidth : 0), 0);
}

/** Attention output of a layer for each id, read as the only token of a text.  -> [id, hidden]  @throws RangeError when an id has no row. */
export function readAlone(model: Model, layer: number, ids: readonly number[]): Tensor {
  const parts: Tensor[] = [];
  for (let start = 0; start < ids.length; start += wordsAtOnce) {
    const entered = ids
      .slice(start, start + wordsAtOnce)
      .map((id) => embed(model.embedding, { ids: [id], typeIds: null }));
    let x = stacked(entered);
    for (const parameters of model.layers.slice(0, layer)) x = runLayer(parameters, x, { isAlone: true }).leaving;
    const { attentionOutput, concat } = runLayer(model.layers[layer]!, x, { isAlone: true }).attention;
    parts.push(attentionOutput ?? concat);
  }
  return stacked(parts);
}

/** Small enough to keep the values between the products in the processor's cache. */
const wordsAtOnce = 128;

function stacked(parts: readonly Tensor[]): Tensor {
  const width = parts[0] === undefined ? 0 : dim(parts[0], 1);
  const all = tensor(['token', 'width'], [parts.reduce((sum, part) => sum + dim(part, 0), 0), width]);
  let at = 0;
  for (const { data } of parts) {
    all.data.set(data, at);
    at += data.length;
  }
  return all;
}

/** Subtracts the mean row and scales each row to length 1; a row equal to the mean becomes NaN. */
function centredUnits(rows: Tensor): Tensor {
  const [count, width] = [dim(rows, 0), dim(rows, 1)];
  const mean = new Float64Array(width);
  const units = tensor(rows.axes, rows.shape);
  const [from, to] = [rows.data, units.data];
  for (let start = 0; start < from.length; start += width) {
    for (let i = 0; i < width; i++) mean[i]! += from[start + i]! / count;
  }
  for (let start = 0; start < from.length; start += width) {
    let square = 0;
    for (let i = 0; i < width; i++) square += (from[start + i]! - mean[i]!) ** 2;
    const length = Math.sqrt(square);
    for (let i = 0; i < width; i++) to[start + i] = (from[start + i]! - mean[i]!) / length;
  }
  return units;
}

/** u·d / ‖d‖ for every row u. This loop over float32 is several times faster than the general `dot`. */
function alongRows({ data }: Tensor, d: Float32Array): Float64Array {
  const width = d.length;
  const length = norm(d);
  const along = new Float64Array(width === 0 ? 0 : data.length / width);
  for (let index = 0, start = 0; index < along.length; index++, start += width) {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += data[start + i]! * d[i]!;
    along[index] = sum / length;
  }
  return along;
}
