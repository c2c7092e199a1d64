import { batch } from '@preact/signals-core';
import type { ExplorerActions } from '../explorer/actions.ts';
import type { Explorer } from '../explorer/explorer.ts';
import { panes } from '../panes/all.ts';
import { roundFrom } from '../panes/kit/moves.ts';
import { paneNamed } from './pane-named.ts';
import type { SecondSentence } from './second-sentence.ts';

export interface PaneTrailParts {
  readonly explorer: Explorer;
  readonly actions: ExplorerActions;
  readonly second: SecondSentence;
  say(message: string): void;
}

/** What the reader opened over the main panes, and the way back. */
export interface PaneTrail {
  /** Brings a pane to the front; the key of an open pane closes it. */
  show(name: string): void;
  /** Goes on to the next pane; wraps around. */
  turn(steps: number): void;
  /** Goes back to the main panes.  @returns false if they are in front */
  leave(): boolean;
}

/** A pane to go back to, and whether there was a second sentence. */
interface Step {
  readonly name: string;
  readonly hadSecond: boolean;
}

const isCore = (name: string) => paneNamed(name).place === 'core';

export function createPaneTrail({ explorer, actions, second, say }: PaneTrailParts): PaneTrail {
  const { pane: front, sentenceB } = explorer.inputs;
  /** The panes below the one in front; the first is a main pane. */
  let below: readonly Step[] = [];
  const change = (work: () => void) => explorer.change(() => batch(work));
  const hasSecond = () => sentenceB.peek() !== null;
  const here = (): Step => ({ name: front.peek(), hadSecond: hasSecond() });

  /** Follows a way to a pane: on top of the others, or in place of the one in front. */
  function follow(name: string, from: Step, isTurn: boolean): void {
    const known = below.findIndex((step) => step.name === name);
    if (isCore(name)) below = [];
    else if (known >= 0) below = below.slice(0, known);
    else if (!isTurn || isCore(from.name)) below = [...below, from];
  }

  /** Goes back to a pane below, and closes the second sentence if it was opened since. */
  function goBack(index: number): void {
    const { name, hadSecond } = below[index] ?? { name: 'attention', hadSecond: true };
    below = below.slice(0, Math.max(0, index));
    change(() => {
      actions.showPane(name);
      if (!hadSecond && hasSecond()) second.close();
    });
  }

  /** Closes the second sentence and all panes that compare it. */
  function closeSecond(): void {
    below = below.filter(({ name }) => paneNamed(name).isOfTwo !== true);
    change(() => {
      second.close();
      if (paneNamed(front.peek()).isOfTwo !== true) return;
      actions.showPane(below.at(-1)?.name ?? 'attention');
      below = below.slice(0, -1);
    });
  }

  return {
    show(name) {
      const pane = paneNamed(name);
      const from = here();
      const opensSecond = pane.isOfTwo === true && !from.hadSecond;
      const isFront = from.name === name && !opensSecond;
      if (pane.ownsSecond === true && from.hadSecond) closeSecond();
      else if (isFront && isCore(name)) say(`${pane.title} is in front already`);
      else if (isFront) goBack(below.length - 1);
      else {
        change(() => {
          pane.enter?.(explorer, paneNamed(from.name));
          actions.showPane(name);
          if (opensSecond) second.open();
        });
        if (from.name !== name) follow(name, from, false);
      }
    },
    turn(steps) {
      const from = here();
      const names = panes.map((pane) => pane.name);
      const next = roundFrom(names, from.name, steps);
      change(() => actions.showPane(next));
      follow(next, from, true);
    },
    leave() {
      if (isCore(front.peek())) return false;
      goBack(0);
      return true;
    },
  };
}
