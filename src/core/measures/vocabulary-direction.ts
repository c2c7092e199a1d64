import { matmul } from '../../tensor/matmul.ts';
import type { Matrix } from '../../tensor/matrix.ts';
import { dim, type Tensor, tensor } from '../../tensor/tensor.ts';
import { concatHeads } from '../chain/context.ts';
import { embed } from '../chain/embedding.ts';
import { normalise, project, repeatGroups, splitHeads } from '../chain/projection.ts';
import { addResidual, addStreams, feedForward } from '../chain/residual.ts';
import type { AttentionParameters, LayerParameters, Linear, Model, Norm } from '../model.ts';
import { dot, norm } from './contextuality.ts';

/** What a word of the vocabulary is compared by.
 *  alone: c_t, what the layer's attention gives where the model reads token t alone: with one key its weight is 1, so c_t = v_t · W_O.
 *  head: column t of the language head's matrix, after the linear part of what stands before it (the final norm, W_T).
 *  embedding: the static vector E[t], where all layers add to one stream of its width. */
export type DirectionKind = 'alone' | 'head' | 'embedding';

export interface DirectedWord {
  readonly id: number;
  /** With the difference that points its way. */
  readonly cosine: number;
}

/** The words that the difference of two vectors points to, closest first. */
export interface VocabularyDirection {
  readonly kind: DirectionKind;
  /** Words of the vocabulary that were compared. */
  readonly count: number;
  readonly towardsA: readonly DirectedWord[];
  readonly towardsB: readonly DirectedWord[];
}

/** A kind of vectors of the words of a vocabulary, and at which end of a layer the difference is taken. */
export interface VocabularySpace {
  readonly kind: DirectionKind;
  readonly part: 'attention' | 'output';
  /** cos(d, u_t − mean of u) of each of the ids that are compared, in their order; the first call makes what every later one uses. */
  cosines(d: Float32Array): { readonly ids: readonly number[]; readonly cosines: Float64Array };
}

/** Multiplications for which words are read alone, about a quarter of a second of a processor: of a model with deep layers fewer words are. */
const mostProducts = 8e9;
const fewestWords = 256;

/** cos(d, u_t − ū) for every token t of `ids`, d = vector_A − vector_B and ū the mean of u over them: the words at the two ends.
 *  u_t is what `DirectionKind` says. No word is found where d is zeros or not a number.  d [hidden], leftOut: ids that are not to be named
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

/** The words of the largest cosines, the smaller id first on a tie. */
function closest(words: readonly DirectedWord[], count: number): DirectedWord[] {
  const sorted = Float64Array.from(words, ({ cosine }) => cosine).sort();
  const least = sorted.at(-count) ?? -Infinity;
  // Sorting all of a large vocabulary as objects would take longer than its product.
  const candidates = count === 0 ? [] : words.filter(({ cosine }) => cosine >= least);
  return candidates.sort((a, b) => b.cosine - a.cosine || a.id - b.id).slice(0, count);
}

/** The space in which vectors of a layer are compared with the vocabulary's words: the language head's where the stack has one, that of the
 *  embedding where the stream has its width throughout, else that of tokens that are read alone.  words: ids
 *  null where no space fits, which only a convolution over neighbours can cause. */
