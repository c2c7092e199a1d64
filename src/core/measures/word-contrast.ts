import { matmul } from '../../tensor/matmul.ts';
import { blockRow, dim, row, tensor } from '../../tensor/tensor.ts';
import type { Linear } from '../model.ts';
import type { LayerTrace } from '../trace.ts';
import { cosine, createCosineBaseline, dot, meanOf, meanVector } from './contextuality.ts';
import type { Share } from './head-contributions.ts';
import type { StageVectors } from './stage-vectors.ts';
import type { VocabularyDirection } from './vocabulary-direction.ts';

/** What was found about one word in two sentences A and B: plain data. */
export interface WordContrast {
  /** As it is written in A. */
  readonly word: string;
  /** The selected word, where the other sentence does not have it and `word` is another; else null. */
  readonly asked: string | null;
  /** The layer that `mixedA`, `mixedB` and `direction` are of. */
  readonly layer: number;
  /** The word's tokens. */
  readonly placesA: readonly number[];
  readonly placesB: readonly number[];
  readonly stages: readonly StageContrast[];
  /** Runs that `shuffled` is a mean of. */
  readonly shuffleCount: number;
  /** What each key brought to the word's attention output in the layer; null: the word has no numbers. */
  readonly mixedA: MixedIn | null;
  readonly mixedB: MixedIn | null;
  /** Where w_A − w_B points, at a stage of the layer; null: nowhere, or there are no words to compare with. */
  readonly direction: (VocabularyDirection & { readonly stage: string }) | null;
}

/** A word of one or several tokens in a sentence that was run. */
export interface WordInRun {
  readonly stages: readonly StageVectors[];
  /** The word's tokens. */
  readonly places: readonly number[];
  /** The tokens that stand for a part of the text, the word's among them: special tokens are not. */
  readonly textPlaces: readonly number[];
}

/** How alike the two vectors of a word are at a stage; null where there is no number. */
export interface StageContrast extends Pick<StageVectors, 'stage' | 'layer' | 'part'> {
  /** Of the word in A and in B. */
  readonly cosine: number | null;
  /** Mean over all pairs of a token of A and a token of B, the word and special tokens left out. */
  readonly baseline: number | null;
  /** Mean of the word's cosines in runs with the words of both sentences in a random order. */
  readonly shuffled: number | null;
}

/** The word's vector at every stage, the mean of its tokens' where they are several, as copies; null where it has no number. */
export type WordVectors = readonly (Float64Array | null)[];

export function wordVectors(stages: readonly StageVectors[], places: readonly number[]): WordVectors {
  return stages.map(({ vectors }) => meanVector(places.flatMap((place) => vectors[place] ?? [])));
}

/** cos(w_A, w_B) at every stage, with the cosine of other pairs of tokens beside it, since a space in which all vectors lean one way has large
 *  cosines everywhere (Ethayarajh 2019, 3.3). Equal vectors have exactly 1. */
export function contrastStages(a: WordInRun, b: WordInRun): StageContrast[] {
  const [wordsA, wordsB] = [wordVectors(a.stages, a.places), wordVectors(b.stages, b.places)];
  return a.stages.map(({ stage, layer, part, vectors }, index) => {
    const baseline = createCosineBaseline();
    baseline.add(othersOf(a, vectors));
    baseline.add(othersOf(b, b.stages[index]?.vectors ?? []));
    return {
      stage,
      layer,
      part,
      cosine: cosineOf(wordsA[index], wordsB[index]),
      baseline: baseline.mean(),
      shuffled: null,
    };
  });
}

/** The same with the mean cosine of the word's two vectors in runs of the same words in other orders. */
export function besideShuffles(
  stages: readonly StageContrast[],
  shuffles: readonly { readonly a: WordVectors; readonly b: WordVectors }[],
): StageContrast[] {
  return stages.map((stage, index) => ({
    ...stage,
    shuffled: meanOf(shuffles.map((one) => cosineOf(one.a[index], one.b[index]))),
  }));
}

function othersOf({ places, textPlaces }: WordInRun, vectors: readonly Float32Array[]): Float32Array[] {
  return textPlaces.flatMap((place) => (places.includes(place) ? [] : (vectors[place] ?? [])));
}

