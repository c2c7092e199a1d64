import type { ReadonlySignal, Signal } from '@preact/signals-core';
import type { EditorAction } from '../explorer/editor/editor.ts';
import type { ExplorerModel } from '../explorer/explorer-inputs.ts';
import type { Binding, KeyContext } from '../panes/kit/pane.ts';
import type { Focus, Frame, Overlay } from './frame.ts';

/** A model to choose. */
export interface ModelChoice {
  readonly name: string;
  readonly note: string;
  /** Why it cannot be opened; null: it can. */
  readonly problem?: string | null;
}

/** What became of the command of a screen. */
export interface Kept {
  /** The terminal was asked to copy it. */
  readonly isSentToClipboard: boolean;
  /** It will be printed when the reader leaves. */
  readonly isPrintedOnLeaving: boolean;
}

/** What the explorer needs from outside. */
export interface ControllerHost {
  readonly choices: readonly ModelChoice[];
  /** @throws Error with a line to show if the model cannot be loaded. */
  load(
    name: string,
    onProgress: (doneBytes: number, totalBytes: number) => void,
    signal: AbortSignal,
  ): Promise<ExplorerModel>;
  loadExample(): ExplorerModel;
  /** Paints the whole screen again. */
  redraw(): void;
  /** Copies the command of a screen to the terminal's clipboard and prints it when the reader leaves, as far as it can. */
  keepLine(line: string): Kept;
}

/** The explorer without its terminal: keys go in, frames come out. */
export interface Controller extends KeyContext {
  readonly frame: ReadonlySignal<Frame>;
  readonly focus: Signal<Focus>;
  readonly overlay: Signal<Overlay | null>;
  readonly message: Signal<string | null>;
  readonly choices: readonly ModelChoice[];
  edit(action: EditorAction): void;
  /** Shows the next pane; wraps around. */
  turnPane(steps: number): void;
  /** Goes to the line of the second sentence, and opens it if need be. */
  typeSecond(): void;
  /** Esc in the panes: out of the zoom, else back to the main panes, else it says how to type and how to leave. */
  stepOut(): void;
  /** Appends the most probable next token. */
  appendBest(): void;
  /** Stops a long computation; false if there is none to stop. */
  stop(): boolean;
  chooseModel(name: string): void;
  /** Opens the worked example, or returns from it. */
  toggleExample(): void;
  /** The command line that opens this screen, copied and kept as far as the host can. */
  keepLine(): Kept & { readonly parts: readonly string[] };
  redraw(): void;
  quit(): void;
  /** Settles when the reader leaves. */
  readonly left: Promise<void>;
}

/** A key that acts outside the panes, too. */
export type AppBinding = Binding<Controller>;
