/** A text in Unicode form NFKC as code points, and where in the text each of them comes from. */
export interface NormalizedText {
  readonly codePoints: Uint32Array;
  /** Code point i comes from the text's code points starts[i] up to, not including, ends[i]; both never decrease. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** What may combine with, or be reordered before, the code points in front of it: marks, Hangul vowels and trailing
 *  consonants, and the Kirat Rai vowel signs, which are letters that compose. */
const joinsPrevious = /^[\p{M}\u1160-\u11FF\uD7B0-\uD7FF\u{16D63}-\u{16D6A}]/u;

/** text.normalize('NFKC') as code points, with each one's range of code points in the text.
 *  Ranges are exact per run of code points that normalisation cannot mix with its neighbours; within such a run that
 *  changes, every result has the whole run's range. */
export function normalizeWithOffsets(text: string): NormalizedText {
  const normalized = text.normalize('NFKC');
  if (normalized === text) return identity(codePointsOf(text));

  const result: Builder = { sourcePosition: 0, codePoints: [], starts: [], ends: [] };
  for (const run of runsOf(text)) appendRun(result, run);
  const whole = codePointsOf(normalized);
  if (sameNumbers(result.codePoints, whole)) return finish(result);

  // A newer Unicode may bring letters that combine; then the ranges are coarse, but the code points stay right.
  const sourceLength = codePointsOf(text).length;
  const starts = new Uint32Array(whole.length);
  return { codePoints: Uint32Array.from(whole), starts, ends: new Uint32Array(whole.length).fill(sourceLength) };
}

interface Builder {
  sourcePosition: number;
  readonly codePoints: number[];
  readonly starts: number[];
  readonly ends: number[];
}

function finish(builder: Builder): NormalizedText {
  return {
    codePoints: Uint32Array.from(builder.codePoints),
    starts: Uint32Array.from(builder.starts),
    ends: Uint32Array.from(builder.ends),
  };
}

function identity(codePoints: number[]): NormalizedText {
  const starts = new Uint32Array(codePoints.length);
  const ends = new Uint32Array(codePoints.length);
  for (let i = 0; i < codePoints.length; i += 1) {
    starts[i] = i;
    ends[i] = i + 1;
  }
  return { codePoints: Uint32Array.from(codePoints), starts, ends };
}

function appendRun(builder: Builder, run: string): void {
  const normalized = run.normalize('NFKC');
  const start = builder.sourcePosition;
  const end = start + codePointsOf(run).length;
  codePointsOf(normalized).forEach((codePoint, i) => {
    builder.codePoints.push(codePoint);
    builder.starts.push(normalized === run ? start + i : start);
    builder.ends.push(normalized === run ? start + i + 1 : end);
  });
  builder.sourcePosition = end;
}

/** The text cut before every code point that cannot change together with what stands before it. */
function* runsOf(text: string): Generator<string> {
  let run = '';
  for (const symbol of text) {
    // Compatibility forms (half-width voicing marks, Thai am) join by what they decompose to.
    const joins = symbol > '\u02FF' && joinsPrevious.test(symbol.normalize('NFKD'));
    if (!joins && run !== '') {
      yield run;
      run = '';
    }
    run += symbol;
  }
  if (run !== '') yield run;
}

function codePointsOf(text: string): number[] {
  const codePoints: number[] = [];
  for (let i = 0; i < text.length; i += 1) {
    const codePoint = text.codePointAt(i)!;
    if (codePoint > 0xffff) i += 1;
    codePoints.push(codePoint);
  }
  return codePoints;
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
