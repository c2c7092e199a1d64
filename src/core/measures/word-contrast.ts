import { matmul } from '../../tensor/matmul.ts';
import { blockRow, dim, row, tensor } from '../../tensor/tensor.ts';
import type { Linear } from '../model.ts';
import type { LayerTrace } from '../trace.ts';
import { createCosineBaseline } from './contextuality.ts';
import { type Share, shareOf } from './head-contributions.ts';
import type { StageVectors } from './stage-vectors.ts';
import { addTo, cosineOrNull, meanOf, meanVector, norm } from './vectors.ts';
import type { VocabularyDirection } from './vocabulary-direction.ts';

/** An occurrence of the word in a sentence. */
export interface WordPlace {
  /** Places of its tokens. */
  readonly places: readonly number[];
  /** Which of the sentence's occurrences it is, from 0, and how many there are. */
  readonly index: number;
  readonly count: number;
}

/** Why a third sentence gives no control: there is none, it lacks the word, or the model reads the same tokens for A's word. */
export type ControlProblem = 'none' | 'no word' | 'same as A';

/** What the model reads for one word in two sentences, A and B. */
export interface WordSetting {
  /** Its spelling in A. */
  readonly word: string;
  /** The selected word if it is not `word`, because B lacks it; else null. */
  readonly asked: string | null;
  /** Whether the model reads the same tokens at the same places for both. */
  readonly isSame: boolean;
  /** Whether both sentences have the same tokens. */
  readonly isSameText: boolean;
  /** Sentences in which a causal model reads no word before it. */
  readonly alone: readonly string[];
  /** Whether the occurrences stand at different places, C's too. */
  readonly isElsewhere: boolean;
  /** null: C is a control. */
  readonly controlProblem: ControlProblem | null;
}

/** Findings about one word in two sentences, with C as a third if there is one. */
export interface WordContrast extends WordSetting {
  /** The layer of `mixedA`, `mixedB` and `direction`. */
  readonly layer: number;
  readonly a: WordPlace;
  readonly b: WordPlace;
  /** null: C has no such word. */
  readonly c: WordPlace | null;
  /** The position of the word in the runs of `moved` and `movedControl`; null: there are none. */
  readonly movedTo: number | null;
  /** Whether changes name tokens of A, which B and C run without. */
  readonly isAltered: boolean;
  /** Whether the runs behind the controls are done. */
  readonly hasControls: boolean;
  readonly stages: readonly StageContrast[];
  /** Number of pairs of runs behind `shuffled`. */
  readonly shuffleCount: number;
  /** The word's attention output in the layer, split by key; null if the word has no numbers. */
  readonly mixedA: MixedIn | null;
  readonly mixedB: MixedIn | null;
  /** Where w_A − w_B points at a stage of the layer; null if it is zeros or there are no words to compare. */
  readonly direction: (VocabularyDirection & { readonly stage: string }) | null;
}

/** A word of one or more tokens in a sentence that was run. */
export interface WordInRun {
  readonly stages: readonly StageVectors[];
  /** Places of the word's tokens. */
  readonly places: readonly number[];
  /** Places of the other tokens of the text: neither special tokens nor the word. */
  readonly otherPlaces: readonly number[];
}

/** Cosines of a word's vectors at a stage; null if there is no number. */
export interface StageContrast extends Pick<StageVectors, 'stage' | 'layer' | 'part'> {
  /** cos(w_A, w_B). */
  readonly cosine: number | null;
  /** Mean cosine of another token of A and another token of B. */
  readonly baseline: number | null;
  /** cos(w_A, w_C). */
  readonly control: number | null;
  /** `cosine` and `control` with all texts read from such positions that the word stands at the same one. */
  readonly moved: number | null;
  readonly movedControl: number | null;
  /** Mean cosine of the word's vectors in runs of both sentences with their words in random order. */
  readonly shuffled: number | null;
}

/** Copies of the word's vector at every stage, the mean over its tokens; null if it has no numbers. */
export type WordVectors = readonly (Float64Array | null)[];

export function wordVectors(stages: readonly StageVectors[], places: readonly number[]): WordVectors {
  return stages.map(({ vectors }) => meanVector(places.flatMap((place) => vectors[place] ?? [])));
}

