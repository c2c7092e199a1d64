import { attentionWeights } from './attention-weights.ts';
import { changedValues, factorOf, headsOff, maskOf, typedCells } from './changes.ts';
import { concatHeads, contextVectors } from './context.ts';
import { hideKeys, maskScores } from './mask.ts';
import { addPositionTerms, preparePositionTerms, softCap } from './position-terms.ts';
import { normalise, project, repeatGroups, splitHeads } from './projection.ts';
import { addResidual, addStreams, convolve, feedForward, mixHeads } from './residual.ts';
import { rotate } from './rotary.ts';
import { dotProductScores, scaleScores } from './scores.ts';
import { type AttentionOfLayer, type AttentionStage, type EndStage, hidden, type Stages, stage } from './stage.ts';

const isNormed = { has: ({ attention }: AttentionOfLayer) => attention.norm !== null, isShown: false };
const hasOutput = { has: ({ attention }: AttentionOfLayer) => attention.wO !== null };
const isRotated = { has: ({ attention }: AttentionOfLayer) => attention.rotary !== null };

/** Attention(Q, K, V) = softmax(QKᵀ / √d_k) · V, from its input to the residual stream after it.
 *  Each stage has axes, the stages that it reads, and its computation. `h` is the number of heads, `g` of key/value heads.
 *  @see Vaswani et al. 2017, 3.2; `forward.ts` evaluates the table. */
export const attentionStages = {
  residPre: stage('query in', ['entering'], ([x]) => x, { isCounted: false }),
  norm: stage('query in', ['residPre'], ([x], { attention }) => normalise(x, attention.norm), isNormed),
  queryInput: hidden('query in', ['norm', 'residPre'], ([norm, x]) => norm ?? x),
  // In cross-attention, keys and values come from the encoder's output.
  keyInput: hidden('key in', ['encoded', 'queryInput'], ([encoded, x]) => encoded ?? x),

  projectedQ: hidden('query h·d_k', ['queryInput'], ([x], { attention }) => project(x, attention.wQ)),
  projectedK: hidden('key g·d_k', ['keyInput'], ([x], { attention }) => project(x, attention.wK)),
  projectedV: hidden('key g·d_v', ['keyInput'], ([x], { attention }) => project(x, attention.wV)),
  q: stage(
    'head query d_k',
    ['projectedQ'],
    ([x], { attention: { numAttentionHeads, queryNorm } }, _, out) =>
      normalise(splitHeads(x, numAttentionHeads, 'd_k', out), queryNorm),
    { change: typedCells('q') },
  ),
  k: stage(
    'head key d_k',
    ['projectedK'],
    ([x], { attention: { numAttentionHeads, numKeyValueHeads, keyNorm } }, _, out) =>
      repeatGroups(normalise(splitHeads(x, numKeyValueHeads, 'd_k', out), keyNorm), numAttentionHeads),
    { change: typedCells('k') },
  ),
  v: stage(
    'head key d_v',
    ['projectedV'],
    ([x], { attention: { numAttentionHeads, numKeyValueHeads } }, _, out) =>
      repeatGroups(splitHeads(x, numKeyValueHeads, 'd_v', out), numAttentionHeads),
    { change: changedValues },
  ),
  rotatedQ: stage('head query d_k', ['q'], ([q], { attention: { rotary } }) => rotary && rotate(q, rotary), isRotated),
  rotatedK: stage('head key d_k', ['k'], ([k], { attention: { rotary } }) => rotary && rotate(k, rotary), isRotated),
  queries: hidden('head query d_k', ['rotatedQ', 'q'], ([rotated, q]) => rotated ?? q),
  keys: hidden('head key d_k', ['rotatedK', 'k'], ([rotated, k]) => rotated ?? k),

  scores: stage('head query key', ['queries', 'keys'], ([q, k]) => dotProductScores(q, k), {
    change: typedCells('scores'),
  }),
  positionTerms: hidden('', [], (_, { attention: { positionTerms: terms, numAttentionHeads } }) =>
    preparePositionTerms(terms, numAttentionHeads),
  ),
  scaledScores: stage(
    'head query key',
    ['scores', 'positionTerms', 'q', 'k'],
    ([scores, terms, q, k], { attention }, factor, out) =>
      softCap(addPositionTerms(scaleScores(scores, factor, out), terms, q, k), attention.softCap),
    { setting: factorOf },
  ),
  maskedScores: stage(
    'head query key',
    ['scaledScores'],
    ([scores], _, mask, out) => hideKeys(maskScores(scores, mask, out), new Set(mask.hiddenKeys)),
    { setting: maskOf },
  ),
  attentionWeights: stage('head query key', ['maskedScores'], ([scores]) => attentionWeights(scores), {
    change: typedCells('attentionWeights'),
  }),
  context: stage('head query d_v', ['attentionWeights', 'v'], ([weights, v]) => contextVectors(weights, v), {
    change: headsOff,
  }),

  concat: stage('query h·d_v', ['context'], ([context], _of, _, out) => concatHeads(context, out)),
  attentionOutput: stage('query hidden', ['concat'], ([x], { attention: { wO } }) => wO && mixHeads(x, wO), hasOutput),
  attentionSum: hidden('query hidden', ['residPre', 'attentionOutput'], ([x, output], { attention }, _, out) => {
    const { residual, outputNorm } = attention;
    return residual && output && addResidual(x, normalise(output, outputNorm), residual, out);
  }),
  // In layers with parallel residuals, no block reads this sum, so the trace does not show it.
  residMid: stage('query hidden', ['attentionSum'], ([sum]) => sum, {
    has: ({ attention, layer }) => attention.wO !== null && attention.residual !== null && !layer.isParallel,
  }),
  attended: hidden(
    'query hidden',
    ['residMid', 'attentionSum', 'attentionOutput', 'concat'],
    ([middle, sum, output, concat], { attention }) =>
      sum === null ? (output ?? concat) : normalise(middle ?? sum, attention.residualNorm),
  ),
} satisfies Stages<AttentionStage>;

/** The stages after self-attention and cross-attention: feed-forward and convolution. */
export const layerEndStages = {
  feedForwardInput: hidden('query hidden', ['entering', 'attended'], ([x, attended], { layer }) =>
    layer.isParallel ? x : attended,
  ),
  feedForward: hidden('query hidden', ['feedForwardInput'], ([x], { layer }) => feedForward(x, layer.feedForward!), {
    has: ({ layer }) => layer.feedForward !== null,
  }),
  feedForwardSum: hidden('query hidden', ['attended', 'feedForward'], ([x, added], { layer }, _, out) => {
    if (added === null) return x;
    const sum = addStreams(x, added, out);
    return layer.isParallel ? sum : normalise(sum, layer.feedForward?.residualNorm ?? null);
  }),
  convolved: hidden('query hidden', ['entering', 'feedForwardSum'], ([x, sum], { layer: { convolution } }) =>
    convolution === null ? sum : convolve(x, sum, convolution),
  ),
  residPost: stage('query hidden', ['convolved'], ([x]) => x, hasOutput),
  leaving: hidden('query hidden', ['residPost', 'convolved'], ([residPost, x]) => residPost ?? x),
} satisfies Stages<EndStage>;
