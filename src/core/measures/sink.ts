import { blockRow, dim, ShapeError, type Tensor, tensor } from '../../tensor/tensor.ts';

/** The property of a key that sinks depend on. */
export interface SinkToken {
  /** [SEP], </s> and the like, or punctuation such as a full stop or a comma. */
  readonly isSeparator: boolean;
}

/** A key that gets most of a head's attention. */
export interface Sink {
  readonly key: number;
  /** Mean weight on the key over the other tokens that see it. */
  readonly share: number;
  readonly kind: 'first token' | 'separator';
}

/** Smallest mean weight of a sink: as much as on all other keys together. */
export const sinkShare = 0.5;
/** A large weight means little if queries see fewer other keys on average. */
export const fewestOtherKeys = 3;
/** A mean over fewer queries means little. */
export const fewestQueries = 3;

/** The first token or the separator with the largest mean weight, if that is at least `sinkShare`, else null; on a tie, the first key.
 *  The mean is over the queries that see the key, without the key's own token (a causal first token sees nothing else), unless queries
 *  are of another text (`isCross`). It needs `fewestQueries` queries that see `fewestOtherKeys` other keys on average.
 *  A query sees a key if any head of the layer gives it weight, as all heads share one mask. NaN counts as no weight.
 *  weights [head, query, key]; tokens: one per key
 *  @throws ShapeError when the numbers of tokens and keys differ, or there is no such head.
 *  @see Xiao et al. 2023; Clark et al. 2019 */
export function findSink(weights: Tensor, head: number, tokens: readonly SinkToken[], isCross = false): Sink | null {
  const [heads, keys] = [dim(weights, 0), dim(weights, 2)];
  if (tokens.length !== keys) throw new ShapeError(`${tokens.length} tokens do not fit ${keys} keys`);
  if (head < 0 || head >= heads) throw new ShapeError(`there is no head ${head} of ${heads}`);
  const candidates = tokens.flatMap(({ isSeparator }, key) => (key === 0 || isSeparator ? [key] : []));
  const seen = seenKeys(weights);
  let best: Sink | null = null;
  for (const key of candidates) {
    const share = meanWeight(weights, head, key, seen, isCross);
    if (share === null || share < sinkShare || share <= (best?.share ?? 0)) continue;
    best = { key, share, kind: kindOf(key) };
  }
  return best;
}

/** The first token or the separator that one query gives the largest weight, if that is at least `sinkShare`, else null. The
 *  query must see `fewestOtherKeys` other keys, and be another token than the key unless it is of another text (`isCross`).
 *  Its `share` is the weight. One row does not tell a sink from a token that matters: see `rowSinkSentences`.
 *  weights [head, query, key]; tokens: one per key
 *  @throws ShapeError when the numbers of tokens and keys differ. */
export function findRowSink(
  weights: Tensor,
  head: number,
  query: number,
  tokens: readonly SinkToken[],
  isCross = false,
): Sink | null {
  const [queries, keys] = [dim(weights, 1), dim(weights, 2)];
  if (tokens.length !== keys) throw new ShapeError(`${tokens.length} tokens do not fit ${keys} keys`);
  const row = blockRow(weights, head, query);
  const size = queries * keys;
  const seen = tokens.filter((_, key) => isSeenAt(weights, query * keys + key, size)).length;
  if (seen - 1 < fewestOtherKeys) return null;
  let best: Sink | null = null;
  for (const [key, { isSeparator }] of tokens.entries()) {
    if ((key > 0 && !isSeparator) || (key === query && !isCross)) continue;
    const share = row[key]!;
    if (share >= sinkShare && share > (best?.share ?? 0)) best = { key, share, kind: kindOf(key) };
  }
  return best;
}

function kindOf(key: number): Sink['kind'] {
  return key === 0 ? 'first token' : 'separator';
}

/** Whether any head gives weight at query · key; size: queries · keys */
function isSeenAt({ data }: Tensor, place: number, size: number): boolean {
  // NaN fails the test too.
  for (let at = place; at < data.length; at += size) if (data[at]! > 0) return true;
  return false;
}