function cosineOf(a: Float64Array | null | undefined, b: Float64Array | null | undefined): number | null {
  const value = a && b ? cosine(a, b) : Number.NaN;
  return Number.isNaN(value) ? null : value;
}

/** What a key brought to the word's attention output; of a key without numbers null. */
export interface KeyContribution {
  readonly key: number;
  readonly brought: Share | null;
}

/** The word's attention output, taken apart by key: shares sum to 1. */
export interface MixedIn {
  readonly keys: readonly KeyContribution[];
  /** Heads whose context is not their weights · V, since a reader switched them off: they bring nothing from any key. */
  readonly replacedHeads: readonly number[];
}

/** Norm ‖c_key‖ and share (c_key · Σc) / ‖Σc‖² of what every key brings to the attention output of a word, without b_O; of a word of several tokens
 *  to the mean of their outputs. A share below 0 works against the others; all are 0 where the sum is zeros.
 *  null where no token of the word has numbers.  @see keyParts for c_key, headContributions for the same by head */
export function mixedIn(layer: LayerTrace, places: readonly number[], wO: Linear | null): MixedIn | null {
  const found = keyParts(layer, places, wO);
  if (found === null) return null;
  const { parts, replacedHeads } = found;
  const rows = Array.from({ length: dim(parts, 0) }, (_, key) => row(parts, key));
  const total = new Float64Array(dim(parts, 1));
  for (const part of rows) if (!Number.isNaN(part[0])) for (let i = 0; i < total.length; i++) total[i]! += part[i]!;
  const square = dot(total, total);
  const keys = rows.map((part, key): KeyContribution => {
    if (Number.isNaN(part[0])) return { key, brought: null };
    const share = square === 0 ? 0 : dot(part, total) / square;
    return { key, brought: { norm: Math.sqrt(dot(part, part)), share } };
  });
  return { keys, replacedHeads };
}

/** c_key = concat over heads of (weight[head, word, key] · v[head, key]) · W_O, or that concat itself where there is no W_O: with b_O they sum to the
 *  attention output of the word, the mean of its tokens' where they are several. A key without numbers (NaN) has a row of NaN.
 *  -> [key, hidden]; null where no token of the word has numbers */
export function keyParts(layer: LayerTrace, places: readonly number[], wO: Linear | null) {
  const { attentionWeights: weights, v } = layer;
  const known = places.filter((place) => !Number.isNaN(blockRow(layer.context, 0, place)[0]));
  if (known.length === 0) return null;
  const [heads, keys, width] = [dim(v, 0), dim(v, 1), dim(v, 2)];
  const replacedHeads: number[] = [];
  const weighted = tensor(['key', 'concat'], [keys, heads * width]);
  for (let head = 0; head < heads; head++) {
    if (known.some((place) => isReplaced(layer, head, place))) {
      replacedHeads.push(head);
      continue;
    }
    for (let key = 0; key < keys; key++) {
      const weight = known.reduce((sum, place) => sum + blockRow(weights, head, place)[key]! / known.length, 0);
      const value = blockRow(v, head, key);
      const to = row(weighted, key).subarray(head * width, (head + 1) * width);
      for (let i = 0; i < width; i++) to[i] = weight * value[i]!;
    }
  }
  return { parts: wO === null ? weighted : matmul(weighted, wO.weight), replacedHeads };
}

/** Whether the context of a head at a place is another than its weights · V, beyond what rounding explains. */
function isReplaced({ attentionWeights, v, context }: LayerTrace, head: number, place: number): boolean {
  const weights = blockRow(attentionWeights, head, place);
  const difference = Float64Array.from(blockRow(context, head, place));
  let scale = 0;
  for (let key = 0; key < weights.length; key++) {
    const [weight, value] = [weights[key]!, blockRow(v, head, key)];
    if (Number.isNaN(weight)) continue;
    for (let i = 0; i < difference.length; i++) difference[i]! -= weight * value[i]!;
    scale += Math.abs(weight) * Math.sqrt(dot(value, value));
  }
  return Math.sqrt(dot(difference, difference)) > 1e-3 * scale;
}
