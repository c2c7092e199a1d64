import { createScreen } from '../../src/app/screen.ts';
import { createActions } from '../../src/explorer/actions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { PaneName } from '../../src/explorer/pane-names.ts';
import { builtInModel } from '../support/models.ts';
import { besideAim, milliseconds, printTable } from './report.ts';
import { median } from './statistics.ts';

const runs = 60;
const keyAimMs = 50;
const sentences = [
  'I deposited all of my money in the bank today and left.',
  'The boat drifted slowly toward the bank of the river again.',
] as const;

/** Times a key, and a change of the computation, with two sentences open: the whole screen, in one thread. */
export function benchCompare(): void {
  const [text, other] = sentences;
  const explorer = createExplorer({ loaded: builtInModel('use-lite'), text, sentenceB: other, columns: 120, rows: 40 });
  const actions = createActions(explorer);
  const screen = createScreen(explorer);
  const counts = [explorer.tokens, explorer.other.tokens].map((one) => one.value.keys.length).join(' and ');
  const timed = (work: () => void) => {
    const start = performance.now();
    work();
    void screen.value;
    return performance.now() - start;
  };
  const rows: string[][] = [];
  const measure = (name: string, pane: PaneName, forth: () => void, back: () => void) => {
    actions.showPane(pane);
    void screen.value;
    const times: number[] = [];
    for (let run = 0; run < runs; run++) {
      times.push(timed(forth));
      explorer.recorder.takeRuns();
      times.push(timed(back));
    }
    rows.push([pane, name, milliseconds(median(times)), besideAim(median(times), keyAimMs)]);
  };
  const typed = (line: string) => `${line.slice(0, -1)}s.`;
  for (const pane of ['attention', 'sentences', 'word', 'changes'] as const) {
    measure(
      'a letter in A',
      pane,
      () => actions.setText(typed(text)),
      () => actions.setText(text),
    );
    measure(
      'a letter in B',
      pane,
      () => actions.setOther(typed(other)),
      () => actions.setOther(other),
    );
    measure(
      'a letter in both',
      pane,
      () => {
        actions.setText(typed(text));
        actions.setOther(typed(other));
      },
      () => {
        actions.setText(text);
        actions.setOther(other);
      },
    );
  }
  actions.setOther(null);
  for (const [name, toggle] of [
    ['√d_k off and on', actions.toggleScaling],
    ['causal mask on and off', actions.toggleMask],
    ['a head off and on', actions.toggleHead],
    ['a key hidden and shown', actions.toggleKey],
  ] as const)
    measure(name, 'changes', toggle, toggle);
  printTable(
    `Two sentences and what-if, use-lite, ${counts} tokens, computed and laid out`,
    ['pane', '', 'ms', 'aim'],
    rows,
  );
}
