/** A text in Unicode form NFKC as code points, and where in the text each of them comes from. */
export interface NormalizedText {
  readonly codePoints: Uint32Array;
  /** Code point i comes from the text's code points [starts[i], ends[i]); both never decrease. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Code points that may combine with those before them: marks, Hangul vowels and trailing consonants, and the Kirat Rai vowel signs,
 *  which are letters that compose. */
const joinsPrevious = /^[\p{M}\u1160-\u11FF\uD7B0-\uD7FF\u{16D63}-\u{16D6A}]/u;

/** text.normalize('NFKC') as code points, with the source of each. The text is cut into runs that normalize separately; all code
 *  points of a run that changes come from the whole run. */
export function normalizeWithOffsets(text: string): NormalizedText {
  const normalized = text.normalize('NFKC');
  const isSame = normalized === text;
  const codePoints = Uint32Array.from(normalized.length === 0 ? [] : [...normalized], codePointOf);
  const starts = new Uint32Array(codePoints.length);
  const ends = new Uint32Array(codePoints.length);
  let [position, done] = [0, 0];
  let rebuilt = '';
  for (const run of isSame ? text : runsOf(text)) {
    const form = isSame ? run : run.normalize('NFKC');
    const end = position + lengthOf(run);
    const formEnd = done + lengthOf(form);
    for (let i = done; i < formEnd && i < codePoints.length; i += 1) {
      starts[i] = form === run ? position + i - done : position;
      ends[i] = form === run ? position + i - done + 1 : end;
    }
    [position, done] = [end, formEnd];
    rebuilt += form;
  }
  // A newer Unicode may have other letters that combine: then every code point comes from the whole text.
  if (rebuilt !== normalized) {
    starts.fill(0);
    ends.fill(position);
  }
  return { codePoints, starts, ends };
}

/** The text cut before every code point that cannot change together with the code points before it. */
function* runsOf(text: string): Generator<string> {
  let run = '';
  for (const symbol of text) {
    // Compatibility forms (half-width voicing marks, Thai am) join if their decomposition does.
    const joins = symbol > '\u02FF' && joinsPrevious.test(symbol.normalize('NFKD'));
    if (!joins && run !== '') {
      yield run;
      run = '';
    }
    run += symbol;
  }
  if (run !== '') yield run;
}

function codePointOf(symbol: string): number {
  return symbol.codePointAt(0)!;
}

/** Number of code points. */
function lengthOf(text: string): number {
  return [...text].length;
}
