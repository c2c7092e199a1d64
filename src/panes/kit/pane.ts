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
  /** Changes inputs, and sees to the numbers that follow. */
  change(change: () => void): void;
  /** Changes what acts only on the stack that reads the text; elsewhere it says so. */
  intervene(change: () => void): void;
  /** Shows a line that the next key takes away; `{action}` in it becomes the key of that action. */
  say(message: string): void;
  /** Brings a pane to the front. */
  showPane(name: string): void;
  /** Takes the second sentence away. */
  closeSecond(): void;
}

/** A key, or several, that do one thing. */
export interface Binding<Context = KeyContext> {
  /** What sentences call it, so that none of them names a key by its letter. */
  readonly action?: string;
  /** Names as `keyName` gives them. */
  readonly keys: readonly string[];
  /** How the keys are written in the help; '': a twin of the key before it, which the help leaves out. */
  readonly label: string;
  /** How a sentence writes the key, where the label names several. */
  readonly short?: string;
  readonly does: string;
  /** Short words for the line at the bottom; none: the key is not named there. */
  readonly hint?: string;
  /** Whether the line at the bottom names it now; it does where this is left out. */
  isHinted?(context: Context): boolean;
  /** Why it cannot act now; null: it can. */
  problem?(context: Context): string | null;
  run(context: Context): void;
}

/** What moves something by so many steps, and what that is. */
export type Move = readonly [what: string, move: (context: KeyContext, steps: number) => void];

export interface PaneContext {
  readonly size: Size;
  /** How the key of an action is written.  @throws RangeError when there is no such action. */
  keyOf(action: string): string;
}

/** All that there is to say of a pane. A new pane is a folder with one of these; nothing else names it. */
export interface Pane<Name extends string = string> {
  readonly name: Name;
  readonly title: string;
  /** Its place among the panes: in Tab's order and in the help. */
  readonly order: number;
  /** The key that brings it to the front, and another one. */
  readonly key: string;
  readonly alias?: string;
  /** What the help says of that key; its title where this is left out. */
  readonly help?: string;
  /** What the line at the bottom says of that key. */
  readonly hint?: string;
  /** Its name for `--view`. */
  readonly view: string;
  /** core: one of the panes that are all in view where there is room. beside: right of what it explains. whole: the whole body. */
  readonly place: 'core' | 'beside' | 'whole';
  /** It compares two sentences. */
  readonly isOfTwo?: true;
  /** It shows all heads, or none. */
  readonly isHeadless?: true;
  /** What it asks of a run beyond the trace. */
  readonly needs?: readonly Need[];
  /** Keys that act in this pane, besides the arrows. */
  readonly keys?: readonly Binding[];
  readonly upDown: Move;
  readonly leftRight: Move;
  /** What happens when its key is pressed, before it comes to the front. */
  enter?(explorer: Explorer, from: Pane): void;
  /** What its key does while it is in front; nothing where this is left out. */
  again?(context: KeyContext): void;
  /** The number that is selected in it; the weight where this is left out. */
  explains?(explorer: Explorer): LayerStage;
  /** The kind of number that can be typed in it; none: none can. */
  edits?(explorer: Explorer): EditableStage;
  /** Words behind its title. */
  note?(explorer: Explorer): string;
  /** The two lines about what is selected; those of the weight where this is left out. */
  status?(explorer: Explorer): readonly [what: string, how: string];
  rows(explorer: Explorer, context: PaneContext): Row[];
  /** Rows that it wants without a screen. */
  heightOf(explorer: Explorer): number;
  /** What it shows without a screen, where that is more than its rows. */
  show?(explorer: Explorer, rows: () => Row[]): Row[];
  /** Computes what it shows beside the run. */
  prepare?(explorer: Explorer): Promise<void>;
}

/** Keeps the name of the pane as its type. */
export function definePane<const Name extends string>(pane: Pane<Name>): Pane<Name> {
  return pane;
}

/** A part of the screen that has no key: it is there where there is room. */
export interface Extra {
  title(explorer: Explorer): string;
  rows(explorer: Explorer, context: PaneContext): Row[];
}
