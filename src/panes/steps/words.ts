import type { EditableStage } from '../../core/interventions.ts';
import { dim } from '../../tensor/tensor.ts';
import { counted } from '../kit/format.ts';
import type { StepName, StepsInput } from './steps.ts';

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
  return `${isTyped ? ' Some of these numbers were typed.' : ''}${swapped}`;
}

/** What happens at a step, and why. */
export function sentenceOf(name: StepName, input: StepsInput): string {
  const { attention, lesson, replacedBy, selection, queries, keys } = input;
  const isCross = queries !== keys;
  const ours =
    lesson === null || !beforeSoftmax.includes(name)
      ? ''
      : name === 'projection' || name === 'scores'
        ? " The lesson gives no Q and K: these are attnscope's own and give the lesson's weights."
        : " The lesson begins at the softmax: these numbers are attnscope's own.";
  const sentences: Readonly<Record<StepName, string>> = {
    embeddings:
      selection.layer === 0 && !isCross
        ? 'Each token enters as a vector made from its row of the embedding table and, in some models, its position. No other token plays a part yet.'
        : `Each token enters as the previous ${isCross ? 'attention' : 'layer'} left it: already a mixture of its sentence.`,
    projection: isCross
      ? 'One matrix makes the query (what it looks for); two make key (what it offers) and value (what it passes on) of the other text.'
      : 'Three matrices turn each vector into a query (what it looks for), a key (what it offers) and a value (what it passes on).',
    rotation:
      'Query and key are rotated by angles that grow with the position, so their product depends on the distance.',
    scores: 'Each score is the dot product of the query and a key: large where the two point the same way.',
    scale: 'Scores grow with the number of dimensions; the scale sets how sharp the softmax is.',
    positions:
      attention.positionTerms === null
        ? 'A soft cap bends large scores towards a limit.'
        : 'The model adds a number that depends on the distance between the two tokens.',
    mask: 'Keys that the query cannot see get −∞ as their score: the softmax gives them exactly 0.',
    softmax: 'The softmax divides exp of each score by the sum of all: weights from 0 to 1 that sum to 1.',
    values:
      replacedBy !== null
        ? `This head is switched off: its context counts as ${replacedBy === 'zero' ? 'zeros' : 'the mean of its rows'}.`
        : 'The new vector of the query is the sum of all values, each multiplied by its weight.',
    concat: 'The new vectors of all heads are placed side by side.',
    output: 'One matrix mixes the heads back to the width of the model.',
    residual: 'The result is added to the input: attention changes the vector but does not replace it.',
  };
  return sentences[name] + ours + changedSentence(name, input);
}

/** The same in lines of at most 40 cells, for when the numbers need the room. */
export function shortSentencesOf(name: StepName, input: StepsInput): readonly string[] {
  const { attention, lesson, replacedBy } = input;
  const sentences: Readonly<Record<StepName, string>> = {
    embeddings: 'Each token enters as a vector.',
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
    residual: 'The result is added to the input.',
  };
  const isOurs = lesson !== null && beforeSoftmax.includes(name);
  const ours = name === 'embeddings' ? "These numbers are attnscope's own." : "Q and K are attnscope's own.";
  const changed = changedSentence(name, input).trim();
  return [sentences[name], ...(isOurs ? [ours] : []), ...(changed === '' ? [] : [changed])];
}

/** The shapes of a step's inputs and result. */
export function shapeOf(name: StepName, { layer, attention, queries, keys }: StepsInput): string {
  const [n, m] = [queries.length, keys.length];
  const { headDim, valueDim, numAttentionHeads: heads } = attention;
  const square = `${n} queries × ${m} keys, as before`;
  const width = heads * valueDim;
  const shapes: Readonly<Record<StepName, string>> = {
    embeddings: `X: ${n} tokens × ${dim(layer.residPre, 1)} numbers`,
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
    residual: `${n} tokens × ${dim(layer.residMid ?? layer.concat, 1)} numbers`,
  };
  return shapes[name];
}
