import { errorMessage } from '../text/error-message.ts';
import { writeFully } from './write-fully.ts';

const enterSequence = '\x1b[?1049h\x1b[?7l\x1b[H\x1b[2J\x1b[?25l';
/** Ends a synchronized update, then restores style, wrap, paste mode, cursor and the main screen. */
const leaveSequence = '\x1b[?2026l\x1b[m\x1b[?7h\x1b[?2004l\x1b[?25h\x1b[?1049l';

/** Exit codes of the signals that end the program: 128 + number. */
export const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

interface TerminalGuardOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream & { readonly fd: number };
  readonly bracketedPaste?: boolean;
  /** Called before the terminal is given back; from then on nothing may write to it. */
  readonly onLeave?: () => void;
  /** Text to write after the terminal was given back, however the program ends. */
  readonly lastWords?: () => string;
  /** Called when the program continues after a stop; everything must be repainted. */
  readonly onResume?: () => void;
}

interface TerminalGuard {
  /** Switches to the alternate screen without a cursor; however the program ends, it gives the terminal back. */
  enter(): void;
  /** Gives the terminal back; does nothing the second time. */
  leave(): void;
  /** Gives the terminal back, prints the error in one line on stderr, and exits with code 1. */
  fail(error: unknown): never;
}

/** Gives up after half a second, and ignores a lost terminal: ending matters more. */
function write(fd: number, text: string): void {
  try {
    writeFully(fd, text, { patienceMs: 500 });
  } catch {
    // Nobody is left to read it.
  }
}

function describe(error: unknown): string {
  if (process.env.ATTNSCOPE_DEBUG && error instanceof Error && error.stack) return `attnscope: ${error.stack}\n`;
  return `attnscope: internal error: ${errorMessage(error).replace(/\s*\n\s*/g, ' ')} (ATTNSCOPE_DEBUG=1 shows where)\n`;
}

/** Takes the terminal, and gives it back exactly once, however the program ends. */
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

  const onLostLine = (): void => end(exitCodes.SIGHUP);
  const onSignal = (signal: unknown): void => end(exitCodes[signal as keyof typeof exitCodes]);

  const onStop = (): void => {
    wasRaw = stdin.isRaw === true;
    giveBack();
    process.kill(process.pid, 'SIGSTOP');
  };

  const onContinue = (): void => {
    // SIGSTOP gives no notice, and the shell may change raw mode meanwhile, which `isRaw` does not show.
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