/** The word's vectors in the runs of controls; null: there is no such run. */
export interface ControlVectors {
  readonly c: WordVectors | null;
  /** A text that need not move is null. */
  readonly moved: { readonly [Name in 'a' | 'b' | 'c']: WordVectors | null } | null;
  readonly shuffles: readonly { readonly a: WordVectors; readonly b: WordVectors }[];
}

const noControls: ControlVectors = { c: null, moved: null, shuffles: [] };

/** cos(w_A, w_B) at every stage, exactly 1 for equal vectors, with the mean cosine of other tokens as a baseline
 *  (Ethayarajh 2019, 3.3) and the cosines of the controls. */
export function contrastStages(
  a: WordInRun,
  b: WordInRun,
  { c, moved, shuffles }: ControlVectors = noControls,
): StageContrast[] {
  const [wordsA, wordsB] = [wordVectors(a.stages, a.places), wordVectors(b.stages, b.places)];
  const movedA = moved?.a ?? wordsA;
  return a.stages.map(({ stage, layer, part, vectors }, index) => {
    const baseline = createCosineBaseline();
    baseline.add(othersOf(a, vectors));
    baseline.add(othersOf(b, b.stages[index]?.vectors ?? []));
    return {
      stage,
      layer,
      part,
      cosine: wordCosine(wordsA[index], wordsB[index]),
      baseline: baseline.mean(),
      control: wordCosine(wordsA[index], c?.[index]),
      moved: moved && wordCosine(movedA[index], (moved.b ?? wordsB)[index]),
      movedControl: moved && wordCosine(movedA[index], (moved.c ?? c)?.[index]),
      shuffled: meanOf(shuffles.map((one) => wordCosine(one.a[index], one.b[index]))),
    };
  });
}

function othersOf({ otherPlaces }: WordInRun, vectors: readonly Float32Array[]): Float32Array[] {
  return otherPlaces.flatMap((place) => vectors[place] ?? []);
}

function wordCosine(a: Float64Array | null = null, b: Float64Array | null = null): number | null {
  return a && b && cosineOrNull(a, b);
}

/** The part of a key in the word's attention output; `brought` is null for a key without numbers. */
export interface KeyContribution {
  readonly key: number;
  readonly brought: Share | null;
}

/** The word's attention output split by key; the shares sum to 1. */
export interface MixedIn {
  readonly keys: readonly KeyContribution[];
  /** Heads whose context the reader replaced: they add nothing to the part of any key. */
  readonly replacedHeads: readonly number[];
}

/** Norm ‖c_key‖ and share (c_key · Σc) / ‖Σc‖² of each key's contribution to a word's attention output without b_O, the mean over its
 *  tokens. All shares are 0 if the sum is zeros; null if no token of the word has numbers.
 *  @see keyParts for c_key, headContributions for the same by head */
export function mixedIn(layer: LayerTrace, places: readonly number[], wO: Linear | null): MixedIn | null {
  const found = keyParts(layer, places, wO);
  if (found === null) return null;
  const { parts, replacedHeads } = found;
  const rows = Array.from({ length: dim(parts, 0) }, (_, key) => row(parts, key));
  const total = new Float64Array(dim(parts, 1));
  const isKnown = (part: Float32Array) => !Number.isNaN(part[0]);
  for (const part of rows.filter(isKnown)) addTo(total, part);
  return {
    keys: rows.map((part, key) => ({ key, brought: isKnown(part) ? shareOf(part, total) : null })),
    replacedHeads,
  };
}

/** c_key = Concat_head(weight[head, word, key] · v[head, key]) · W_O, without W_O only the concat. With b_O, they sum to the attention
 *  output of the word, the mean over its tokens. A key without numbers has a row of NaN.
 *  -> parts [key, hidden]; null if no token of the word has numbers */
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

/** Whether the context of a head at a place differs from its weights · V by more than rounding. */
function isReplaced({ attentionWeights, v, context }: LayerTrace, head: number, place: number): boolean {
  const weights = blockRow(attentionWeights, head, place);
  const difference = Float64Array.from(blockRow(context, head, place));
  let scale = 0;
  for (let key = 0; key < weights.length; key++) {
    const [weight, value] = [weights[key]!, blockRow(v, head, key)];
    if (Number.isNaN(weight)) continue;
    for (let i = 0; i < difference.length; i++) difference[i]! -= weight * value[i]!;
    scale += Math.abs(weight) * norm(value);
  }
  return norm(difference) > 1e-3 * scale;
}
