import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandLineOf, stateOf } from '../../src/app/command-line.ts';
import { paneNamed } from '../../src/app/pane-named.ts';
import { createActions } from '../../src/explorer/actions.ts';
import type { ExplorerModel } from '../../src/explorer/explorer-inputs.ts';
import { type ExplorerScreen, openScreen } from '../support/explorer-screen.tsx';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';
import { opened } from '../support/pressed-explorer.ts';
import { parsedLine, shellWords } from '../support/reopened.ts';

/** The kind of number that is typed in the pane in front. */
const editedIn = ({ controller: { explorer } }: ExplorerScreen) =>
  paneNamed(explorer.inputs.pane.value).edits?.(explorer) ?? 'attentionWeights';

const models = {
  'use-lite': builtInModel('use-lite'),
  example: builtInModel('example'),
  gpt2: hfModel('gpt2'),
  t5: hfModel('t5'),
} satisfies Record<string, ExplorerModel>;
type ModelName = keyof typeof models;

/** Keys of the panes, as the reader presses them; those that leave or open a field are left out. */
const keys = [
  ...['left', 'right', 'up', 'down', 'alt+up', 'alt+down', 'pageup', 'pagedown', 'enter', 'backspace'],
  ...['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', 'v', 'b', 'escape', 'y', 'd', 'p', 's', 't', 'w', 'h', 'o'],
  ...[
    'c',
    'u',
    'x',
    'g',
    'S',
    'N',
    'Z',
    'a',
    'n',
    '.',
    ',',
    '[',
    ']',
    '<',
    '>',
    'space',
    'tab',
    'e',
    '+',
    '+',
    'B',
    'i',
    'shift+tab',
  ],
];
const sentences = {
  'use-lite': ['The boat drifted toward the river bank.', "it's -5", '日本 x'],
  example: ['please study man', 'man'],
  gpt2: ['The cat sat', "don't"],
  t5: ['the cat sat'],
};

/** What a reader does: presses a key, or types a number into the selected cell. */
const act = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...keys) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((value) => value + 0) },
);
const walk = fc.constantFrom(...(Object.keys(models) as ModelName[])).chain((model) =>
  fc.record({
    model: fc.constant(model),
    text: fc.constantFrom(...sentences[model]),
    acts: fc.array(act, { maxLength: 30 }),
    scaleFactor: fc.option(fc.double({ noNaN: true, min: 0, max: 100 })),
  }),
);

/** The rows of a screen, and all that is drawn. */
async function drawn(screen: ExplorerScreen) {
  const picture = await screen.picture();
  const { width, height, text } = picture;
  const rows = Array.from({ length: height }, (_, row) => text.slice(row * width, (row + 1) * width).join(''));
  return { rows, picture: JSON.stringify(picture) };
}

/** The line that L gives. */
function lineOf({ controller, press }: ExplorerScreen): string {
  controller.focus.value = 'panes';
  press('L');
  expect(controller.overlay.value).toMatchObject({ kind: 'state' });
  press('q');
  return controller.keepLine().parts.join(' ');
}

describe('the command line of a screen', () => {
  test('opens the same state and the same screen, whatever was pressed', async () => {
    await fc.assert(
      fc.asyncProperty(walk, async ({ model, text, acts, scaleFactor }) => {
        const first = openScreen({
          columns: 120,
          rows: 40,
          model,
          text,
          options: model === 't5' ? { target: 'a dog' } : {},
        });
        try {
          const { controller } = first;
          controller.focus.value = 'panes';
          for (const one of acts) {
            if (typeof one === 'string') first.press(one);
            else controller.change(() => controller.actions.editCell(editedIn(first), one));
            await first.picture();
          }
          if (scaleFactor !== null) controller.change(() => controller.actions.setScaleFactor(scaleFactor));
          const line = lineOf(first);
          const parsed = parsedLine(line);
          const name = basename(parsed.options.model ?? 'use-lite') as ModelName;
          const second = openScreen({
            columns: 120,
            rows: 40,
            model: name,
            text: parsed.text ?? '',
            options: parsed.options,
          });
          try {
            expect(stateOf(second.controller.explorer), line).toEqual(stateOf(controller.explorer));
            expect(await drawn(second), line).toEqual(await drawn(first));
          } finally {
            second.close();
          }
        } finally {
          first.close();
        }
      }),
      { numRuns: Number(process.env.WALKS ?? 60) },
    );
  }, 400_000);

  test('is read by a POSIX shell as it was meant', () => {
    for (const text of ["it's -5", '$(x) `y` "z" \\ !', '-x', 'show', '日本', '', '-', '--', "''"]) {
      const { explorer } = opened({ text, sentenceB: text });
      const line = commandLineOf(explorer, false);
      const script = `attnscope() { printf '%s\\0' "$@"; }; ${line}`;
      const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
      expect(words, line).toEqual(shellWords(line).slice(1));
      expect(parsedLine(line), line).toMatchObject({
        command: 'explore',
        isPiped: false,
        options: { sentenceB: text },
      });
      expect(parsedLine(line).text ?? '').toBe(text);
    }
  });

  test('has only what differs from the defaults, and reads well', () => {
    const { explorer } = opened({
      text: 'The boat drifted toward the river bank.',
      query: null,
      key: null,
      layer: 0,
      head: 0,
    });
    expect(commandLineOf(explorer, false)).toBe("attnscope 'The boat drifted toward the river bank.'");
    const actions = createActions(explorer);
    actions.setOther('The boat');
    actions.toggleScaling();
    Object.assign(explorer.inputs.layer, { value: 1 });
    explorer.inputs.head.value = 1;
    explorer.inputs.pane.value = 'word';
    explorer.inputs.interventions.value = {
      ...explorer.interventions.value,
      hiddenKeys: [3],
      edits: [{ stage: 'attentionWeights', layer: 1, head: 1, row: 7, column: 6, value: 0.5 }],
    };
    expect(commandLineOf(explorer, true)).toBe(
      "attnscope 'The boat drifted toward the river bank.' --other 'The boat' --layer 1 --head 1 --view word --focus panes --unscaled --hide-key 3 --cell weights:1.1.7.6=0.5",
    );
  });
});
