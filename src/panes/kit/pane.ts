import type { EditableStage } from '../../core/interventions.ts';
import type { LayerStage } from '../../core/trace.ts';
import type { ExplorerActions } from '../../explorer/actions.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import type { Need } from '../../run/run.ts';
import type { Row, Size } from './cells.ts';

/** What a key can act on. */
export interface KeyContext {
  readonly explorer: Explorer;
  readonly actions: ExplorerActions;
  /** Changes inputs and updates the numbers that follow. */
  change(change: () => void): void;
  /** Makes a change that acts only on the stack that reads the text; elsewhere it says so. */
  intervene(change: () => void): void;
  /** Shows a line until the next key; `{action}` in it becomes the key of that action. */
  say(message: string): void;
  /** Brings a pane to the front; closes it if it is open there. */
  showPane(name: string): void;
  /** Opens a box over the panes.  @throws RangeError if there is no such box */
  openBox(name: string): void;
}

/** One or more keys with the same effect. */
export interface Binding<Context = KeyContext> {
  /** Its name in sentences, so that none of them hard-codes a key. */
  readonly action?: string;
  /** Names as `keyName` gives them. */
  readonly keys: readonly string[];
  /** The keys as the help writes them; '': a twin of the key before it, which the help omits. */
  readonly label: string;
  /** The key in a sentence, if the label names several. */
  readonly short?: string;
  readonly does: string;
  /** Its own key and what that does, if `label` and `does` are about several. */
  readonly alone?: readonly [key: string, does: string];
  /** The key and short words for the line at the bottom; null or left out: the line does not name it. */
  readonly hint?: string | ((context: Context) => string | null);
  /** Why it cannot act now; null if it can. */
  problem?(context: Context): string | null;
  run(context: Context): void;
}

/** What moves, and how to move it by a number of steps. */
export type Move = readonly [what: string, move: (context: KeyContext, steps: number) => void];

export interface PaneContext {
  readonly size: Size;
  /** The key of an action, as the screen writes it.  @throws RangeError when there is no such action. */
  keyOf(action: string): string;
}

/** Everything that defines a pane. A new pane is a folder with one of these; nothing else names it. */
export interface Pane<Name extends string = string> {
  readonly name: Name;
  readonly title: string;
  /** Its place among the panes: in Tab's order and in the help. */
  readonly order: number;
  /** The key that brings it to the front, and a second one. */
  readonly key: string;
  readonly alias?: string;
  /** What the help says about that key (default: the title). */
  readonly help?: string;
  /** What the line at the bottom says about that key. */
  readonly hint?: string;
  /** Its name for `--view`. */
  readonly view: string;
  /** core: in view with the other core panes if there is room. beside: right of what it explains. whole: the whole body. */
  readonly place: 'core' | 'beside' | 'whole';
  /** It compares two sentences. */
  readonly isOfTwo?: true;
  /** Its key opens and closes the second sentence, whatever pane is in front. */
  readonly ownsSecond?: true;
  /** It does not show a single head. */
  readonly isHeadless?: true;
  /** What it needs from a run beyond the trace. */
  readonly needs?: readonly Need[];
  /** Keys that act in this pane, in addition to the arrows. */
  readonly keys?: readonly Binding[];
  readonly upDown: Move;
  readonly leftRight: Move;
  /** Runs when its key opens it, before it comes to the front. */
  enter?(explorer: Explorer, from: Pane): void;
  /** The stage of its selected number (default: the weight). */
  explains?(explorer: Explorer): LayerStage;
  /** The kind of number that the reader can type in it, if any. */
  edits?(explorer: Explorer): EditableStage;
  /** Words after its title. */
  note?(explorer: Explorer): string;
  /** Words after the title of another pane, while this one is in front. */
  pointsTo?(explorer: Explorer): { readonly pane: string; readonly words: string } | null;
  /** Two lines about the selected number (default, and for null: about the weight). */
  status?(explorer: Explorer): readonly [what: string, how: string] | null;
  rows(explorer: Explorer, context: PaneContext): Row[];
  /** How many rows it needs without a screen. */
  heightOf(explorer: Explorer): number;
  /** What it shows without a screen, if that is more than its rows. */
  show?(explorer: Explorer, rows: () => Row[]): Row[];
  /** Computes in the background while the pane is in front.  @returns a function that ends this */
  follow?(explorer: Explorer): () => void;
  /** Computes what it shows beyond the run. */
  prepare?(explorer: Explorer): Promise<void>;
}

/** Keeps the name of the pane as its type. */
export function definePane<const Name extends string>(pane: Pane<Name>): Pane<Name> {
  return pane;
}

/** A part of the screen without a key, shown if there is room. */
export interface Extra {
  title(explorer: Explorer): string;
  rows(explorer: Explorer, context: PaneContext): Row[];
}
