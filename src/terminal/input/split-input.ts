import { graphemesOf } from '../../text/graphemes.ts';
import { isKeyBody, readCsi, readSs3 } from './control-sequence.ts';
import { limitUnfinishedPaste, partPaste, pasteKeys, readPaste } from './paste.ts';
import {
  altKey,
  BEL,
  CTRL_C,
  ESC,
  ESCAPE_KEY,
  F1_KEY,
  isControl,
  isHighSurrogate,
  PASTE_START,
  ST,
} from './sequences.ts';

/** Whole keys, each as Ink reads it, and a rest that later bytes may continue. */
interface SplitInput {
  readonly keys: readonly string[];
  readonly rest: string;
}

interface Piece {
  readonly keys: readonly string[];
  readonly end: number;
  /** It is a whole reply of the terminal. */
  readonly isReply?: true;
}

/** Longest unfinished reply to keep. */
const MAX_REPLY_LENGTH = 65_536;

/** Makes one key per grapheme of printable text, or one of a control character. */
function readText(input: string, start: number): Piece | null {
  const first = input.charCodeAt(start);
  if (isControl(first)) return { keys: first < 0x80 ? [input.charAt(start)] : [], end: start + 1 };
  let end = start;
  while (end < input.length && !isControl(input.charCodeAt(end))) end++;
  if (end === input.length && isHighSurrogate(input.charCodeAt(end - 1))) end--;
  if (end === start) return null;
  return { keys: graphemesOf(input.slice(start, end)), end };
}

// Alt-], Alt-P and Alt-_ begin like a reply; the next character tells them apart.
const replyStarts = new Map([
  [']', /^[\dlL]/],
  ['P', /^[\d!$+<=>?|]/],
  ['_', /^\P{Cc}/u],
]);

/** Drops an OSC, DCS or APC string; any control character other than its terminator ends it early. */
function readReply(input: string, index: number): Piece | null {
  const introducer = input.charAt(index + 1);
  const first = input.charAt(index + 2);
  if (first === '') return null;
  if (!replyStarts.get(introducer)?.test(first)) return { keys: [altKey(introducer)], end: index + 2 };
  let end = index + 2;
  while (end < input.length && !isControl(input.charCodeAt(end))) end++;
  const terminator = input.charAt(end);
  if (terminator === '' || (terminator === ESC && end + 1 === input.length)) return null;
  if (terminator === BEL || terminator === ST) return { keys: [], end: end + 1, isReply: true };
  const isEnded = terminator === ESC && input.charAt(end + 1) === '\\';
  return isEnded ? { keys: [], end: end + 2, isReply: true } : { keys: [], end };
}

// F1 of xterm, of rxvt, of the Linux console, and of Kitty's protocol.
const f1Bodies: Readonly<Record<string, RegExp>> = { O: /^P$/, '[': /^(?:P|1P|1;1P|11~|\[A)$/ };

function readSequence(input: string, index: number): Piece | null {
  const introducer = input.charAt(index + 1);
  const start = index + 2;
  const sequence = introducer === '[' ? readCsi(input, start) : readSs3(input, start);
  if (sequence.kind === 'partial') return null;
  if (sequence.kind === 'broken') {
    return { keys: sequence.end === start ? [altKey(introducer)] : [], end: sequence.end };
  }
  if (f1Bodies[introducer]?.test(sequence.body)) return { keys: [F1_KEY], end: sequence.end };
  if (introducer === '[') {
    if (sequence.body === '200~') return readPaste(input, sequence.end);
    if (sequence.body === '201~' || !isKeyBody(sequence.body)) return { keys: [], end: sequence.end, isReply: true };
  }
  return { keys: [input.slice(index, sequence.end)], end: sequence.end };
}

/** ESC ESC before a key's sequence is Alt (rxvt, PuTTY); otherwise the first ESC is Escape. */
function readDoubleEscape(input: string, index: number): Piece | null {
  const third = input.charAt(index + 2);
  if (third === '') return null;
  if (third === '[' || third === 'O') {
    const sequence = third === '[' ? readCsi(input, index + 3) : readSs3(input, index + 3);
    if (sequence.kind === 'partial') return null;
    const isPaste = third === '[' && (sequence.kind !== 'whole' || /^20[01]~$/.test(sequence.body));
    if (sequence.kind === 'whole' && !isPaste && (third === 'O' || isKeyBody(sequence.body))) {
      return { keys: [input.slice(index, sequence.end)], end: sequence.end };
    }
  }
  return { keys: [ESCAPE_KEY], end: index + 1 };
}

function readEscape(input: string, index: number): Piece | null {
  const next = input.charAt(index + 1);
  if (next === '') return null;
  if (next === ESC) return readDoubleEscape(input, index);
  if (next === '[' || next === 'O') return readSequence(input, index);
  if (replyStarts.has(next)) return readReply(input, index);
  // Ctrl-C after Escape must end the program, so it is never Ctrl-Alt-C.
  if (next === CTRL_C) return { keys: [ESCAPE_KEY], end: index + 1 };
  if (isHighSurrogate(next.charCodeAt(0)) && index + 2 === input.length) return null;
  const character = String.fromCodePoint(input.codePointAt(index + 1) ?? 0);
  return { keys: [altKey(character)], end: index + 1 + character.length };
}

function limitRest(rest: string): string {
  if (rest.startsWith(PASTE_START)) return limitUnfinishedPaste(rest);
  if (rest.length <= MAX_REPLY_LENGTH) return rest;
  return rest.slice(0, 3) + (rest.endsWith(ESC) ? ESC : '');
}

/** Splits terminal input into whole keys and an unfinished rest; chunk boundaries do not matter. Replies of the terminal
 *  are no keys and go to `onReply`; a paste with its brackets is one key. */
export function splitInput(pending: string, onReply?: (reply: string) => void): SplitInput {
  const keys: string[] = [];
  let index = 0;
  while (index < pending.length) {
    const piece = pending[index] === ESC ? readEscape(pending, index) : readText(pending, index);
    if (piece === null) return { keys, rest: limitRest(pending.slice(index)) };
    for (const key of piece.keys) keys.push(key);
    if (piece.isReply === true) onReply?.(pending.slice(index, piece.end));
    index = piece.end;
  }
  return { keys, rest: '' };
}

/** Kind of an unfinished rest: 'escape' has at most one character after Escape. */
export function restKind(rest: string): 'none' | 'escape' | 'sequence' | 'paste' {
  if (rest === '') return 'none';
  if (rest.startsWith(PASTE_START)) return 'paste';
  return rest.startsWith(ESC) && rest.replaceAll(ESC, '').length <= 1 && rest.length <= 3 ? 'escape' : 'sequence';
}

/** The keys of an unfinished rest when no more input comes: Escape, Alt with a character, or the paste so far. Drops an
 *  unfinished sequence or reply. */
export function releaseInput(rest: string): SplitInput {
  if (rest.startsWith(PASTE_START)) {
    const { content, tail } = partPaste(rest);
    return { keys: pasteKeys(content), rest: tail };
  }
  if (!rest.startsWith(ESC)) return { keys: [], rest: '' };
  if (rest === ESC) return { keys: [ESCAPE_KEY], rest: '' };
  if (rest[1] === ESC) {
    const second = releaseInput(rest.slice(1));
    return { keys: [ESCAPE_KEY, ...second.keys], rest: second.rest };
  }
  if (rest.length === 2) return { keys: isHighSurrogate(rest.charCodeAt(1)) ? [] : [altKey(rest.charAt(1))], rest: '' };
  return { keys: [], rest: rest.endsWith(ESC) ? ESC : '' };
}
