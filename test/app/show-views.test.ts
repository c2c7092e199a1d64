import { describe, expect, test } from 'vitest';
import { showText } from '../../src/app/commands/show.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { lensOf, paneOf, viewNames } from '../../src/explorer/settings/views.ts';
import type { LoadedModel } from '../../src/loaders/load-model.ts';
import { defaultTheme } from '../../src/terminal/colour/theme.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';

const models: readonly (readonly [string, LoadedModel, string, string | null])[] = [
  ['use-lite', builtInModel('use-lite'), 'The boat drifted toward the river bank.', null],
  ['example', builtInModel('example'), 'please study man', null],
  ['gpt2', hfModel('gpt2'), 'The cat sat on the mat.', null],
  ['llama', hfModel('llama'), 'The cat sat on the mat.', null],
  ['t5', hfModel('t5'), 'the cat', 'a dog'],
];

const plain = { columns: null, depth: 'none', theme: defaultTheme } as const;

function shown(loaded: LoadedModel, text: string, target: string | null, view: string, ascii = false) {
  const [pane, lens] = [paneOf(view) ?? 'attention', lensOf(view)];
  return showText(createExplorer({ loaded, text, sentenceB: text, target, pane, lens }), { ...plain, ascii });
}

describe.each(models)('show --view of %s', (_, loaded, text, target) => {
  test.each(viewNames.filter((view) => view !== 'no-sink'))('%s: text and no signs of colour', async (view) => {
    const printed = await shown(loaded, text, target, view);
    expect(printed.split('\n').length).toBeGreaterThan(6);
    expect(printed).not.toContain('\x1b');
    expect(printed).not.toMatch(/NaN|undefined|Infinity/);
    // What is predicted is written as the vocabulary has it.
    const drawn = ['changes', 'sweep'].includes(view) ? /^[\n\x20-\x7e\p{L}°]*$/u : /^[\n\x20-\x7e]*$/;
    expect(await shown(loaded, text, target, view, true)).toMatch(drawn);
  });
});

describe('what a view says', () => {
  const [, useLite, river] = models[0]!;

  test('weights is what is printed without a view', async () => {
    const explorer = createExplorer({ loaded: useLite, text: river, sentenceB: river });
    const withoutTime = (printed: string) => printed.replace(/ +\d+ tokens +[\d.]+ ms/, '');
    expect(withoutTime(await shown(useLite, river, null, 'weights'))).toBe(
      withoutTime(await showText(explorer, { ...plain, ascii: false })),
    );
  });

  test('trace explains the weight that stands in the status line of the weights', async () => {
    const [, weight] = /weight (0\.\d{3}) · scaled/.exec(await shown(useLite, river, null, 'weights'))!;
    const printed = await shown(useLite, river, null, 'trace');
    const [, explained] = /= (0\.\d{4}) {2}the number in its cell/.exec(printed)!;
    expect(Number(explained)).toBeCloseTo(Number(weight), 3);
  });

  test('a head without a sink: one line that says so', async () => {
    await expect(shown(useLite, river, null, 'no-sink')).rejects.toThrow(/--view no-sink: this head has no sink/);
  });

  test('one empty line stands between the parts, and none before the first', async () => {
    const [, t5, text, target] = models[4]!;
    const lines = (await shown(t5, text, target, 'weights')).split('\n');
    const titles = lines.flatMap((line, at) => (line.includes('attnscope  t5') ? at : []));
    expect(titles).toHaveLength(3);
    expect(titles[0]).toBe(0);
    for (const at of titles.slice(1)) expect([lines[at - 1], lines[at - 2]]).toEqual(['', expect.stringMatching(/./)]);
    const cross = createExplorer({ loaded: t5, text, target, part: 'cross' });
    expect(await showText(cross, { ...plain, ascii: false })).toMatch(/^ attnscope/);
  });

  test('rollout has no attention from one text to another, which its part says', async () => {
    const [, t5, text, target] = models[4]!;
    expect(await shown(t5, text, target, 'rollout')).toContain('rollout follows one text through its layers');
  });
});
