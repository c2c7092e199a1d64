/** A piece of a text on its way through normalisation, and where each of its UTF-16 units comes from. */
export interface AlignedText {
  readonly text: string;
  /** Unit i comes from the original's code points starts[i] up to, not including, ends[i]. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Code point of the original at which the piece begins. */
  readonly origin: number;
}

/** A character of the result of a rewriting, and how it relates to the text before:
 *  0 stands for the next character, -n for the next one and n more after it, n > 0 is added after what precedes it. */
export type Change = readonly [symbol: string, change: number];

/** The text as typed: every unit is part of its own code point. */
export function alignText(text: string): AlignedText {
  const starts = new Int32Array(text.length);
  const ends = new Int32Array(text.length);
  let position = 0;
  for (let i = 0; i < text.length; i += 1, position += 1) {
    starts[i] = position;
    ends[i] = position + 1;
    if (text.codePointAt(i)! > 0xffff) {
      i += 1;
      starts[i] = position;
      ends[i] = position + 1;
    }
  }
  return { text, starts, ends, origin: 0 };
}

/** Units from..to of the text; the piece begins where its first character does. */
export function sliceText(source: AlignedText, from: number, to: number): AlignedText {
  return {
    text: source.text.slice(from, to),
    starts: source.starts.subarray(from, to),
    ends: source.ends.subarray(from, to),
    origin: from < to ? source.starts[from]! : source.origin,
  };
}

/** Collects characters with their origins. */
export class AlignedBuilder {
  #text = '';
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  add(symbols: string, start: number, end: number): void {
    this.#text += symbols;
    for (let i = 0; i < symbols.length; i += 1) {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  /** Units from..to of the source as they are. */
  copy(source: AlignedText, from: number, to: number): void {
    this.#text += source.text.slice(from, to);
    for (let i = from; i < to; i += 1) {
      this.#starts.push(source.starts[i]!);
      this.#ends.push(source.ends[i]!);
    }
  }

  finish(origin: number): AlignedText {
    return { text: this.#text, starts: Int32Array.from(this.#starts), ends: Int32Array.from(this.#ends), origin };
  }
}

/** Rewrites a text. What is added shares the origin of what stands before it in the source, as in Hugging Face's
 *  tokenizers, `NormalizedString::transform_range`; a character that stands for several keeps the first one's origin. */
export function transformText(source: AlignedText, changes: Iterable<Change>): AlignedText {
  const builder = new AlignedBuilder();
  const { text, starts, ends, origin } = source;
  const last = text.length - 1;
  let at = 0;
  for (const [symbol, change] of changes) {
    const unit = Math.min(change > 0 ? at - 1 : at, last);
    builder.add(symbol, unit < 0 ? origin : starts[unit]!, unit < 0 ? origin : ends[unit]!);
    for (let left = 1 - change; change <= 0 && left > 0 && at <= last; left -= 1) at += unitsAt(text, at);
  }
  return builder.finish(origin);
}

/** Puts a text before another one that is not empty; it shares the origin of the first character. */
export function prependText(source: AlignedText, prefix: string): AlignedText {
  if (source.text === '' || prefix === '') return source;
  const builder = new AlignedBuilder();
  builder.add(prefix, source.starts[0]!, source.ends[0]!);
  builder.copy(source, 0, source.text.length);
  return builder.finish(source.origin);
}

/** Rewrites every character by itself: null leaves it out, a string stands in its place. */
export function mapSymbols(source: AlignedText, rewrite: (symbol: string) => string | null): AlignedText {
  const builder = new AlignedBuilder();
  let changed = false;
  let at = 0;
  for (const symbol of source.text) {
    const result = rewrite(symbol);
    if (result !== symbol) changed = true;
    if (result !== null) builder.add(result, source.starts[at]!, source.ends[at]!);
    at += symbol.length;
  }
  return changed ? builder.finish(source.origin) : source;
}

/** Writes `content` in place of every range; it has the origin of the range's last character. */
export function replaceRanges(
  source: AlignedText,
  ranges: readonly { readonly from: number; readonly to: number }[],
  content: string,
): AlignedText {
  if (ranges.length === 0) return source;
  const builder = new AlignedBuilder();
  let done = 0;
  for (const { from, to } of ranges) {
    builder.copy(source, done, from);
    builder.add(
      content,
      to === 0 ? source.origin : source.starts[to - 1]!,
      to === 0 ? source.origin : source.ends[to - 1]!,
    );
    done = to;
  }
  builder.copy(source, done, source.text.length);
  return builder.finish(source.origin);
}

/** 2 where a surrogate pair begins, else 1. */
export function unitsAt(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}

/** Whether the place is between the two units of one character. */
export function isInsidePair(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  return unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
}
