import type { NormName } from '../../core/measures/token-steps.ts';
import type { FeedForwardParameters, Norm } from '../../core/model.ts';
import { dim } from '../../tensor/tensor.ts';
import { counted, fixed } from '../kit/format.ts';
import { goesOn, isNorm, type StepName, type StepsInput, type TokenStep } from './steps.ts';

/** The norm of a step; null if the layer has none there. */
function normOf(name: NormName, { attention, parameters: { feedForward } }: StepsInput): Norm | null {
  const norms: Readonly<Record<NormName, Norm | null | undefined>> = {
    attentionInput: attention.norm,
    attentionOutput: attention.outputNorm,
    attentionSum: attention.residualNorm,
    feedForwardInput: feedForward?.norm,
    feedForwardOutput: feedForward?.outputNorm,
    feedForwardSum: feedForward?.residualNorm,
  };
  return norms[name] ?? null;
}

/** The vector that a norm reads. */
const normed: Readonly<Record<NormName, string>> = {
  attentionInput: "the attention's input",
  attentionOutput: "the attention's output",
  attentionSum: 'the sum',
  feedForwardInput: "the feed-forward's input",
  feedForwardOutput: "the feed-forward's output",
  feedForwardSum: 'the sum',
};

/** The formula of a step that each token takes by itself; null for the steps of the attention. */
export function formulaOf(name: StepName, input: StepsInput): string | null {
  const { attention, parameters } = input;
  if (isNorm(name)) {
    const norm = normOf(name, input);
    if (norm?.kind === 'factor') return 'x × factor';
    return norm?.kind === 'rms' ? 'x ÷ √(mean of x² + ε) × scale' : '(x − mean) ÷ √(variance + ε) × scale + bias';
  }
  const carried = attention.residual?.kind === 'projection' ? 'x · W' : 'x';
  const added = `${carried} + ${attention.outputNorm === null ? 'attention' : 'norm(attention)'}`;
  switch (name) {
    case 'residual':
      return added;
    case 'feedForward':
      return parameters.feedForward === null ? '' : feedForwardFormula(parameters.feedForward);
    case 'feedForwardResidual': {
      const forward = parameters.feedForward?.outputNorm == null ? 'feed-forward' : 'norm(feed-forward)';
      return `${parameters.isParallel ? added : 'x'} + ${forward}`;
    }
    case 'convolution':
      return 'norm(x + convolution of the input of the layer)';
    case 'layerOutput':
      return 'the stream after the layer';
    default:
      return null;
  }
}

function feedForwardFormula({ up, gate, activation, down }: FeedForwardParameters): string {
  const first = `x·W_1${up.bias === null ? '' : ' + b_1'}`;
  const bent = (inner: string) => (activation === 'identity' ? inner : `${activation}(${inner})`);
  const hidden = gate === null ? bent(first) : `(${bent(`x·G${gate.bias === null ? '' : ' + b_G'}`)} ⊙ (${first}))`;
  return `${hidden}·W_2${down.bias === null ? '' : ' + b_2'}`;
}

const alone = 'It acts on each token alone: nothing moves between tokens.';

/** What happens at a step that each token takes by itself. */
export function tokenSentence(name: TokenStep, input: StepsInput): string {
  const { parameters, attention, isLast } = input;
  if (isNorm(name)) {
    const norm = normOf(name, input);
    const what = normed[name];
    if (norm?.kind === 'factor') return `The model multiplies ${what} by ${fixed(norm.factor, 4)}. ${alone}`;
    return norm?.kind === 'rms'
      ? `RMSNorm divides ${what} by its root mean square, then scales each number. ${alone}`
      : `LayerNorm subtracts the mean from ${what} and divides by the standard deviation, then scales and shifts each number. ${alone}`;
  }
  switch (name) {
    case 'residual':
      return attention.residual?.kind === 'projection'
        ? 'A matrix brings the input to the width of the result, which is added to it.'
        : 'The result is added to the input, number by number: the input stays a part of the sum.';
    case 'feedForward':
      return feedForwardSentence(input);
    case 'feedForwardResidual':
      return parameters.isParallel
        ? 'Attention and feed-forward both read the input of the layer, and both are added to it.'
        : `The feed-forward's result is added to the vector ${parameters.feedForward?.norm == null ? 'that it read' : 'as it was before that norm'}, number by number.`;
    case 'convolution':
      return 'A convolution of the input over neighbouring tokens is added, then a norm follows: here, too, tokens mix.';
    case 'layerOutput':
      return isLast
        ? 'The vector leaves the last layer.'
        : 'The vector leaves the layer. It is the input of the next one.';
  }
}

function feedForwardSentence({ parameters }: StepsInput): string {
  const forward = parameters.feedForward;
  if (forward === null) return '';
  const { up, gate, activation, down } = forward;
  const hidden = counted(up.weight.outWidth, 'hidden unit');
  const bends = activation === 'identity' ? 'no activation follows' : `${activation} bends them one by one`;
  const made =
    gate === null
      ? `W_1 makes ${hidden} from ${up.weight.inWidth} numbers, ${bends}`
      : `G and W_1 each make ${up.weight.outWidth} numbers from ${up.weight.inWidth}; ${
          activation === 'identity' ? "G's" : `${activation} bends G's, and they`
        } multiply the others one by one`;
  return `${made}, and W_2 makes ${down.weight.outWidth} again. ${alone}`;
}

/** The same in at most 40 cells. */
export function shortTokenSentence(name: TokenStep, input: StepsInput): string {
  if (isNorm(name)) {
    const norm = normOf(name, input);
    return norm?.kind === 'factor' ? 'Each number is multiplied.' : 'Each token is normalised by itself.';
  }
  switch (name) {
    case 'residual':
      return 'The result is added to the input.';
    case 'feedForward':
      return 'W_1, activation, W_2: token by token.';
    case 'feedForwardResidual':
      return input.parameters.isParallel
        ? 'Both results are added to the input.'
        : 'The result is added to the vector.';
    case 'convolution':
      return 'Neighbouring tokens are mixed in.';
    case 'layerOutput':
      return input.isLast ? 'It leaves the last layer.' : 'The next layer reads it.';
  }
}

/** The shapes of the step's inputs and result. */
export function tokenShape(name: TokenStep, input: StepsInput): string {
  const { layer, parameters, queries } = input;
  const n = counted(queries.length, 'token');
  const width = dim(layer.attentionOutput ?? layer.concat, 1);
  if (name === 'attentionInput') return `${n} × ${dim(layer.residPre, 1)} numbers, as before`;
  if (name === 'feedForward' && parameters.feedForward !== null) {
    const { up, gate, down } = parameters.feedForward;
    const first = `(${up.weight.inWidth} × ${up.weight.outWidth})`;
    const gated = gate === null ? '' : ` and G ${first}`;
    return `x (${queries.length} × ${up.weight.inWidth}) · W_1 ${first}${gated}, then · W_2 (${down.weight.inWidth} × ${down.weight.outWidth})`;
  }
  if (name === 'residual' && goesOn(input)) return `${n} × ${width} numbers; the layer's cross-attention comes next`;
  return `${n} × ${width} numbers`;
}