export function vocabularySpace(model: Model, layer: number, words: readonly number[]): VocabularySpace | null {
  const { outWidth: vocabSize } = model.head?.weight ?? model.embedding.tokens;
  // A tokenizer can know more tokens than the model has rows for.
  const ids = words.filter((id) => id < vocabSize);
  const parameters = model.layers[layer];
  if (parameters === undefined || ids.length === 0) return null;
  const width = parameters.attention.wO?.weight.outWidth ?? null;
  const { head, decoder, embedding } = model;
  if (head !== null && decoder === null) {
    const steps: LinearStep[] = [{ norm: model.finalNorm }, ...transformSteps(head.transform)];
    const first = head.transform?.linear.weight ?? head.weight;
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

/** What a vector goes through before it meets the vocabulary; of a norm only its linear part. */
interface LinearStep {
  readonly norm?: Norm | null;
  readonly linear?: Linear;
}

function transformSteps(transform: NonNullable<Model['head']>['transform']): LinearStep[] {
  return transform === null ? [] : [{ linear: transform.linear }, { norm: transform.norm }];
}

/** A difference of two vectors after a step: what is added to both cancels, and what they are divided by is taken to be the same. */
function afterStep(d: Float32Array, { norm: given, linear }: LinearStep): Float32Array {
  if (linear !== undefined) return matmul(tensor(['row', 'in'], [1, d.length], d), linear.weight).data;
  if (!given || given.kind === 'factor') return d;
  const mean = given.kind === 'rms' ? 0 : d.reduce((sum, one) => sum + one, 0) / d.length;
  return d.map((one, i) => (one - mean) * given.scale.data[i]!);
}

/** Words as columns of a matrix of the model. */
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

/** ū and ‖u_t − ū‖ = √(‖u_t‖² − 2 u_t·ū + ‖ū‖²) of the columns of these ids. */
function centredNorms(matrix: Matrix, ids: readonly number[], dots: (x: Float32Array) => Float32Array) {
  const sum = new Float64Array(matrix.inWidth);
  const squares = Float64Array.from(ids, (id) => {
    const column = matrix.column(id);
    for (let i = 0; i < sum.length; i++) sum[i]! += column[i]!;
    return dot(column, column);
  });
  const mean = Float32Array.from(sum, (one) => one / ids.length);
  const [along, square] = [dots(mean), dot(mean, mean)];
  return { mean, norms: squares.map((own, i) => Math.sqrt(Math.max(0, own - 2 * along[ids[i]!]! + square))) };
}

/** Words by what the layer's attention gives where each is read alone. */
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

/** What attention of a layer gives to each of these tokens, read alone as the first and only one of a text: v · W_O + b_O, without a softmax,
 *  since that of one key is 1.  -> [id, hidden]
 *  @throws RangeError when an id has no row. */
export function readAlone(model: Model, layer: number, ids: readonly number[]): Tensor {
  const parts: Tensor[] = [];
  for (let start = 0; start < ids.length; start += wordsAtOnce) {
    const entered = ids
      .slice(start, start + wordsAtOnce)
      .map((id) => embed(model.embedding, { ids: [id], typeIds: null }));
    let x = stacked(entered);
    for (const parameters of model.layers.slice(0, layer)) x = layerAlone(x, parameters);
    parts.push(attentionAlone(x, model.layers[layer]!.attention));
  }
  return stacked(parts);
}

/** So many that what is between the products of a chunk stays in the processor's cache. */
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

function attentionAlone(
  x: Tensor,
  { norm: given, wV, wO, numAttentionHeads, numKeyValueHeads }: AttentionParameters,
): Tensor {
  const values = splitHeads(project(normalise(x, given), wV), numKeyValueHeads, 'd_v');
  const concat = concatHeads(repeatGroups(values, numAttentionHeads));
  return wO === null ? concat : project(concat, wO);
}

function layerAlone(x: Tensor, { attention, feedForward: forward, isParallel }: LayerParameters): Tensor {
  const given = attentionAlone(x, attention);
  const { residual, outputNorm, residualNorm } = attention;
  const middle =
    residual === null || attention.wO === null
      ? given
      : normalise(addResidual(x, normalise(given, outputNorm), residual), residualNorm);
  if (forward === null) return middle;
  if (isParallel) return addStreams(middle, feedForward(x, forward));
  return normalise(addStreams(middle, feedForward(middle, forward)), forward.residualNorm);
}

/** Rows less their mean, each then of length 1; one that is the mean itself is NaN. */
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

/** u·d / ‖d‖ of every row u; a loop of its own, over float32 alone, is several times as fast as one that takes any numbers. */
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
