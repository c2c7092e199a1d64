import type { EditableStage } from '../../core/interventions.ts';
import { dim } from '../../tensor/tensor.ts';
import type { StepName, StepsInput } from './steps.ts';

/** Steps that work with Q and K, which the lesson does not give. */
const beforeSoftmax: readonly StepName[] = ['embeddings', 'projection', 'rotation', 'scores', 'scale', 'positions'];

const typedAt: Readonly<Partial<Record<StepName, readonly EditableStage[]>>> = {
  projection: ['q', 'k', 'v'],
  scores: ['scores'],
  softmax: ['attentionWeights'],
};

/** What the reader changed in the numbers of a step; '' where it is nothing. */
function changedSentence(name: StepName, { typed, hasSwap }: StepsInput): string {
  const isTyped = typedAt[name]?.some((stage) => typed.includes(stage)) === true;
  const swapped = hasSwap && name === 'projection' ? ' Two tokens have exchanged their values.' : '';
  return `${isTyped ? ' Some of these numbers were typed.' : ''}${swapped}`;
}

/** What happens at a step, and why. */
export function sentenceOf(name: StepName, input: StepsInput): string {
  const { attention, lesson, replacedBy, selection } = input;
  const ours =
    lesson === null || !beforeSoftmax.includes(name)
      ? ''
      : name === 'projection' || name === 'scores'
        ? " The lesson gives no Q and K: these are attnscope's own, and lead to its weights."
        : " The lesson begins at the softmax: these numbers are attnscope's own.";
  const sentences: Readonly<Record<StepName, string>> = {
    embeddings:
      selection.layer === 0
        ? 'Each token comes in as a vector: a row of one table, whatever the sentence, with its position where the model adds one.'
        : 'Each token comes in as the layer before left it: already a mixture of the sentence.',
    projection:
      'Three matrices make of it a query (what it looks for), a key (what it offers) and a value (what it passes on).',
    rotation:
      'Query and key are turned by an angle that grows with the position, so that their product depends on the distance.',
    scores: 'The query is multiplied with every key: the more alike they are, the higher the score.',
    scale: 'Scores grow with the number of dimensions; scaled, the softmax stays soft.',
    positions:
      attention.positionTerms === null
        ? 'Large scores are bent towards a limit.'
        : 'A number for the distance of the two tokens is added.',
    mask: 'What the query may not see gets −∞ in place of its score, and so a weight of exactly 0.',
    softmax: 'exp of each score, divided by their sum: weights between 0 and 1 that sum to 1.',
    values:
      replacedBy !== null
        ? `This head is switched off: its context counts as ${replacedBy === 'zero' ? 'zeros' : 'the mean of its rows'}.`
        : 'Each value is multiplied by its weight, and the products are summed: the new vector of the query.',
    concat: 'The new vectors of all heads are put side by side.',
    output: 'One matrix mixes the heads back to the width of the model.',
    residual: 'It is added to what came in: attention changes the vector, it does not replace it.',
  };
  return sentences[name] + ours + changedSentence(name, input);
}

/** The same in at most 40 cells a line, where the numbers need the room. */
export function shortSentencesOf(name: StepName, input: StepsInput): readonly string[] {
  const { attention, lesson, replacedBy } = input;
  const sentences: Readonly<Record<StepName, string>> = {
    embeddings: 'Each token comes in as a vector.',
    projection: 'Three matrices make query, key, value.',
    rotation: 'Query and key turn with the position.',
    scores: 'The query is multiplied with every key.',
    scale: 'Scaled, the softmax stays soft.',
    positions:
      attention.positionTerms === null
        ? 'Large scores are bent towards a limit.'
        : 'A number for the distance is added.',
    mask: 'What it may not see gets a weight of 0.',
    softmax: 'exp of each score, divided by their sum.',
    values:
      replacedBy === null
        ? 'Weight × value, summed over the keys.'
        : `This head is off: its context is ${replacedBy === 'zero' ? 'zeros' : 'a mean'}.`,
    concat: 'All heads are put side by side.',
    output: 'One matrix mixes the heads.',
    residual: 'It is added to what came in.',
  };
  const isOurs = lesson !== null && beforeSoftmax.includes(name);
  const ours = name === 'embeddings' ? "These numbers are attnscope's own." : "Q and K are attnscope's own.";
  const changed = changedSentence(name, input).trim();
  return [sentences[name], ...(isOurs ? [ours] : []), ...(changed === '' ? [] : [changed])];
}

/** The shapes of what a step takes and makes. */
export function shapeOf(name: StepName, { layer, attention, queries, keys }: StepsInput): string {
  const [n, m] = [queries.length, keys.length];
  const { headDim, valueDim, numAttentionHeads: heads } = attention;
  switch (name) {
    case 'embeddings':
      return `X: ${n} tokens × ${dim(layer.residPre, 1)} numbers`;
    case 'projection':
      return `of each head Q ${n} × ${headDim}, K ${m} × ${headDim}, V ${m} × ${valueDim}`;
    case 'rotation':
      return `Q ${n} × ${headDim} and K ${m} × ${headDim}, as before`;
    case 'scores':
      return `Q (${n} × ${headDim}) · Kᵀ (${headDim} × ${m}) = scores (${n} × ${m})`;
    case 'scale':
    case 'positions':
    case 'mask':
    case 'softmax':
      return `${n} queries × ${m} keys, as before`;
    case 'values':
      return `weights (${n} × ${m}) · V (${m} × ${valueDim}) = output (${n} × ${valueDim})`;
    case 'concat':
      return `${heads} head${heads === 1 ? '' : 's'} × ${valueDim} numbers = ${heads * valueDim}`;
    case 'output':
      return `concat (${n} × ${heads * valueDim}) · W_O (${heads * valueDim} × ${dim(layer.attentionOutput ?? layer.concat, 1)})`;
    case 'residual':
      return `${n} tokens × ${dim(layer.residMid ?? layer.concat, 1)} numbers`;
  }
}
