import type { FeedForwardStep, NormName, NormStep, SumStep } from '../../core/measures/token-steps.ts';
import { cosineOrNull } from '../../core/measures/vectors.ts';
import { activate } from '../../tensor/activations.ts';
import { row, tensor } from '../../tensor/tensor.ts';
import { cutEnd, padEnd } from '../../text/fitted-text.ts';
import { awaited, cell, type Row, wrappedRows } from '../kit/cells.ts';
import { operandsFor, sumText } from '../kit/equation.ts';
import { counted, exponent, fixed } from '../kit/format.ts';
import type { StepsInput, TokenStep } from './steps.ts';
import { vectorRows } from './vectors.ts';

/** The numbers of a step that the selected query's token takes by itself. */
export function tokenRows(name: TokenStep, input: StepsInput): Row[] {
  const { tokenSteps: steps } = input;
  if (steps === null) return [awaited];
  switch (name) {
    case 'residual':
      return steps.attentionSum === null ? [] : sumRows(steps.attentionSum, input);
    case 'feedForward':
      return steps.feedForward === null ? [] : feedForwardRows(steps.feedForward, input);
    case 'feedForwardResidual':
      return steps.feedForwardSum === null ? [] : sumRows(steps.feedForwardSum, input);
    case 'convolution':
    case 'layerOutput':
      return outputRows(name, input);
    default:
      return normRows(name, input);
  }
}

function lines(texts: readonly string[], { size }: StepsInput): Row[] {
  return texts.map((text): Row => [cell(cutEnd(text, size.widthCells))]);
}

/** The selected dimension of a vector of the model's width. */
function dimensionOf({ selection }: StepsInput, values: ArrayLike<number>): number {
  return Math.min(selection.dimension, values.length - 1);
}

function normRows(name: NormName, input: StepsInput): Row[] {
  const step = input.tokenSteps?.norms[name] ?? null;
  if (step === null) return [];
  const vectors = vectorRows(
    [
      { name: 'before', values: step.input, isMade: false },
      { name: 'after', values: step.output, isMade: true },
    ],
    input,
  );
  return [...vectors, ...lines(normTexts(step, dimensionOf(input, step.input)), input)];
}

/** What the norm measures, and one number worked out. */
function normTexts({ statistics, input, output, scale, bias }: NormStep, d: number): string[] {
  const [x, y, by, plus] = [input[d] ?? Number.NaN, output[d] ?? Number.NaN, scale?.[d] ?? 1, bias?.[d] ?? 0];
  if (statistics.kind === 'factor') {
    const { factor } = statistics;
    const { sign, write } = operandsFor([y], 3, (round) => [round(x) * round(factor)]);
    return [`dim ${d}: ${write(x)} × ${write(factor)} ${sign} ${fixed(y, 3)}`];
  }
  const isLayer = statistics.kind === 'layer';
  const spread = isLayer ? statistics.variance : statistics.meanSquare;
  const mean = isLayer ? statistics.mean : 0;
  const epsilon = Number(statistics.epsilon.toPrecision(2));
  const small = exponent(epsilon, Number.isInteger(Number(epsilon.toExponential().split('e')[0])) ? 0 : 1);
  const { sign, write } = operandsFor(
    [y],
    3,
    (round) => [((round(x) - round(mean)) / Math.sqrt(round(spread) + epsilon)) * round(by) + round(plus)],
    { most: 8 },
  );
  const above = isLayer ? `(${sumText([x, -mean], write)})` : write(x);
  const made = `${above} ÷ √(${write(spread)} + ${small}) × ${write(by)}`;
  const shift = bias === null ? '' : plus < 0 ? ` − ${write(-plus)}` : ` + ${write(plus)}`;
  return [
    isLayer
      ? `mean ${write(mean)}   variance ${write(spread)}   ε ${small}`
      : `mean square ${write(spread)}   ε ${small}`,
    `dim ${d}: ${made}${shift} ${sign} ${fixed(y, 3)}`,
  ];
}

