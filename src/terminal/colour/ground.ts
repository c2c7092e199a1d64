import type { Colour } from './colour.ts';
import { paletteColour } from './palette.ts';

/** Asks for the background (OSC 11), then for the device attributes (DA1): the answer to them comes second, and from nearly
 *  every terminal, so that one which knows no OSC 11 is not waited for.  @see xterm's control sequences */
const question = '\x1b]11;?\x1b\\\x1b[c';

const hex = '([0-9a-f]{1,4})';
const answer = new RegExp(`^\\x1b\\]11;rgba?:${hex}/${hex}/${hex}(?:/${hex})?(?:\\x07|\\x1b\\\\|\\x9c)$`, 'i');
const attributes = /^\[\?[\d;]*c$/;

/** The background in a terminal's answer; null: this is no such answer. */
export function groundOf(reply: string): Colour | null {
  const channels = answer.exec(reply)?.slice(1, 4);
  if (channels === undefined) return null;
  const parts = channels.map((digits) => Math.round((255 * Number.parseInt(digits, 16)) / (16 ** digits.length - 1)));
  return parts.reduce((colour, part) => (colour << 8) | part, 0);
}

/** The background that COLORFGBG names, such as 15;0, by xterm's palette; null: none.  @see rxvt(1) */
export function groundHint(env: Readonly<Record<string, string | undefined>>): Colour | null {
  const index = /^\d+;(?:\w+;)?(\d|1[0-5])$/.exec(env.COLORFGBG ?? '')?.[1];
  return index === undefined ? null : paletteColour(Number(index));
}

/** Asks a terminal once for its background. An answer that comes too late to wait for is still told. */
export class GroundQuestion {
  private readonly onGround: (ground: Colour) => void;
  private readonly ended = Promise.withResolvers<void>();

  constructor(onGround: (ground: Colour) => void) {
    this.onGround = onGround;
  }

  /** Takes each reply of the terminal. */
  take(reply: string): void {
    const ground = groundOf(reply);
    if (ground !== null) this.onGround(ground);
    else if (attributes.test(reply.slice(1))) this.ended.resolve();
  }

  /** Writes the question; settles at the end of the answer, or after `patienceMs`. */
  async ask(write: (text: string) => void, patienceMs: number): Promise<void> {
    write(question);
    const timer = setTimeout(this.ended.resolve, patienceMs);
    await this.ended.promise;
    clearTimeout(timer);
  }
}
