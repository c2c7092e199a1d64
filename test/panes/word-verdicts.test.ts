import { describe, expect, test } from 'vitest';
import { keyOf } from '../../src/app/keys/bindings.ts';
import type { InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { rowText } from '../../src/panes/kit/cells.ts';
import { wordConclusion } from '../../src/panes/word/conclusion.ts';
import { wordPane } from '../../src/panes/word/pane.ts';

import {
  bert,
  causal,
  example,
  gpt2,
  llama,
  loan,
  money,
  opened,
  studied,
  t5,
  twice,
  typed,
} from '../support/studied-word.ts';

const noC = 'No same-sense sentence to compare: press {control} to add one. No verdict on senses.';

/** What is said in each situation that a reader can meet. */
const situations: readonly (readonly [string, Partial<InitialInputs>, readonly (string | RegExp)[]])[] = [
  [
    'no same-sense sentence',
    {},
    [
      'At the start: same token, 1.000; positions 6 and 8 alone make it 0.910.',
      'After layer 1: 0.788, 0.122 below the input: moved apart.',
      'With both at position 8: 1.000, then 0.792: not by position alone.',
      noC,
    ],
  ],
  [
    'a same-sense sentence that differs less',
    { control: loan },
    [
      /^At the start/,
      /moved apart\.$/,
      /not by position alone\.$/,
      'A–C, the same sense: 0.874. A–B is 0.086 lower: the contexts of A and B set "bank" further apart than those of A and C.',
    ],
  ],
  [
    'a same-sense sentence that differs as much',
    { control: 'Our bank charges a fee for every transfer.' },
    [
      /^At the start/,
      /moved apart\.$/,
      /not by position alone\.$/,
      'A–C, the same sense: 0.809. A–B is 0.021 lower, but at position 8 it is 0.055 lower: no verdict on senses.',
    ],
  ],
  ['a third sentence without the word', { control: 'a cat' }, [/./, /./, /./, /^C has no "bank": press \{control\}/]],
  [
    'a third sentence that is A',
    { control: money },
    [/./, /./, /./, /^For "bank", the model reads the same in C as in A/],
  ],
  [
    'an earlier layer',
    { layer: 0, control: loan },
    [
      /0\.910\.$/,
      'After layer 0: 0.963, 0.053 above the input: moved closer.',
      'With both at position 8: 1.000, then 0.967.',
      'A–C, the same sense: 0.966. A–B is 0.003 lower: A and B differ hardly more than this same-sense pair.',
    ],
  ],
  [
    'the same sentence twice',
    { sentenceB: money },
    [
      'A and B have the same tokens, and this is "bank" at the same place: nothing differs, so the cosine is 1.000 at every stage.',
    ],
  ],
  [
    'the same sentence twice, with a repeated word',
    { text: twice, sentenceB: twice },
    [/^A and B have the same tokens, and this is "bank" at the same place/],
  ],
  [
    'two places in one text',
    { text: twice, sentenceB: twice, queryB: 1 },
    [
      'A and B have the same tokens: this compares two places in one text.',
      'At the start: same token, 1.000; positions 4 and 1 alone make it 0.838.',
      /above the input: moved closer\.$/,
      /^With both at position 4: 1\.000, then 0\.932\.$/,
      noC,
    ],
  ],
  [
    'the same sentence twice, with a change at a token of A',
    { sentenceB: money, interventions: typed },
    [
      'At the start: same token, 1.000; both are at position 6: 1.000.',
      /^After layer 1: 0\.\d+, 0\.\d+ below the input/,
      'A runs with changes at its tokens, B without them: no verdict on senses. {all-back} undoes the changes.',
    ],
  ],
  [
    'swapped order',
    { text: 'dog bites man', sentenceB: 'man bites dog', query: 0 },
    [
      'At the start: same token, 1.000; positions 0 and 3 alone make it 0.844.',
      'After layer 1: 0.833, 0.011 below the input: hardly moved.',
      'With both at position 3: 1.000, then 0.890.',
      noC,
    ],
  ],
  [
    'different pieces of a word',
    { text: 'The Bank is old', query: 1, control: loan },
    [
      'At the start: its tokens differ, so 0.556; with positions 0.717.',
      /moved apart\.$/,
      /^With both at position 8: 0\.965, then 0\.594/,
      /^A–C, the same sense: 0\.657\. A–B is 0\.095 lower, but its tokens differ: no verdict on senses\.$/,
    ],
  ],
  [
    'no positions, one layer, no order',
    { loaded: example, text: 'please study man', sentenceB: 'study man please', query: 1 },
    [
      'At the start: same token, 1.000; this model adds no position.',
      'After attention of layer 0: 1.000, as at the input: hardly moved.',
      noC,
    ],
  ],
  [
    'an unknown word',
    { loaded: example, text: 'please dog man', sentenceB: 'dog man', query: 1 },
    ['"dog" has no numbers in this model: there is nothing to compare.'],
  ],
  [
    'no word before it, with a causal mask',
    { text: 'bank notes are new', query: 0, interventions: causal, control: loan },
    [
      /./,
      /./,
      /./,
      'No word comes before "bank" in A, and no token sees a later one: no context there, so no verdict on senses.',
    ],
  ],
  [
    'no word before it in a causal model, in B and in C',
    { loaded: gpt2, sentenceB: 'bank notes', control: 'bank' },
    [/./, /./, /./, /^No word comes before "bank" in B and C, and/],
  ],
  [
    'the same beginning with a causal mask',
    { text: 'the bank was here', sentenceB: 'the bank is closed', query: 1, interventions: causal },
    ['Up to "bank", A and B have the same tokens, and no token sees a later one: nothing differs for this word.'],
  ],
  [
    'the same beginning where later tokens count',
    { text: 'the bank was here', sentenceB: 'the bank is closed', query: 1 },
    ['At the start: same token, 1.000; both are at position 1: 1.000.', /^After layer 1: 0\.\d+, /, noC],
  ],
  [
    'rotated positions',
    { loaded: llama },
    [
      'At the start: same tokens, 1.000; no position is added, attention sees distances.',
      /^After layer 1: .* moved apart\.$/,
      noC,
    ],
  ],
  ['a bias for distances', { loaded: t5 }, [/attention sees distances\.$/, /^After layer 1/, noC]],
  ['learned positions', { loaded: bert }, [/alone make it/, /^After layer 1/, /^With both at position 16/, noC]],
  [
    'texts too long to be read from a later position',
    { text: `bank ${'cat '.repeat(110)}`, sentenceB: `${'cat '.repeat(60)}bank`, query: 0, control: loan },
    [
      'At the start: same token, 1.000; positions 0 and 60 alone make it 0.523.',
      /^After layer 1/,
      'Part of this can be position: the texts are too long to read both at one.',
      /^A–C, the same sense: /,
    ],
  ],
];

describe('the verdict', () => {
  test.each(situations)('%s', async (_, initial, expected) => {
    const { said } = await studied(initial);
    expect(said).toEqual(expected.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))));
  });

  test('long texts: at first without controls, which follow by themselves', async () => {
    const long = { text: `${'cat '.repeat(60)}bank.`, sentenceB: `${'dog '.repeat(20)}bank tree`, control: loan };
    const first = opened(long).run.value.answers.word.value!;
    expect(first).toMatchObject({ hasControls: false, shuffleCount: 0 });
    expect(wordConclusion(first, 'added').at(-1)).toBe('The controls are still being computed.');
    const explorer = opened(long);
    const size = { widthCells: 100, heightCells: 30 };
    const rows = wordPane.rows(explorer, { size, keyOf }).map(rowText);
    expect(rows[2]).toMatch(/static embedding +1\.000 +… +… +… +0\.\d+ +…/);
    const { found, said } = await studied(long);
    expect(found).toMatchObject({ hasControls: true, shuffleCount: 3 });
    expect(said.at(-1)).toMatch(/^A–C, the same sense: 0\.\d{3}\. A–B is/);
    // They stay while the cursor moves, and when it comes back to the word.
    const { run, inputs } = explorer;
    for (const [query, layer] of [
      [60, 0],
      [3, 1],
      [61, 1],
      [60, 1],
    ] as const) {
      inputs.query.value = query;
      inputs.layer.value = layer;
      const { word, hasControls } = run.value.answers.word.value!;
      expect([word, hasControls]).toEqual(['bank', true]);
    }
  });
});
