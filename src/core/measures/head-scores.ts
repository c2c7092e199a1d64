import { blockRow, dim, ShapeError, type Tensor } from '../../tensor/tensor.ts';
import { type AttentionMask, canAttend } from '../chain/mask.ts';

/** Names of the scores, defined in `head-score-definitions.ts`. */
export const headScoreNames = [
  'entropy',
  'distance',
  'previous',
  'next',
  'same',
  'first',
  'last',
  'punctuation',
  'special',
  'duplicate',
  'induction',
] as const;

export type HeadScoreName = (typeof headScoreNames)[number];

/** Scores that are a mean weight on certain keys, each between 0 and 1. */
export type WeightScoreName = Exclude<HeadScoreName, 'entropy' | 'distance'>;

/** The scores of one head; null if a score does not apply. */
export type HeadScores = Readonly<Record<HeadScoreName, number | null>>;

/** The properties of a key that the scores depend on. */
export interface ScoredToken {
  /** null for an unknown word, which counts as no repetition. */
  readonly id: number | null;
  /** A token that the tokenizer adds, such as [CLS]. */
  readonly isSpecial: boolean;
  readonly isPunctuation: boolean;
}

export interface ScoredAttention {
  /** [head, query, key] */
  readonly weights: Tensor;
  readonly mask: AttentionMask;
  /** Keys that the reader hides from all queries. */
  readonly hiddenKeys?: readonly number[];
  /** One per key. */
  readonly tokens: readonly ScoredToken[];
  /** One per query, where these are other tokens than the keys. */
  readonly queryTokens?: readonly ScoredToken[];
  /** Whether queries and keys are of different texts: then scores that compare positions or ids are null. */
  readonly isCross: boolean;
}

/** Scores of each head of a layer: float64 means over its queries, as `head-score-definitions.ts` defines them.
 *  Special tokens are no queries here. Sums leave out keys without a number (NaN: an unknown word), and means leave out
 *  queries without any.  @throws ShapeError when the numbers of tokens and keys differ. */
export function headScores(attention: ScoredAttention): HeadScores[] {
  const { weights } = attention;
  const places = placesOf(attention);
  return Array.from({ length: dim(weights, 0) }, (_, head) =>
    meansOf(places, attention, (query) => blockRow(weights, head, query)),
  );
}

/** The level by chance: the scores of a head that gives each query's visible keys the same weight, 1 / their number.
 *  Mask, window, hidden keys, special tokens and keys without a number are those of the layer.
 *  @throws ShapeError when the numbers of tokens and keys differ. */
export function chanceScores(attention: ScoredAttention): HeadScores {
  const { weights } = attention;
  const places = placesOf(attention);
  const visibleAt = new Map(places.map(({ query, visible }) => [query, visible]));
  return meansOf(places, attention, (query) => {
    const row = blockRow(weights, 0, query);
    const visible = visibleAt.get(query) ?? new Uint8Array(row.length);
    const isSeen = (key: number) => visible[key] === 1 && !Number.isNaN(row[key]!);
    const count = row.reduce((sum, _, key) => sum + Number(isSeen(key)), 0);
    return Float64Array.from(row, (weight, key) => (Number.isNaN(weight) ? weight : isSeen(key) ? 1 / count : 0));
  });
}

function meansOf(
  places: readonly QueryPlace[],
  { isCross }: ScoredAttention,
  rowOf: (query: number) => Float32Array | Float64Array,
): HeadScores {
  const means = createScoreMeans();
  for (const place of places) means.add(queryScores(rowOf(place.query), place, isCross));
  return means.scores();
}

function placesOf(attention: ScoredAttention): QueryPlace[] {
  const { weights, mask, hiddenKeys = [], tokens, isCross } = attention;
  const { queryTokens = isCross ? [] : tokens } = attention;
  const [queries, keys] = [dim(weights, 1), dim(weights, 2)];
  if (tokens.length !== keys) throw new ShapeError(`${tokens.length} tokens do not fit ${keys} keys`);
  const keysOf = isCross ? crossKeys(tokens) : { ...crossKeys(tokens), ...selfKeys(tokens) };
  const hidden = new Set(hiddenKeys);
  return Array.from({ length: queries }, (_, query) => query)
    .filter((query) => queryTokens[query]?.isSpecial !== true)
    .map((query) => {
      const allowed = tokens.map((__, key) => canAttend(mask, query, key));
      // A query that would see nothing keeps its hidden keys.
      const isLeft = allowed.some((can, key) => can && !hidden.has(key));
      const visible = Uint8Array.from(allowed, (can, key) => Number(can && !(isLeft && hidden.has(key))));
      return { query, visible, keys: mapScores((name) => keysOf[name]?.(query) ?? []) };
    });
}

