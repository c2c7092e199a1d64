import type { PaneName } from '../explorer/selection.ts';
import type { Controller } from './controller.ts';

/** A key, or several, that do one thing. */
export interface Binding {
  /** Names as `keyName` gives them. */
  readonly keys: readonly string[];
  /** How the keys are written in the help and at the bottom of the screen. */
  readonly label: string;
  readonly does: string;
  /** Short words for the line at the bottom; none: the key is not named there. */
  readonly hint?: string;
  /** Only while this pane is the main one. */
  readonly pane?: PaneName;
  /** Named at the bottom only for models that have it; elsewhere the key says that there is none. */
  readonly needs?: 'decoder' | 'predictions' | 'lines';
  run(controller: Controller): void;
}

/** What moves something by so many steps. */
export type Move = (controller: Controller, steps: number) => void;
