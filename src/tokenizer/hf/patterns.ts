import { SplitPreTokenizer } from '@huggingface/tokenizers';
import { type AlignedText, isInsidePair, replaceRanges, sliceText } from './aligned-text.ts';
import { type Fields, fieldsAt, named, TokenizerFormatError } from './json-fields.ts';

/** Units [from, to) of a text: a match of the pattern, or the text between two matches. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly isMatch: boolean;
}

const behaviors = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'] as const;
/** The treatment of the delimiters when a text is split. */
export type SplitBehavior = (typeof behaviors)[number];

/** @throws TokenizerFormatError when the behaviour is not one of the five. */
export function behaviorAt(fields: Fields, where: string, fallback?: SplitBehavior): SplitBehavior {
  const value = fields.behavior ?? fallback;
  const found = behaviors.find((behavior) => behavior === value);
  if (found === undefined) {
    throw new TokenizerFormatError(`${where}.behavior must be one of ${behaviors.join(', ')}; it is ${named(value)}`);
  }
  return found;
}

/** The expression of `{"String": …}` or `{"Regex": …}`. @huggingface/tokenizers translates Oniguruma's syntax.
 *  @throws TokenizerFormatError when the expression does not compile. */
export function patternAt(value: unknown, where: string): RegExp {
  const fields = fieldsAt(value, where);
  if (typeof fields.String === 'string') return new RegExp(fields.String.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'gu');
  if (typeof fields.Regex !== 'string') throw new TokenizerFormatError(`${where} must have a String or a Regex`);
  const pattern = { Regex: fields.Regex };
  try {
    const step = new SplitPreTokenizer({ type: 'Split', pattern, behavior: 'Isolated', invert: false });
    if (step.pattern !== null) return step.pattern;
  } catch {
    // The library has thrown or returned null for the same fault.
  }
  throw new TokenizerFormatError(
    `${where}.Regex must be a regular expression; ${named(fields.Regex)} cannot be compiled`,
  );
}

/** Splits a text into the matches and the stretches between them, without gaps.  pattern: with flag g. */
function stretchesOf(text: string, pattern: RegExp): Stretch[] {
  const stretches: Stretch[] = [];
  let done = 0;
  for (const match of text.matchAll(pattern)) {
    const from = match.index;
    const to = from + match[0].length;
    // V8 finds empty matches inside surrogate pairs.
    if (from === to && isInsidePair(text, from)) continue;
    if (from > done) stretches.push({ from: done, to: from, isMatch: false });
    stretches.push({ from, to, isMatch: true });
    done = to;
  }
  if (done < text.length) stretches.push({ from: done, to: text.length, isMatch: false });
  return stretches;
}

/** Replaces every match by `content`. */
export function replaceMatches(source: AlignedText, pattern: RegExp, content: string): AlignedText {
  const matches = stretchesOf(source.text, pattern).filter(({ isMatch }) => isMatch);
  return matches.length === 0 ? source : replaceRanges(source, matches, content);
}

/** Splits a text at the matches and drops empty pieces.
 *  invert: the matches are the text, and the stretches between them are the delimiters. */
export function splitText(
  source: AlignedText,
  pattern: RegExp,
  behavior: SplitBehavior,
  invert = false,
): AlignedText[] {
  const found = stretchesOf(source.text, pattern);
  const stretches = invert ? found.map((stretch) => ({ ...stretch, isMatch: !stretch.isMatch })) : found;
  return joined(stretches, behavior)
    .filter(({ from, to }) => from < to)
    .map(({ from, to }) => sliceText(source, from, to));
}

function joined(stretches: readonly Stretch[], behavior: SplitBehavior): readonly Stretch[] {
  switch (behavior) {
    case 'Removed':
      return stretches.filter(({ isMatch }) => !isMatch);
    case 'Isolated':
      return stretches;
    case 'Contiguous':
      return mergeWhere(stretches, (isMatch, previous) => isMatch === previous);
    case 'MergedWithPrevious':
      return mergeWhere(stretches, (isMatch, previous) => isMatch && !previous);
    case 'MergedWithNext':
      return mergeWhere(stretches.toReversed(), (isMatch, previous) => isMatch && !previous).toReversed();
  }
}

/** Joins each stretch to the previous one where `merges` is true. */
function mergeWhere(
  stretches: readonly Stretch[],
  merges: (isMatch: boolean, previous: boolean) => boolean,
): Stretch[] {
  const result: Stretch[] = [];
  let previous = false;
  for (const { from, to, isMatch } of stretches) {
    const last = result.at(-1);
    if (last !== undefined && merges(isMatch, previous)) {
      result[result.length - 1] = { from: Math.min(from, last.from), to: Math.max(to, last.to), isMatch };
    } else result.push({ from, to, isMatch });
    previous = isMatch;
  }
  return result;
}

/** Where the white space that ends at `from` begins. */
export function spaceStart(text: string, from: number): number {
  let at = from;
  while (at > 0 && /\p{White_Space}/u.test(text[at - 1]!)) at -= 1;
  return at;
}

/** Where the white space that begins at `from` ends. */
export function spaceEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\p{White_Space}/u.test(text[at]!)) at += 1;
  return at;
}