function sumRows({ terms, sum }: SumStep, input: StepsInput): Row[] {
  const d = dimensionOf(input, sum);
  const parts = terms.map(({ values }) => values[d] ?? Number.NaN);
  const { sign, write } = operandsFor([sum[d] ?? Number.NaN], 3, (round) => [
    parts.reduce((total, part) => total + round(part), 0),
  ]);
  return [
    ...vectorRows(
      [
        ...terms.map(({ name, values }, index) => ({ name: index === 0 ? name : `+ ${name}`, values, isMade: false })),
        { name: '= the sum', values: sum, isMade: true },
      ],
      input,
    ),
    ...lines([`dim ${d}: ${sumText(parts, write)} ${sign} ${fixed(sum[d] ?? Number.NaN, 3)}`], input),
  ];
}

/** The vectors of the feed-forward, and its largest hidden units. */
function feedForwardRows(step: FeedForwardStep, input: StepsInput): Row[] {
  const { hidden, up, gate, activated, activation, down } = step;
  const bent = activation === 'identity' ? 'the same' : activation;
  const vectors = vectorRows(
    [
      { name: 'reads', values: step.input, isMade: false },
      ...(gate === null ? [] : [{ name: 'gate', values: gate, isMade: false }]),
      { name: gate === null ? 'after W_1' : 'up', values: up, isMade: false },
      { name: gate === null ? bent : `${bent}(gate) × up`, values: hidden, isMade: false },
      { name: 'after W_2', values: down, isMade: true },
    ],
    input,
  );
  const room = input.size.heightCells - vectors.length;
  const shown = largestUnits(hidden, Math.min(8, room - 2));
  const before = gate ?? up;
  const texts = shown.map((unit) => {
    const name = padEnd(`unit ${unit}`, 5 + String(hidden.length).length);
    const [x, y, other] = [before[unit]!, activated[unit]!, up[unit]!];
    const bending = operandsFor(
      [y],
      3,
      (round) => activate(tensor(['unit'], [1], Float32Array.of(round(x))), activation).data,
    );
    const first = `${bent}(${bending.write(x)}) ${bending.sign} ${fixed(y, 3)}`;
    if (gate === null) return `${name}  ${first}`;
    const { sign, write } = operandsFor([hidden[unit]!], 3, (round) => [round(y) * round(other)]);
    return `${name}  ${first}   ${write(y)} × ${write(other)} ${sign} ${fixed(hidden[unit]!, 3)}`;
  });
  const positive = hidden.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
  const heading = `largest of ${counted(hidden.length, 'hidden unit')}; ${positive} of them are above 0:`;
  return [
    ...vectors,
    ...(texts.length === 0 ? [] : [[cell(cutEnd(heading, input.size.widthCells), 'dim')] as Row]),
    ...lines(texts, input),
  ];
}

/** The units with the largest sizes, the largest first. */
function largestUnits(hidden: Float32Array, count: number): number[] {
  const found: number[] = [];
  const size = (unit: number | undefined) => Math.abs(hidden[unit ?? -1] ?? 0);
  for (let unit = 0; unit < hidden.length && count > 0; unit++) {
    if (found.length === count && size(unit) <= size(found.at(-1))) continue;
    const at = found.findIndex((one) => size(one) < size(unit));
    found.splice(at < 0 ? found.length : at, 0, unit);
    found.length = Math.min(found.length, count);
  }
  return found;
}

function outputRows(name: 'convolution' | 'layerOutput', input: StepsInput): Row[] {
  const { tokenSteps, layer, selection, size } = input;
  const output = tokenSteps?.output ?? null;
  if (output === null) return [];
  const rows = vectorRows(
    [
      {
        name: input.part === 'cross' ? 'into attention' : 'into the layer',
        values: row(layer.residPre, selection.query),
        isMade: false,
      },
      { name: 'out of it', values: output, isMade: true },
    ],
    input,
  );
  if (name === 'convolution') return rows;
  const entering = row(layer.residPre, selection.query);
  const cosine = entering.length === output.length ? cosineOrNull(entering, output) : null;
  return cosine === null
    ? rows
    : [...rows, ...wrappedRows(`cosine of the two: ${fixed(cosine, 3)}`, size.widthCells, 'dim')];
}
