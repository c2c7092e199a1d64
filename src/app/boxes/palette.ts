import type { EditorCommand } from '../../explorer/editor/editor.ts';
import { panes } from '../../panes/all.ts';
import { withKeys } from '../../panes/kit/key-names.ts';
import { moveHead, moveKey, moveLayer, moveQuery } from '../../panes/kit/moves.ts';
import type { Binding, Pane } from '../../panes/kit/pane.ts';
import type { Controller } from '../controller-type.ts';
import { editorCommands, writtenKey } from '../editor-keys.ts';
import type { Overlay } from '../frame.ts';
import { bindingsIn, keyOf } from '../keys/bindings.ts';
import { globalBindings, inputBindings } from '../keys/global-keys.ts';
import { hintOf } from '../keys/hints.ts';
import { paneBindings } from '../keys/pane-keys.ts';
import { type Choice, listBox } from './list-box.ts';
import { modelChoices } from './models.ts';

/** An action, before twins are left out. */
interface Action {
  readonly does: string;
  /** '': it has none that acts now. */
  readonly key: string;
  /** Whether the key acts where the focus is, without another key before it. */
  readonly isDirect: boolean;
  readonly problem: string | null;
  /** Smaller is more useful. */
  readonly rank: number;
  run(): void;
}

/** Every action of the program, found by its words. */
export function paletteBox(c: Controller): Overlay {
  return listBox(c, {
    kind: 'palette',
    mode: 'ACTIONS',
    title: 'all actions',
    label: ':',
    invitation: 'type words of an action',
    hints: ['type to search', '↑↓ choose', 'Enter do it', 'Esc close'],
    choices: choicesOf(c),
    nothing: (query) => `no action has "${query}" in its words`,
    closedBy: 'ctrl+p',
  });
}

/** The choices of the palette: useful ones first, and those that can act now before the others. */
function choicesOf(c: Controller): readonly Choice[] {
  const actions = withoutTwins([
    ...paneActions(c),
    ...placedActions(c),
    ...globalActions(c),
    ...modelActions(c),
    ...sentenceActions(c),
  ]);
  const order = (one: Action) => one.rank + (one.problem === null ? 0 : 100);
  return actions
    .toSorted((a, b) => order(a) - order(b))
    .map(({ does, key, problem, run }) => ({
      ...{ text: does, key },
      problem: problem === null ? null : withKeys(problem, keyOf),
      choose: run,
    }));
}

/** One line for each effect; the keys of twins stand side by side. */
function withoutTwins(actions: readonly Action[]): Action[] {
  const kept = new Map<string, Action>();
  for (const action of actions) {
    const name = action.does.replaceAll('the ', '');
    const twin = kept.get(name);
    if (twin === undefined) kept.set(name, action);
    else if (twin.isDirect === action.isDirect && action.key !== '') {
      kept.set(name, { ...twin, key: twin.key === '' ? action.key : `${twin.key} or ${action.key}` });
    } else if (action.isDirect) kept.set(name, { ...twin, key: action.key, isDirect: true });
  }
  return [...kept.values()];
}

const isInPanes = (c: Controller) => c.focus.peek() === 'panes';

/** The words and the key of a binding by itself; null: its twin stands for it. */
function alone({ label, short, does, alone: own }: Binding<Controller>): { key: string; does: string } | null {
  if (own !== undefined) return { key: own[0], does: own[1] };
  return label === '' ? null : { key: short ?? label, does };
}

/** Keys one after the other: Esc, 2, Space. */
const inTurn = (...keys: readonly (string | null)[]) => keys.filter((key) => key !== null).join(', ');

/** Keys of all panes. They act on the pane in front, wherever the focus is. */
function paneActions(c: Controller): Action[] {
  const acting = new Set(bindingsIn(c.explorer.inputs.pane.peek()));
  return paneBindings
    .filter(({ action }) => action !== 'palette')
    .flatMap((binding) => {
      const words = alone(binding);
      if (words === null) return [];
      const isThere = binding.action === 'sentence' && !isInPanes(c);
      return {
        does: words.does,
        // A key of the pane in front may take its place.
        key: acting.has(binding) ? inTurn(isInPanes(c) ? null : keyOf('panes'), words.key) : '',
        isDirect: isInPanes(c),
        problem: isThere ? 'the keys go to the sentence already' : (binding.problem?.(c) ?? null),
        rank: binding.hint === undefined || binding.action === undefined ? 2 : 1,
        run: () => binding.run(c),
      };
    });
}

