import type { Key } from 'ink';
import { F1_KEY } from './sequences.ts';

/** A key, and the text that it types, if any. */
export interface KeyPress {
  /** `a`, `A`, `space`, `enter`, `f1`, `ctrl+a`, `alt+b`, `alt+up`, `shift+tab`; `unknown` if Ink cannot tell. */
  readonly name: string;
  readonly text: string | null;
}

const UNKNOWN: KeyPress = { name: 'unknown', text: null };

function namedKey(input: string, key: Key): string | null {
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.pageUp) return 'pageup';
  if (key.pageDown) return 'pagedown';
  if (key.home) return 'home';
  if (key.end) return 'end';
  if (key.tab) return 'tab';
  if (key.backspace) return 'backspace';
  if (key.delete) return 'delete';
  if (key.escape) return 'escape';
  if (input === F1_KEY) return 'f1';
  // Ink reports a line feed as text.
  return key.return || input === '\n' ? 'enter' : null;
}

function modifiers(key: Key): string {
  const held = [key.hyper && 'hyper+', key.super && 'super+', key.ctrl && 'ctrl+', key.meta && 'alt+'];
  return held.filter(Boolean).join('');
}

/** Names the key that Ink's `useInput` reports. Upper case stands for Shift with a letter; other keys say `shift+`. */
export function keyName(input: string, key: Key): KeyPress {
  if (key.eventType === 'release') return UNKNOWN;
  const named = namedKey(input, key);
  // Ink reports two Escapes in a row as Alt-Escape.
  if (named === 'escape') return { name: 'escape', text: null };
  const held = modifiers(key);
  if (named !== null) return { name: held + (key.shift ? 'shift+' : '') + named, text: null };
  if (input === '' || /\p{Cc}/u.test(input)) return UNKNOWN;
  const typed = key.shift && input.length === 1 ? input.toUpperCase() : input;
  return { name: held + (typed === ' ' ? 'space' : typed), text: held === '' ? typed : null };
}
