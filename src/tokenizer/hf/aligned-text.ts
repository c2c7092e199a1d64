/** A piece of text during normalisation, with the origin of each UTF-16 unit. */
export interface AlignedText {
  readonly text: string;
  /** Unit i comes from the original's code points [starts[i], ends[i]). */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Code point of the original where the piece begins. */
  readonly origin: number;
}

/** A character of a rewritten text. It replaces the next source character (change 0) or the next n + 1 (change −n), or is inserted
 *  (change above 0). */
export type Change = readonly [symbol: string, change: number];

/** Aligns a text with itself: every unit comes from its own code point. */
export function alignText(text: string): AlignedText {
  const builder = new AlignedBuilder();
  let position = 0;
  for (const symbol of text) {
    builder.add(symbol, position, position + 1);
    position += 1;
  }
  return builder.finish(0);
}

/** Units [from, to) of the text; the piece begins at its first character. */
export function sliceText(source: AlignedText, from: number, to: number): AlignedText {
  return {
    text: source.text.slice(from, to),
    starts: source.starts.subarray(from, to),
    ends: source.ends.subarray(from, to),
    origin: from < to ? source.starts[from]! : source.origin,
  };
}

/** Builds a text from characters and their origins. */
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

  /** Appends units [from, to) of the source unchanged. */
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

/** Rewrites a text, with origins as in Hugging Face's `NormalizedString::transform_range`: an inserted character takes the
 *  origin of the source character before it, and a character that replaces several takes the first one's. */
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

/** Prepends a text, with the origin of the first character. An empty source stays empty. */
export function prependText(source: AlignedText, prefix: string): AlignedText {
  if (source.text === '' || prefix === '') return source;
  const builder = new AlignedBuilder();
  builder.add(prefix, source.starts[0]!, source.ends[0]!);
  builder.copy(source, 0, source.text.length);
  return builder.finish(source.origin);
}

/** Replaces every character by a string with the same origin; null removes it. */
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

/** Replaces every range by `content`, with the origin of the range's last character. */
export function replaceRanges(
  source: AlignedText,
  ranges: readonly { readonly from: number; readonly to: number }[],
  content: string,
): AlignedText {
  const builder = new AlignedBuilder();
  let done = 0;
  for (const { from, to } of ranges) {
    builder.copy(source, done, from);
    builder.add(content, source.starts[to - 1] ?? source.origin, source.ends[to - 1] ?? source.origin);
    done = to;
  }
  builder.copy(source, done, source.text.length);
  return builder.finish(source.origin);
}

/** 2 where a surrogate pair begins, else 1. */
export function unitsAt(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}

/** True between the two units of a surrogate pair. */
export function isInsidePair(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  return unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
}