/** isSeen [query · key]: 1 if the query sees the key.  counts [query]: how many keys it sees */
function seenKeys(weights: Tensor) {
  const [queries, keys] = [dim(weights, 1), dim(weights, 2)];
  const isSeen = new Uint8Array(queries * keys);
  const counts = new Uint32Array(queries);
  for (let place = 0; place < isSeen.length; place++) {
    if (!isSeenAt(weights, place, isSeen.length)) continue;
    isSeen[place] = 1;
    counts[Math.floor(place / keys)]! += 1;
  }
  return { isSeen, counts };
}

/** Mean weight on a key; null if there are too few queries or other keys. */
function meanWeight(
  weights: Tensor,
  head: number,
  key: number,
  seen: ReturnType<typeof seenKeys>,
  isCross: boolean,
): number | null {
  const [queries, keys] = [dim(weights, 1), dim(weights, 2)];
  let [sum, count, others] = [0, 0, 0];
  for (let query = 0; query < queries; query++) {
    if ((query === key && !isCross) || seen.isSeen[query * keys + key] === 0) continue;
    sum += blockRow(weights, head, query)[key]!;
    count += 1;
    others += seen.counts[query]! - 1;
  }
  return count < fewestQueries || others < fewestOtherKeys * count ? null : sum / count;
}

const sources: Readonly<Record<Sink['kind'], string>> = {
  'first token': 'Xiao et al. 2023, "Efficient Streaming Language Models with Attention Sinks"',
  separator: 'Clark et al. 2019, "What Does BERT Look At?"',
};

/** Explains a sink to the reader.  label: the token as shown */
export function sinkSentence({ kind, share, key }: Sink, label: string): string {
  const what = kind === 'first token' ? 'the first token' : 'a separator';
  return `${label === '' ? `token ${key}` : label} takes ${Math.round(100 * share)} % of this head's attention, on average over the other tokens that see it. Heads often put attention they do not need on ${what}; it then says little about content (${sources[kind]}).`;
}

/** Warns of a bright cell, in a long, a shorter and a short form.  sink: of the query; mean: the share of the head's sink if that is
 *  the same key, else null */
export function rowSinkSentences({ kind, share, key }: Sink, label: string, mean: number | null): string[] {
  const where = `${share.toFixed(2)} on ${label === '' ? `token ${key}` : label}`;
  const what = mean === null ? 'often a sink' : 'a sink';
  const author = sources[kind].replace(/,.*/, '');
  const caveat = `Many heads park weight there (${author}); it does not show that the token matters.`;
  const measured =
    mean === null
      ? `${where} (${sinkShare.toFixed(2)} or more)`
      : `${where}, and ${mean.toFixed(2)} on average over the other tokens that see it (${sinkShare.toFixed(2)} or more)`;
  return [`${measured}: ${what}. ${caveat}`, `${where}: ${what}. ${caveat}`, `${where}: ${what}; it need not matter`];
}

/** The attention without the hidden keys: they get 0, and each other weight is divided by the sum of the rest of its row.
 *  A row with nothing left (a causal first token without itself) becomes NaN; NaN stays NaN.
 *  weights [head, query, key] -> same shape */
export function withoutSink(weights: Tensor, hiddenKeys: ReadonlySet<number>): Tensor {
  const keys = dim(weights, 2);
  const left = tensor(weights.axes, weights.shape, weights.data.slice());
  const hidden = [...hiddenKeys].filter((key) => key >= 0 && key < keys);
  for (let start = 0; start < left.data.length; start += keys) {
    const row = left.data.subarray(start, start + keys);
    for (const key of hidden) if (!Number.isNaN(row[key]!)) row[key] = 0;
    const sum = row.reduce((total, weight) => total + (weight || 0), 0);
    if (sum === 0) row.fill(Number.NaN);
    else for (let key = 0; key < keys; key++) row[key] = row[key]! / sum;
  }
  return left;
}
