import { isInverseRoot } from '../../core/chain/scores.ts';
import type { EditableStage } from '../../core/interventions.ts';
import { dim } from '../../tensor/tensor.ts';
import { counted } from '../kit/format.ts';
import { typedNumber } from '../kit/intervention-sentences.ts';
import type { AttentionStep, StepName, StepsInput, TokenStep } from './steps.ts';
import { shortTokenSentence, tokenSentence, tokenShape } from './token-words.ts';

/** Steps that work with Q and K, which the lesson does not give. */
const beforeSoftmax: readonly StepName[] = ['embeddings', 'projection', 'rotation', 'scores', 'scale', 'positions'];

const typedAt: Readonly<Partial<Record<StepName, readonly EditableStage[]>>> = {
  projection: ['q', 'k', 'v'],
  scores: ['scores'],
  softmax: ['attentionWeights'],
};

/** What the reader changed in the numbers of a step; '' for nothing. */
function changedSentence(name: StepName, { typed, hasSwap }: StepsInput): string {
  const isTyped = typedAt[name]?.some((stage) => typed.includes(stage)) === true;
  const swapped = hasSwap && name === 'projection' ? ' Two tokens have swapped their values.' : '';
  return `${isTyped ? ' Some numbers of this head were typed.' : ''}${swapped}`;
}

/** What happens at a step, and why. */
export function sentenceOf(name: StepName, input: StepsInput): string {
  if (!isAttentionStep(name)) return tokenSentence(name, input);
  const ours =
    input.lesson === null || !beforeSoftmax.includes(name)
      ? ''
      : name === 'projection' || name === 'scores'
        ? " The lesson gives no Q and K: these are attnscope's own and give the lesson's weights."
        : " The lesson begins at the softmax: these numbers are attnscope's own.";
  return sentences[name](input) + ours + changedSentence(name, input);
}

function isAttentionStep(name: StepName): name is AttentionStep {
  return name in sentences;
}

const sentences: Readonly<Record<AttentionStep, (input: StepsInput) => string>> = {
  embeddings: enteringSentence,
  projection: projectionSentence,
  rotation: () =>
    'Pairs of numbers in query and key are rotated by angles that grow with the position. Of two positions, only the distance reaches the score.',
  scores: () =>
    'Each score is the dot product of the query and a key: large where both are long and point the same way.',
  scale: scaleSentence,
  positions: positionSentence,
  mask: () => 'Keys that the query cannot see get −∞ as their score: the softmax gives them exactly 0.',
  softmax: () => 'The softmax divides exp of each score by the sum of all: weights from 0 to 1 that sum to 1.',
  values: ({ replacedBy }) =>
    replacedBy !== null
      ? `This head is switched off: its context counts as ${replacedBy === 'zero' ? 'zeros' : 'the mean of its rows'}.`
      : "This head's vector for the query is the sum of the values of all keys, each multiplied by its weight.",
  concat: ({ attention: { numAttentionHeads } }) =>
    numAttentionHeads === 1
      ? 'There is one head, so its vector is the whole row.'
      : 'The vectors of all heads are placed side by side.',
  output: ({ attention: { wO } }) =>
    `One matrix mixes the heads${wO?.bias == null ? '' : ', and a bias is added'}. It acts on each token alone.`,
};

/** What a token is at the start of the layer. */
function enteringSentence({ selection, part, embedding, attention }: StepsInput): string {
  if (part === 'cross')
    return "Queries come from the decoder's tokens as its self-attention left them; keys and values come from the encoder's output.";
  if (selection.layer > 0)
    return `Each token enters as layer ${selection.layer - 1} left it, with what attention there let through from the tokens that it could see.`;
  const { positions, tokenTypes, norm, tokenScale } = embedding;
  const parts = [
    `its row of the embedding table${tokenScale === 1 ? '' : ', scaled'}`,
    ...(positions === null
      ? []
      : [positions.kind === 'table' ? 'a learned vector for its position' : 'waves for its position']),
    ...(tokenTypes === null ? [] : ['a vector for its segment']),
  ];
  const made = `${parts.join(' + ')}${norm === null ? '' : ', normalised'}`;
  const later =
    positions !== null
      ? ''
      : attention.rotary !== null
        ? ' Its position comes in later, by a rotation of query and key.'
        : attention.positionTerms !== null
          ? ' Its position comes in later, in the scores.'
          : '';
  return `Each token enters as ${made}.${later} No other token plays a part yet.`;
}

