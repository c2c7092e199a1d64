import { panes } from '../../panes/all.ts';
import type { HelpSection } from '../../panes/frame/help-view.ts';
import type { Pane } from '../../panes/kit/pane.ts';
import type { AppBinding } from '../controller-type.ts';
import { editorCommands, writtenKey } from '../editor-keys.ts';
import { globalBindings, inputBindings } from './global-keys.ts';
import { paneBindings } from './pane-keys.ts';

const editing: HelpSection = {
  title: 'editing the sentence',
  entries: Object.values(editorCommands).map(({ keys, does }) => ({ keys: keys.map(writtenKey).join(' '), does })),
};

const arrows = [
  { keys: '↑ ↓ or k j', does: 'move in the pane in front' },
  { keys: '← → or h l', does: 'move across it' },
];

function arrowsIn({ upDown, leftRight }: Pane, where = '') {
  return { keys: '↑ ↓, ← →', does: `${where}${upDown[0]}, ${leftRight[0]}` };
}

const entriesOf = (bindings: readonly AppBinding[], where = '') =>
  bindings.filter((one) => one.label !== '').map(({ label, does }) => ({ keys: label, does: where + does }));

const keysIn = (pane: Pane, where?: string) => [arrowsIn(pane, where), ...entriesOf(pane.keys ?? [], where)];

/** Every key, by where it works: those of the pane in front come first. */
export function keySections(front: Pane | null = null): HelpSection[] {
  const others = panes.filter((pane) => pane !== front);
  return [
    ...(front === null ? [] : [{ title: `in this pane: ${front.title}`, entries: keysIn(front) }]),
    { title: 'in the panes', entries: [...arrows, ...entriesOf(paneBindings)] },
    { title: 'anywhere', entries: entriesOf(globalBindings) },
    { title: 'in the sentence', entries: entriesOf(inputBindings) },
    editing,
    {
      title: front === null ? 'in one of the panes' : 'in the other panes',
      entries: others.flatMap((pane) => keysIn(pane, `in ${pane.title}: `)),
    },
  ];
}
