/** A place in a, in b, or in each, from 0; null if the text has no partner. */
export interface AlignedPair {
  readonly a: number | null;
  readonly b: number | null;
  /** Whether both have the same token; false if one replaces the other or has no partner. */
  readonly isSame: boolean;
}

type Tokens = readonly (string | number)[];

const same = 0;
const replaced = 1;
const onlyA = 2;
const onlyB = 3;

/** One number that ranks three aims: many common tokens, then few edits, then partners at nearby places.
 *  Exact in float64 below 8192 tokens: distances sum to at most n²/4 < 2²⁴, and there are fewer than 2¹⁴ edits. */
const commonWorth = 2 ** 38;
const editCost = 2 ** 24;

/** Aligns the tokens of two texts by a longest common subsequence. Tokens between its members are paired in order as replaced;
 *  the rest have no partner. Among equally long subsequences, the fewest edits win, then the partners at the nearest places.
 *  Unknown words must be given as text, not as one shared id.
 *  a [n], b [m] -> at most n + m pairs, in the order of both; O(n·m) without the common beginning and end
 *  @see Wagner & Fischer 1974 for the table; Hirschberg 1975 for longest common subsequences */
export function alignTokens(a: Tokens, b: Tokens): readonly AlignedPair[] {
  const { start, end } = commonEnds(a, b);
  const middleA = a.slice(start, a.length - end);
  const middleB = b.slice(start, b.length - end);
  const sameAt = (placeA: number, placeB: number): AlignedPair => ({ a: placeA, b: placeB, isSame: true });
  return [
    ...Array.from({ length: start }, (_, place) => sameAt(place, place)),
    ...pairsOf(stepTable(middleA, middleB), middleA.length, middleB.length, start),
    ...Array.from({ length: end }, (_, place) => sameAt(a.length - end + place, b.length - end + place)),
  ];
}

/** Number of common tokens at the beginning, and of further ones at the end. */
export function commonEnds(a: Tokens, b: Tokens): { readonly start: number; readonly end: number } {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return { start, end };
}

/** The last step in the best alignment of the first i tokens of a and the first j of b, [n + 1, m + 1]. */
function stepTable(a: Tokens, b: Tokens): Uint8Array {
  const width = b.length + 1;
  const steps = new Uint8Array((a.length + 1) * width).fill(onlyB, 0, width);
  let above = Float64Array.from({ length: width }, (_, j) => -j * editCost);
  let current = new Float64Array(width);
  for (let i = 1; i <= a.length; i++) {
    const token = a[i - 1]!;
    current[0] = -i * editCost;
    steps[i * width] = onlyA;
    for (let j = 1; j < width; j++) {
      const isSame = token === b[j - 1];
      let best = above[j - 1]! - Math.abs(i - j) + (isSame ? commonWorth : -editCost);
      let step = isSame ? same : replaced;
      const withoutA = above[j]! - editCost;
      const withoutB = current[j - 1]! - editCost;
      if (withoutB > best) {
        best = withoutB;
        step = onlyB;
      }
      if (withoutA > best) {
        best = withoutA;
        step = onlyA;
      }
      current[j] = best;
      steps[i * width + j] = step;
    }
    [above, current] = [current, above];
  }
  return steps;
}

/** Follows the steps back from the end of both texts; returns the pairs in order, with places from `start`. */
function pairsOf(steps: Uint8Array, countA: number, countB: number, start: number): AlignedPair[] {
  const pairs: AlignedPair[] = [];
  let [i, j] = [countA, countB];
  while (i > 0 || j > 0) {
    const step = steps[i * (countB + 1) + j]!;
    if (step !== onlyB) i -= 1;
    if (step !== onlyA) j -= 1;
    pairs.push({ a: step === onlyB ? null : start + i, b: step === onlyA ? null : start + j, isSame: step === same });
  }
  return pairs.reverse();
}
