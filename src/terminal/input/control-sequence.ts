import { isControl } from './sequences.ts';

/** What follows an introducer: a whole body, one that may continue, or bytes that cannot belong to it. */
type Body =
  | { readonly kind: 'whole'; readonly body: string; readonly end: number }
  | { readonly kind: 'partial' }
  | { readonly kind: 'broken'; readonly end: number };

// rxvt ends shifted keys in `$`, otherwise an intermediate byte; the Linux console and PuTTY double the `[`.
const csiWhole = /[235678]\$|\[?[0-?]*[ -/]*[@-Z\\-~]/y;
const csiPart = /\[?[0-?]*[ -/]*/y;
const ss3Whole = /[\d;]*[@-Z\\-~]/y;
const ss3Part = /[\d;]*/y;

function readBody(input: string, start: number, whole: RegExp, part: RegExp): Body {
  whole.lastIndex = start;
  const match = whole.exec(input);
  if (match !== null) return { kind: 'whole', body: match[0], end: whole.lastIndex };
  part.lastIndex = start;
  part.exec(input);
  return part.lastIndex === input.length ? { kind: 'partial' } : { kind: 'broken', end: part.lastIndex };
}

/** Reads the CSI body at `start` (ECMA-48 parameters, intermediates, final), including the three characters after the `M` of
 *  an X10 mouse report. */
export function readCsi(input: string, start: number): Body {
  const sequence = readBody(input, start, csiWhole, csiPart);
  if (sequence.kind !== 'whole' || sequence.body !== 'M') return sequence;
  let end = sequence.end;
  for (let count = 0; count < 3; count++, end++) {
    if (end >= input.length) return { kind: 'partial' };
    if (isControl(input.charCodeAt(end))) break;
  }
  return { kind: 'whole', body: 'M', end };
}

export function readSs3(input: string, start: number): Body {
  return readBody(input, start, ss3Whole, ss3Part);
}

const keyBodies = [
  /^\[(?:[A-E]|[56]~)$/, // Linux console's F1 to F5, PuTTY's page keys
  /^[\d;:]*[ABCDEFHPQSZ]$/, // arrows, Home, End, Shift-Tab, with modifiers
  /^[a-e]$/, // rxvt's shifted arrows
  /^\d+(?:[;:]\d+)*[~^$@]$/, // editing keys
  /^[\d;:]+u$/, // Kitty's protocol
  /^\?\d+u$/, // Kitty's answer to a query, which Ink reads
];

/** True when a CSI body is a key; the others are reports of the terminal (cursor position, device attributes, modes, focus,
 *  mouse). */
export function isKeyBody(body: string): boolean {
  return keyBodies.some((pattern) => pattern.test(body));
}