function projectionSentence({ part, attention }: StepsInput): string {
  const { numAttentionHeads, numKeyValueHeads, queryNorm, keyNorm } = attention;
  const made =
    part === 'cross'
      ? 'One matrix makes the query (what it looks for); two make key (what it offers) and value (what it passes on) of the other text.'
      : 'Three matrices turn each vector into a query (what it looks for), a key (what it offers) and a value (what it passes on).';
  const shared =
    numKeyValueHeads < numAttentionHeads
      ? ` ${numAttentionHeads / numKeyValueHeads} heads share a key and a value.`
      : '';
  const normalised = queryNorm === null && keyNorm === null ? '' : ' Query and key are then normalised in each head.';
  return made + shared + normalised;
}

function scaleSentence({ attention, scaleFactor }: StepsInput): string {
  const own = isInverseRoot(attention)
    ? `Sums over ${attention.headDim} dimensions tend to be large: the division by √${attention.headDim} keeps the softmax from growing too sharp.`
    : attention.scoreScale === 1
      ? ''
      : 'The model multiplies each score by a number of its own: the smaller it is, the flatter the softmax.';
  const factor = Math.abs(scaleFactor) > 1 ? 'sharper' : 'flatter';
  const yours = scaleFactor === 1 ? '' : `Your factor of ${typedNumber(scaleFactor)} makes the softmax ${factor}.`;
  return `${own} ${yours}`.trim();
}

function positionSentence({ attention: { positionTerms, softCap } }: StepsInput): string {
  const terms = {
    none: '',
    slopes: 'The model takes away a number that grows with the distance between the two tokens (ALiBi).',
    buckets: 'The model adds a learned number for the distance between the two tokens, another one in each head.',
    disentangled: 'The model adds products of query and key with vectors for the distance between the two tokens.',
  }[positionTerms?.kind ?? 'none'];
  const cap = softCap === null ? '' : `A soft cap bends the scores: none goes beyond ±${typedNumber(softCap)}.`;
  return `${terms} ${cap}`.trim();
}

/** The same in lines of at most 40 cells, for when the numbers need the room. */
export function shortSentencesOf(name: StepName, input: StepsInput): readonly string[] {
  const { attention, lesson, replacedBy, part, selection } = input;
  const isOurs = lesson !== null && beforeSoftmax.includes(name);
  const ours = name === 'embeddings' ? "These numbers are attnscope's own." : "Q and K are attnscope's own.";
  const changed = changedSentence(name, input).trim();
  const short: Readonly<Record<AttentionStep, string>> = {
    embeddings:
      selection.layer > 0 || part === 'cross'
        ? 'Each token enters as it was left before.'
        : 'Each token enters as a vector.',
    projection: 'Three matrices make query, key, value.',
    rotation: 'Query and key rotate with the position.',
    scores: 'Each score is a product query · key.',
    scale: 'It sets how sharp the softmax is.',
    positions:
      attention.positionTerms === null ? 'Large scores bend towards a limit.' : 'It adds a number for the distance.',
    mask: 'Keys it cannot see get −∞, then 0.',
    softmax: 'exp of each score, divided by the sum.',
    values:
      replacedBy === null
        ? 'Weight × value, summed over the keys.'
        : `This head is off: its context is ${replacedBy === 'zero' ? 'zeros' : 'a mean'}.`,
    concat: 'All heads are placed side by side.',
    output: 'One matrix mixes the heads.',
  };
  const first = isAttentionStep(name) ? short[name] : shortTokenSentence(name, input);
  return [first, ...(isOurs ? [ours] : []), ...(changed === '' ? [] : [changed])];
}

/** The shapes of a step's inputs and result. */
export function shapeOf(name: StepName, input: StepsInput): string {
  const { layer, attention, queries, keys } = input;
  const [n, m] = [queries.length, keys.length];
  const { headDim, valueDim, numAttentionHeads: heads } = attention;
  const square = `${n} queries × ${m} keys, as before`;
  const width = heads * valueDim;
  const shapes: Readonly<Record<AttentionStep, string>> = {
    embeddings: `X: ${counted(n, 'token')} × ${dim(layer.residPre, 1)} numbers`,
    projection: `per head: Q ${n} × ${headDim}, K ${m} × ${headDim}, V ${m} × ${valueDim}`,
    rotation: `Q ${n} × ${headDim} and K ${m} × ${headDim}, as before`,
    scores: `Q (${n} × ${headDim}) · Kᵀ (${headDim} × ${m}) = scores (${n} × ${m})`,
    scale: square,
    positions: square,
    mask: square,
    softmax: square,
    values: `weights (${n} × ${m}) · V (${m} × ${valueDim}) = output (${n} × ${valueDim})`,
    concat: `${counted(heads, 'head')} × ${valueDim} numbers = ${width}`,
    output: `concat (${n} × ${width}) · W_O (${width} × ${dim(layer.attentionOutput ?? layer.concat, 1)})`,
  };
  return isAttentionStep(name) ? shapes[name] : tokenShape(name as TokenStep, input);
}
