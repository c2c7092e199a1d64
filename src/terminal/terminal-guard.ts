import { errorMessage } from '../text/error-message.ts';
import { writeFully } from './write-fully.ts';

const enterSequence = '\x1b[?1049h\x1b[?7l\x1b[H\x1b[2J\x1b[?25l';
/** Ends a synchronized update, gives back style, wrap, paste mode, cursor and the main screen, in this order. */
const leaveSequence = '\x1b[?2026l\x1b[m\x1b[?7h\x1b[?2004l\x1b[?25h\x1b[?1049l';

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type EndingSignal = keyof typeof exitCodes;

export interface TerminalGuardOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream & { readonly fd: number };
  /** Turns bracketed paste on. */
  readonly bracketedPaste?: boolean;
  /** Called when the terminal was given back: nothing may write to it any more. */
  readonly onLeave?: () => void;
  /** Text to write once the terminal was given back, on every way out; '' for nothing. */
  readonly lastWords?: () => string;
  /** Called when the program goes on after a stop: everything has to be painted again. */
  readonly onResume?: () => void;
}

export interface TerminalGuard {
  /** Takes the terminal: alternate screen, no cursor; from here on every way out gives it back. */
  enter(): void;
  /** Gives the terminal back and stops watching for ways out; does nothing the second time. */
  leave(): void;
  /** Gives the terminal back, says what went wrong in one line on stderr, and ends with exit code 1. */
  fail(error: unknown): never;
}

/** Does not wait for a terminal that takes nothing for half a second, and passes over a lost one: ending matters more. */
function write(fd: number, text: string): void {
  try {
    writeFully(fd, text, { patienceMs: 500 });
  } catch {
    // There is nobody left to read it.
  }
}

/** The line that tells of a defect; the stack as well where ATTNSCOPE_DEBUG is set. */
function describe(error: unknown): string {
  if (process.env.ATTNSCOPE_DEBUG && error instanceof Error && error.stack) return `attnscope: ${error.stack}\n`;
  return `attnscope: internal error: ${errorMessage(error).replace(/\s*\n\s*/g, ' ')} (ATTNSCOPE_DEBUG=1 shows where)\n`;
}

/** Gives the terminal back exactly once, however the program ends. */
export function guardTerminal(options: TerminalGuardOptions): TerminalGuard {
  const { stdin, stdout, bracketedPaste = false, onLeave, lastWords, onResume } = options;
  let isEntered = false;
  let wasRaw = false;

  const setRaw = (on: boolean): void => {
    try {
      if (stdin.isTTY && stdin.isRaw !== on) stdin.setRawMode(on);
    } catch {
      // The terminal is gone: there is nothing to give back.
    }
  };

  const take = (): void => {
    write(stdout.fd, enterSequence + (bracketedPaste ? '\x1b[?2004h' : ''));
  };

  const giveBack = (): void => {
    setRaw(false);
    write(stdout.fd, leaveSequence);
  };

  const leave = (): void => {
    if (!isEntered) return;
    isEntered = false;
    onLeave?.();
    giveBack();
    write(stdout.fd, lastWords?.() ?? '');
    for (const [event, listener] of processListeners) process.off(event, listener);
    stdout.off('error', onLostLine);
    stdin.off('error', onLostLine);
    stdin.off('end', onLostLine);
  };

  const end = (code: number): never => {
    leave();
    process.exit(code);
  };

  const fail = (error: unknown): never => {
    leave();
    write(2, describe(error));
    process.exit(1);
  };

  /** A lost terminal counts as a hang-up. */
  const onLostLine = (): void => end(exitCodes.SIGHUP);
  const onSignal = (signal: unknown): void => end(exitCodes[signal as EndingSignal]);

  const onStop = (): void => {
    wasRaw = stdin.isRaw === true;
    giveBack();
    process.kill(process.pid, 'SIGSTOP');
  };

  const onContinue = (): void => {
    // SIGSTOP comes without notice: a shell may then have changed raw mode, and `isRaw` does not show it.
    const raw = wasRaw || stdin.isRaw === true;
    wasRaw = false;
    setRaw(false);
    setRaw(raw);
    take();
    onResume?.();
  };

  const processListeners: readonly (readonly [string, (argument: unknown) => void])[] = [
    ['exit', leave],
    ['SIGHUP', onSignal],
    ['SIGINT', onSignal],
    ['SIGTERM', onSignal],
    ['SIGTSTP', onStop],
    ['SIGCONT', onContinue],
    ['uncaughtException', fail],
    ['unhandledRejection', fail],
  ];

  const enter = (): void => {
    if (isEntered) return;
    isEntered = true;
    for (const [event, listener] of processListeners) process.on(event, listener);
    stdout.on('error', onLostLine);
    stdin.on('error', onLostLine);
    stdin.on('end', onLostLine);
    take();
  };

  return { enter, leave, fail };
}
