import { isInverseRoot } from '../../core/chain/scores.ts';
import { clampIndex } from '../../explorer/selection.ts';
import { joinWithin } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { type Cell, cell, type Row, wrappedRows } from '../kit/cells.ts';
import { scoreRows } from './scores.ts';
import { type AttentionStep, type Step, type StepName, type StepsInput, stepsOf } from './steps.ts';
import { tokenRows } from './token-rows.ts';
import { formulaOf } from './token-words.ts';
import { valueRows } from './values.ts';
import { concatRows, embeddingRows, outputRows, projectionRows, rotationRows } from './vectors.ts';
import { sentenceOf, shapeOf, shortSentencesOf } from './words.ts';

/** One step for the selected query: its place in the chain and in the formula, what happens, the shapes, the numbers. */
export function stepsView(input: StepsInput, index: number): Row[] {
  const { queries, keys, size } = input;
  if (queries.length === 0 || keys.length === 0) return [];
  const steps = stepsOf(input);
  const step = steps[clampIndex(index, steps.length)];
  if (step === undefined) return [];
  const words = (text: string, tone: Cell['tone']) => wrappedRows(text, size.widthCells, tone);
  const place = [...progressRows(steps, step, input), ...formulaRows(step.name, input)];
  const sentence = words(sentenceOf(step.name, input), 'plain');
  const short = shortSentencesOf(step.name, input).flatMap((text) => words(text, 'plain'));
  const head = headWithin(
    [
      [...place, ...sentence, ...words(shapeOf(step.name, input), 'dim')],
      [...place, ...sentence],
      [...place, ...short],
    ],
    size.heightCells,
  );
  const room = { ...input, size: { ...size, heightCells: Math.max(1, size.heightCells - head.length) } };
  return [...head, ...bodyOf(step.name, room)].slice(0, size.heightCells);
}

/** The fullest head that leaves half of the rows to the numbers, or else the last. */
function headWithin(heads: readonly Row[][], heightCells: number): Row[] {
  return heads.find((rows) => rows.length <= heightCells / 2) ?? heads.at(-1) ?? [];
}

/** `3/9` and the names of all steps, the current one strong. */
function progressRows(steps: readonly Step[], present: Step, { size }: StepsInput): Row[] {
  const at = steps.indexOf(present);
  if (size.widthCells < 70)
    return [[cell(`step ${at + 1} of ${steps.length}  `, 'dim'), cell(present.title, 'strong')]];
  const marks = steps.map(({ title }, index) => (index === at ? `\u0001${title}\u0001` : title));
  const lines = joinWithin(marks, { within: ' · ', atEnd: ' ·' }, size.widthCells - 10);
  return lines.map((line, index): Row => {
    const parts = line.split('\u0001').map((part, side) => cell(part, side % 2 === 1 ? 'strong' : 'dim'));
    return [cell(index === 0 ? `${`${at + 1}/${steps.length}`.padEnd(7)}` : ' '.repeat(7), 'dim'), ...parts];
  });
}

/** The formula of a step that a token takes by itself, or softmax(QKᵀ / √d_k) · V with the part of the current step strong. */
function formulaRows(name: StepName, input: StepsInput): Row[] {
  const { layer, size } = input;
  const own = formulaOf(name, input);
  if (own !== null) return wrappedRows(own, size.widthCells, 'strong');
  const partsWith = (scaling: string): readonly (readonly [string, readonly StepName[]])[] => [
    ['softmax', ['softmax']],
    ['(', []],
    ['Q Kᵀ', ['projection', 'rotation', 'scores', 'embeddings']],
    [scaling, ['scale', 'positions', 'mask']],
    [')', []],
    [' · V', ['values', 'projection', 'embeddings']],
    ['   Concat(head 1 … head h)', ['concat']],
    ...(layer.attentionOutput === null ? [] : [[' · W_O', ['output']] as const]),
  ];
  // If not all fits, it shows the half with the current step.
  const isBehind = ['concat', 'output'].includes(name);
  const full = partsWith(scalingOf(input));
  const halfOf = (parts: typeof full) => (isBehind ? parts.slice(6) : parts.slice(0, 6));
  const fits = (parts: typeof full) => widthOf(parts.map(([text]) => text).join('')) <= size.widthCells;
  const fitting = [full, halfOf(full)].find(fits) ?? halfOf(partsWith(' …'));
  const cells = fitting.map(([text, steps], index) =>
    cell(index === 0 ? text.trimStart() : text, steps.includes(name) ? 'strong' : 'dim'),
  );
  return [cells];
}

/** What happens to QKᵀ before the softmax, in the model's own symbols. */
function scalingOf({ attention, scaleFactor, layer }: StepsInput): string {
  const scale = isInverseRoot(attention) ? ' / √d_k' : attention.scoreScale === 1 ? '' : ' × scale';
  const factor = scaleFactor === 1 ? '' : ' × factor';
  const position = attention.positionTerms === null ? '' : ' + position';
  const cap = attention.softCap === null ? '' : ', capped';
  return `${scale}${factor}${position}${cap}${layer.maskedScores.data.includes(-Infinity) ? ', masked' : ''}`;
}

const bodies: Readonly<Record<AttentionStep, (input: StepsInput) => Row[]>> = {
  embeddings: embeddingRows,
  projection: projectionRows,
  rotation: rotationRows,
  scores: (input) => scoreRows('scores', input),
  scale: (input) => scoreRows('scale', input),
  positions: (input) => scoreRows('positions', input),
  mask: (input) => scoreRows('mask', input),
  softmax: (input) => scoreRows('softmax', input),
  values: valueRows,
  concat: concatRows,
  output: outputRows,
};

function bodyOf(name: StepName, input: StepsInput): Row[] {
  return isAttentionStep(name) ? bodies[name](input) : tokenRows(name, input);
}

function isAttentionStep(name: StepName): name is AttentionStep {
  return name in bodies;
}