/** The part of a query's scores that all heads of a layer share. */
interface QueryPlace {
  readonly query: number;
  /** 1 if the query can see the key. */
  readonly visible: Uint8Array;
  /** The keys whose weights sum to a score; none if the score does not apply to the query. */
  readonly keys: Readonly<Record<HeadScoreName, readonly number[]>>;
}

type KeysOf = Partial<Record<HeadScoreName, (query: number) => readonly number[]>>;

function crossKeys(tokens: readonly ScoredToken[]): KeysOf {
  const all = tokens.map((_, key) => key);
  const [first, last] = [all.slice(0, 1), all.slice(-1)];
  const punctuation = all.filter((key) => tokens[key]?.isPunctuation);
  const special = all.filter((key) => tokens[key]?.isSpecial);
  return { first: () => first, last: () => last, punctuation: () => punctuation, special: () => special };
}

function selfKeys(tokens: readonly ScoredToken[]): KeysOf {
  const earlier = earlierOccurrences(tokens);
  const ofText = (keys: readonly number[]) => keys.filter((key) => tokens[key]?.isSpecial === false);
  return {
    previous: (query) => ofText([query - 1]),
    next: (query) => ofText([query + 1]),
    same: (query) => ofText([query]),
    duplicate: (query) => ofText(earlier[query] ?? []),
    induction: (query) => ofText((earlier[query] ?? []).map((key) => key + 1)),
  };
}

/** For each token, the earlier positions with the same id. */
function earlierOccurrences(tokens: readonly ScoredToken[]): number[][] {
  const seen = new Map<number, number[]>();
  return tokens.map(({ id }, position) => {
    if (id === null) return [];
    const before = seen.get(id) ?? [];
    seen.set(id, [...before, position]);
    return before;
  });
}

function queryScores(
  row: Float32Array | Float64Array,
  { query, visible, keys }: QueryPlace,
  isCross: boolean,
): HeadScores {
  let seen = 0;
  let entropy = 0;
  let distance = 0;
  for (let key = 0; key < row.length; key++) {
    const weight = row[key]!;
    // NaN fails the test too.
    if (!(weight >= 0)) continue;
    seen += visible[key]!;
    if (weight === 0) continue;
    entropy -= weight * Math.log(weight);
    distance += weight * Math.abs(query - key);
  }
  return {
    ...mapScores((name) => sumOfKnown(row, keys[name])),
    // With rounded weights the entropy can slightly exceed the logarithm.
    entropy: seen > 1 ? Math.min(1, entropy / Math.log(seen)) : null,
    distance: seen > 0 && !isCross ? distance : null,
  };
}

/** Sum of the weights that are numbers; null if none is. */
function sumOfKnown(row: Float32Array | Float64Array, keys: readonly number[]): number | null {
  let sum: number | null = null;
  for (const key of keys) if (!Number.isNaN(row[key]!)) sum = (sum ?? 0) + row[key]!;
  return sum;
}

/** Means of the added scores, each over the entries to which it applies; null if it applies to none. */
export function createScoreMeans() {
  const sums = mapScores(() => 0);
  const counts = mapScores(() => 0);
  return {
    add(scores: HeadScores): void {
      for (const name of headScoreNames) {
        const score = scores[name];
        if (score === null) continue;
        sums[name] += score;
        counts[name] += 1;
      }
    },
    scores: (): HeadScores => mapScores((name) => (counts[name] === 0 ? null : sums[name] / counts[name])),
  };
}

export type ScoreMeans = ReturnType<typeof createScoreMeans>;

/** A value for every score. */
export function mapScores<T>(make: (name: HeadScoreName) => T): Record<HeadScoreName, T> {
  return {
    entropy: make('entropy'),
    distance: make('distance'),
    previous: make('previous'),
    next: make('next'),
    same: make('same'),
    first: make('first'),
    last: make('last'),
    punctuation: make('punctuation'),
    special: make('special'),
    duplicate: make('duplicate'),
    induction: make('induction'),
  };
}
