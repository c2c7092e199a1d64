import { dim } from '../tensor/tensor.ts';
import { type Cell, cell, type Row } from './cells.ts';
import { type Step, type StepName, type StepsInput, stepsOf } from './steps.ts';
import { scoreRows } from './steps-scores.ts';
import { valueRows } from './steps-values.ts';
import { concatRows, embeddingRows, outputRows, projectionRows, residualRows, rotationRows } from './steps-vectors.ts';
import { joinWithin, wrapWords } from './text.ts';

/** One step of the chain for the selected query: where it stands in the chain and in the formula, what happens, the shapes, the numbers. */
export function stepsView(input: StepsInput, index: number): Row[] {
  const { queries, keys, size } = input;
  if (queries.length === 0 || keys.length === 0) return [];
  const steps = stepsOf(input);
  const step = steps[Math.max(0, Math.min(index, steps.length - 1))];
  if (step === undefined) return [];
  const words = (text: string, tone: Cell['tone']) =>
    wrapWords(text, size.widthCells).map((line): Row => [cell(line, tone)]);
  const head = [
    ...progressRows(steps, step, input),
    formulaRow(step.name, input),
    ...words(sentenceOf(step.name, input), 'plain'),
    ...words(shapeOf(step.name, input), 'dim'),
  ];
  const room = { ...input, size: { ...size, heightCells: Math.max(1, size.heightCells - head.length) } };
  return [...head, ...bodyOf(step.name, room)].slice(0, size.heightCells);
}

/** `3/9` and the names of all steps, the present one strong. */
function progressRows(steps: readonly Step[], present: Step, { size, symbols }: StepsInput): Row[] {
  const at = steps.indexOf(present);
  if (size.widthCells < 70)
    return [[cell(`step ${at + 1} of ${steps.length}  `, 'dim'), cell(present.title, 'strong')]];
  const marks = steps.map(({ title }, index) => (index === at ? `\u0001${title}\u0001` : title));
  const lines = joinWithin(marks, { within: ` ${symbols.dot} `, atEnd: ` ${symbols.dot}` }, size.widthCells - 10);
  return lines.map((line, index): Row => {
    const parts = line.split('\u0001').map((part, side) => cell(part, side % 2 === 1 ? 'strong' : 'dim'));
    return [cell(index === 0 ? `${`${at + 1}/${steps.length}`.padEnd(7)}` : ' '.repeat(7), 'dim'), ...parts];
  });
}

/** softmax(QKᵀ/√d_k)·V with what is being worked on strong. */
function formulaRow(name: StepName, { symbols, layer, size }: StepsInput): Row {
  const isPlain = symbols.halfBlock === null;
  const parts: readonly (readonly [string, readonly StepName[]])[] = [
    ['softmax', ['softmax']],
    ['(', []],
    [isPlain ? 'Q K^T' : 'Q Kᵀ', ['projection', 'rotation', 'scores', 'embeddings']],
    [` / ${symbols.root('d_k')}`, ['scale', 'positions', 'mask']],
    [')', []],
    [` ${symbols.dot} V`, ['values', 'projection', 'embeddings']],
    ['   Concat(head 1 … head h)'.replace('…', symbols.ellipsis), ['concat']],
    [` ${symbols.dot} W_O`, ['output']],
    [' + x', ['residual']],
  ];
  const shown = parts.filter(
    ([, steps]) =>
      !(steps[0] === 'output' && layer.attentionOutput === null) &&
      !(steps[0] === 'residual' && layer.residMid === null),
  );
  // The part that is in every lesson goes first where not all fits.
  const fitting = size.widthCells >= 60 ? shown : shown.slice(0, 6);
  return fitting.map(([text, steps]) => cell(text, steps.includes(name) ? 'strong' : 'dim'));
}

function bodyOf(name: StepName, input: StepsInput): Row[] {
  switch (name) {
    case 'embeddings':
      return embeddingRows(input);
    case 'projection':
      return projectionRows(input);
    case 'rotation':
      return rotationRows(input);
    case 'scores':
    case 'scale':
    case 'positions':
    case 'mask':
    case 'softmax':
      return scoreRows(name, input);
    case 'values':
      return valueRows(input);
    case 'concat':
      return concatRows(input);
    case 'output':
      return outputRows(input);
    case 'residual':
      return residualRows(input);
  }
}

function sentenceOf(name: StepName, { attention, lesson, isAblated, selection }: StepsInput): string {
  const ours =
    lesson === null ? '' : " The lesson gives no Q and K: these are attnscope's own, and lead to its weights.";
  const sentences: Readonly<Record<StepName, string>> = {
    embeddings:
      selection.layer === 0
        ? 'Each token comes in as a vector: a row of one table, whatever the sentence, with its position where the model adds one.'
        : 'Each token comes in as the layer before left it: already a mixture of the sentence.',
    projection: `Three matrices make of it a query (what it looks for), a key (what it offers) and a value (what it passes on).${ours}`,
    rotation:
      'Query and key are turned by an angle that grows with the position, so that their product depends on the distance.',
    scores: `The query is multiplied with every key: the more alike they are, the higher the score.${ours}`,
    scale: 'Scores grow with the number of dimensions; scaled, the softmax stays soft.',
    positions:
      attention.positionTerms === null
        ? 'Large scores are bent towards a limit.'
        : 'A number for the distance of the two tokens is added.',
    mask: 'What the query may not see gets −∞ in place of its score, and so a weight of exactly 0.',
    softmax: 'exp of each score, divided by their sum: weights between 0 and 1 that sum to 1.',
    values: isAblated
      ? 'This head is switched off: its context counts as zeros.'
      : 'Each value is multiplied by its weight, and the products are summed: the new vector of the query.',
    concat: 'The new vectors of all heads are put side by side.',
    output: 'One matrix mixes the heads back to the width of the model.',
    residual: 'It is added to what came in: attention changes the vector, it does not replace it.',
  };
  return sentences[name];
}

function shapeOf(name: StepName, { layer, attention, queries, keys }: StepsInput): string {
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
