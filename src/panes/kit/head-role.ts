import type { AttentionMask } from '../../core/chain/mask.ts';
import type { Interventions } from '../../core/interventions.ts';
import {
  chanceScores,
  type HeadScoreName,
  type HeadScores,
  headScores,
  type ScoredToken,
  type WeightScoreName,
} from '../../core/measures/head-scores.ts';
import type { AttentionPart } from '../../core/trace.ts';
import { type TokenView, tokenLabel } from '../../explorer/token-view.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** What a head mostly does, and the score that shows it. */
export interface HeadRole {
  readonly name: string;
  readonly score: number;
}

/** A head with at least this entropy looks everywhere. */
const broadEntropy = 0.9;
/** At this mean weight, a head gives one thing as much attention as all others together. */
const decisiveWeight = 0.5;
/** At least this share of the weight on a kind of token counts as weight on a single one of them. */
const mostOfAKind = 0.8;
/** With fewer tokens, the first, the last and the neighbours coincide. */
const fewestTokens = 3;

/** Tells the reader how roles follow from scores. */
export const roleDefinition = `broad from an entropy of ${broadEntropy} on, else the score with the largest mean weight, if that is at least ${decisiveWeight} and above chance; first or last replaces special or punctuation if it has at least ${decisiveWeight} itself and ${mostOfAKind} of that weight; no role below ${fewestTokens} tokens of the text`;

const roleNames: Readonly<Record<WeightScoreName, string>> = {
  previous: 'previous token',
  next: 'next token',
  same: 'same token',
  first: 'first token',
  last: 'last token',
  punctuation: 'punctuation',
  special: 'special tokens',
  duplicate: 'duplicate token',
  induction: 'induction',
};

/** The role of a head if one score is decisive, as `roleDefinition` says; else null.
 *  chance: the scores of even weights; tokenCount: keys that are no special tokens, or their mean over texts */
export function headRole(scores: HeadScores, chance: HeadScores, tokenCount: number): HeadRole | null {
  if (tokenCount < fewestTokens) return null;
  // Checked first: in a short text, even weights can put half on one token or on one kind of token.
  if (scores.entropy !== null && scores.entropy >= broadEntropy) return { name: 'broad', score: scores.entropy };
  const weightOf = (name: WeightScoreName) => {
    const score = scores[name] ?? 0;
    return score > (chance[name] ?? 0) ? score : 0;
  };
  const largest = weightNames.reduce((best, name) => (weightOf(name) > weightOf(best) ? name : best));
  if (weightOf(largest) < decisiveWeight) return null;
  const decisive =
    largest === 'special' || largest === 'punctuation' ? (singleOf(largest, weightOf) ?? largest) : largest;
  return { name: roleNames[decisive], score: weightOf(decisive) };
}

/** Narrower scores come first and so win ties. */
const weightNames: readonly WeightScoreName[] = [
  'previous',
  'next',
  'same',
  'induction',
  'duplicate',
  'first',
  'last',
  'special',
  'punctuation',
];

/** 'first' or 'last' if that token takes most of the weight on its kind; else null. */
function singleOf(kind: 'special' | 'punctuation', weightOf: (name: WeightScoreName) => number) {
  const single = weightOf('first') >= weightOf('last') ? 'first' : 'last';
  const isMost = weightOf(single) >= Math.max(decisiveWeight, mostOfAKind * weightOf(kind));
  return isMost ? single : null;
}

/** A head with its scores and role. */
export interface ScoredHead {
  readonly layer: number;
  readonly head: number;
  readonly scores: HeadScores;
  /** The level by chance, the same for all heads of a layer. */
  readonly chance: HeadScores;
  readonly role: HeadRole | null;
}

/** The attention of one part of a model. */
export interface LayersToScore {
  readonly part: AttentionPart;
  /** Weights of each layer, [head, query, key]. */
  readonly layers: readonly Tensor[];
  /** The model's own mask of each. */
  readonly parameters: readonly AttentionMask[];
  readonly mask: Interventions['mask'];
  readonly hiddenKeys: readonly number[];
  readonly keys: readonly TokenView[];
  readonly queries: readonly TokenView[];
}

/** Scores and role of every head, layer by layer. */
export function scoresOfLayers({
  part,
  layers,
  parameters,
  mask,
  hiddenKeys,
  keys,
  queries,
}: LayersToScore): ScoredHead[] {
  const tokens = scoredTokens(keys);
  const queryTokens = scoredTokens(queries);
  const tokenCount = textCount(tokens);
  const isCross = part === 'cross';
  return layers.flatMap((weights, layer) => {
    const own = parameters[layer] ?? { isCausal: false, window: null };
    const seen = { isCausal: own.isCausal || (!isCross && mask === 'causal'), window: own.window };
    const attention = {
      ...{ weights, mask: seen, hiddenKeys: isCross ? [] : hiddenKeys },
      ...{ tokens, queryTokens, isCross },
    };
    const chance = chanceScores(attention);
    return headScores(attention).map((scores, head) => {
      return { layer, head, scores, chance, role: headRole(scores, chance, tokenCount) };
    });
  });
}

/** How many tokens are of the text. */
export function textCount(tokens: readonly ScoredToken[]): number {
  return tokens.filter(({ isSpecial }) => !isSpecial).length;
}

/** Sorts heads by a score, largest first, heads without it last; 'place' keeps their order. */
export function sortHeads<Head extends Pick<ScoredHead, 'scores'>>(
  heads: readonly Head[],
  sortBy: HeadScoreName | 'place',
): Head[] {
  if (sortBy === 'place') return [...heads];
  const scoreOf = ({ scores }: Head) => scores[sortBy] ?? -1;
  return heads.toSorted((a, b) => scoreOf(b) - scoreOf(a));
}

/** Unicode punctuation, and the ASCII symbols that BERT's tokenizer treats as punctuation. */
const punctuation = /^[\p{P}$+<=>^`|~]+$/u;

/** The properties of tokens that scores need. Special tokens stand for nothing in the text; typed copies of them are special too. */
export function scoredTokens(tokens: readonly TokenView[]): ScoredToken[] {
  const added = new Set(tokens.flatMap(({ id, start }) => (start === null ? (id ?? []) : [])));
  return tokens.map((token) => {
    const isSpecial = token.start === null || (token.id !== null && added.has(token.id));
    const text = tokenLabel(token).replace(/<\/w>$/, '');
    return { id: token.id, isSpecial, isPunctuation: !isSpecial && punctuation.test(text) };
  });
}