const globalMoves: readonly unknown[] = [moveQuery, moveKey, moveHead, moveLayer].map(([, move]) => move);

/** The arrows of a pane that do what no key does elsewhere, and the pane's own keys. */
function ownOf({ keys = [], upDown, leftRight }: Pane): { key: string; does: string; binding: Binding }[] {
  const moves = [
    { arrows: ['↑', '↓'], move: upDown },
    { arrows: ['←', '→'], move: leftRight },
  ]
    // "into or back" has keys of its own.
    .filter(({ move: [what, move] }) => !globalMoves.includes(move) && !what.includes(' or '))
    .flatMap(({ arrows, move: [what, move] }) =>
      arrows.map((key, at) => {
        const does = `${at === 0 ? 'previous' : 'next'} ${what}`;
        return {
          key,
          does,
          binding: { keys: [], label: key, does, run: (c: Parameters<typeof move>[0]) => move(c, 2 * at - 1) },
        };
      }),
    );
  const own = keys.flatMap((binding) => {
    const words = alone(binding);
    return words === null ? [] : [{ ...words, binding }];
  });
  return [...own, ...moves];
}

/** Keys of single panes: each brings its pane to the front. */
function placedActions(c: Controller): Action[] {
  const front = c.explorer.inputs.pane.peek();
  const needsSecond = c.explorer.inputs.sentenceB.peek() === null;
  const seen = new Set<unknown>();
  return panes
    .toSorted((a, b) => Number(b.name === front) - Number(a.name === front))
    .flatMap((pane) => {
      const isFront = pane.name === front;
      return ownOf(pane).flatMap(({ key, does, binding }): Action[] => {
        // Panes share some keys.
        if (seen.has(binding)) return [];
        seen.add(binding);
        return [
          {
            does: `in ${pane.title}: ${does}`,
            key: inTurn(isInPanes(c) ? null : keyOf('panes'), isFront ? null : (pane.alias ?? pane.key), key),
            isDirect: isFront && isInPanes(c),
            problem:
              pane.isOfTwo === true && needsSecond
                ? 'there is no second sentence: {sentences} opens one'
                : (binding.problem?.(c) ?? null),
            rank: isFront ? 0 : 5,
            run: () => {
              if (!isFront) c.showPane(pane.name);
              binding.run(c);
            },
          },
        ];
      });
    });
}

function globalActions(c: Controller): Action[] {
  return globalBindings
    .filter(({ action }) => action !== 'palette-anywhere')
    .flatMap((binding) => {
      const words = alone(binding);
      if (words === null) return [];
      const problem = binding.problem?.(c) ?? null;
      return { ...words, isDirect: true, problem, rank: 3, run: () => binding.run(c) };
    });
}

function modelActions(c: Controller): Action[] {
  const open = c.explorer.inputs.loaded.peek().model.name;
  return modelChoices(c).map(({ text, problem, choose }) => ({
    does: `open the model ${text}`,
    key: '',
    isDirect: false,
    problem: text === open ? 'it is open now' : problem,
    rank: 4,
    run: choose,
  }));
}

/** Keys of the sentence, which acts on the one that has or had the focus. */
function sentenceActions(c: Controller): Action[] {
  const before = isInPanes(c) ? keyOf('sentence') : null;
  const common = { isDirect: before === null, rank: 6 };
  const moves = inputBindings.flatMap((binding): Action[] => {
    const words = alone(binding);
    const isThere = before !== null && binding.action === 'panes';
    const isOnlyLine = before !== null && binding.action === 'next-line' && hintOf(binding, c) === null;
    const focusProblem = isThere
      ? 'the keys go to the panes already'
      : isOnlyLine
        ? 'there is only one sentence'
        : null;
    if (words === null) return [];
    return [
      {
        ...common,
        does: words.does,
        key: isThere ? '' : inTurn(before, words.key),
        problem: focusProblem ?? binding.problem?.(c) ?? null,
        run: () => {
          if (before !== null) c.focus.value = 'input';
          binding.run(c);
        },
      },
    ];
  });
  const edits = Object.entries(editorCommands).map(
    ([type, { keys, does }]): Action => ({
      ...common,
      does: `in the sentence: ${does}`,
      key: inTurn(before, writtenKey(keys[0] ?? '')),
      problem: null,
      run: () => c.edit({ type: type as EditorCommand }),
    }),
  );
  return [...moves, ...edits];
}
