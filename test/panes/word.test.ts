import { describe, expect, test } from 'vitest';
import type { StageContrast, WordContrast } from '../../src/core/measures/word-contrast.ts';
import { cell, rowText } from '../../src/panes/kit/cells.ts';
import { wordConclusion } from '../../src/panes/word/conclusion.ts';
import { type WordInput, wordView } from '../../src/panes/word/view.ts';
import { asciiRow } from '../../src/terminal/ascii.ts';
import { isFunctionWord } from '../../src/text/function-words.ts';
import { widthOf } from '../../src/text/graphemes.ts';

type Numbers = readonly [cosine: number | null, baseline: number | null, shuffled: number | null];

const stagesOf = (numbers: readonly Numbers[]): StageContrast[] =>
  numbers.map(([cosine, baseline, shuffled], index) => {
    const layer = index < 2 ? null : Math.floor(index / 2) - 1;
    const part = (['static', 'input'] as const)[index] ?? (index % 2 === 0 ? 'attention' : 'output');
    const stage = ['static embedding', 'input'][index] ?? `L${layer} ${part}`;
    return { stage, layer, part, cosine, baseline, shuffled };
  });

const tokens = ['▁The', '▁river', '▁bank', '.'].map((text, id) => ({ id, text, start: id, end: id + 1 }));
const brought = (shares: (number | null)[]) => ({
  keys: shares.map((share, key) => ({ key, brought: share === null ? null : { norm: 2 * Math.abs(share), share } })),
  replacedHeads: [],
});

const contrast: WordContrast = {
  word: 'bank',
  asked: null,
  layer: 1,
  placesA: [2],
  placesB: [2],
  stages: stagesOf([
    [1, 0.2, 1],
    [0.9, 0.5, 0.91],
    [0.8, 0.3, 0.7],
    [0.85, 0.4, 0.8],
    [0.7, 0.3, 0.75],
    [0.61, 0.31, 0.6],
  ]),
  shuffleCount: 3,
  mixedA: brought([0.1, 0.6, 0.35, -0.05]),
  mixedB: brought([null, -0.7, 1.5, 0.2]),
  direction: {
    kind: 'alone',
    stage: 'L1 attention',
    count: 9,
    towardsA: [
      { id: 10, cosine: 0.32 },
      { id: 11, cosine: 0.31 },
    ],
    towardsB: [{ id: 12, cosine: 0.4 }],
  },
};
const texts = new Map([
  [10, '▁money'],
  [11, '▁Money'],
  [12, '▁lake'],
]);

const input: WordInput = {
  contrast,
  problem: null,
  tokensA: tokens,
  tokensB: tokens,
  fromFile: null,
  tokenText: (id) => texts.get(id) ?? '?',
  size: { widthCells: 118, heightCells: 31 },
};
const shown = (changes: Partial<WordInput> = {}) =>
  wordView({ ...input, ...changes }).map((row) => rowText(row).trimEnd());
const sized = (widthCells: number, heightCells: number) => ({ size: { widthCells, heightCells } });

describe('what is shown', () => {
  test('at 80×24 the table, what follows, what was mixed in, and the vocabulary', () => {
    expect(shown(sized(78, 17))).toEqual([
      '  "bank"             cosine baseline shuffled  baseline: other tokens of A, B',
      '  static embedding    1.000    0.200    1.000  all that Word2Vec gives',
      '  input               0.900    0.500    0.910  plus any position; no context',
      '  L0 attention        0.800    0.300    0.700',
      '  L0 output           0.850    0.400    0.800',
      '▸ L1 attention        0.700    0.300    0.750',
      '▸ L1 output           0.610    0.310    0.600',
      'One static vector (1.00); 0.61 after layer 1, other tokens 0.31: the two have',
      'moved apart, at least half the way to other tokens. Shuffled (mean of 3) 0.60:',
      'in random order they move about as far.',
      'mixed in by L1 attention: share of the whole',
      'A river                         60.0 % B bank · itself                150.0 %',
      '  bank · itself                 35.0 %   river                        −70.0 %',
      '  The · function word           10.0 %   . · punctuation               20.0 %',
      'vocabulary along A − B, L1 attention: cosine with v × W_O of a word read alone',
      'A money 0.32',
      'B lake 0.40',
    ]);
  });

  test('at 120×40 the note in full, lengths, and both curves', () => {
    const rows = shown();
    expect(rows[1]).toContain('Word2Vec and GloVe give only this kind');
    expect(rows.find((row) => row.startsWith('A river'))).toMatch(/60\.0 % +1\.20 B bank · itself +150\.0 % +3$/);
    expect(rows).toContain('cosine ──  baseline ┄┄');
    expect(rows.at(-1)).toMatch(/static +input +L0 att +L0 out +L1 att +L1 out/);
    const top = rows.find((row) => row.startsWith('  1.00 ┼'))!;
    expect(top).toMatch(/┼─+╮/);
    expect(rows.some((row) => row.includes('┄┄┄┄'))).toBe(true);
  });

  test('in ASCII alone, with two curves that can be told apart', () => {
    const rows = shown(sized(78, 35)).map((row) => rowText(asciiRow([cell(row)], 78)));
    for (const row of rows) expect(row).toMatch(/^[ -~]*$/);
    expect(rows).toContain('cosine --  baseline ..');
    expect(rows.some((row) => row.includes('. | punctuation'))).toBe(true);
    expect(rows.some((row) => row.startsWith('> L1 output'))).toBe(true);
  });

  test('vectors of a file stand below the model’s own static ones', () => {
    const rows = shown({ fromFile: { label: 'glove.6B.50d.txt', cosine: 1, baseline: null } });
    expect(rows[2]).toBe('  glove.6B.50d.txt    1.000        —           from the file: one vector per spelling');
  });

  test('many layers: the static stage and those round the selected layer', () => {
    const many = stagesOf(Array.from({ length: 26 }, (_, i): Numbers => [1 - i / 40, 0.1, 0.9]));
    const rows = shown({ contrast: { ...contrast, stages: many, layer: 6 }, ...sized(78, 17) });
    expect(rows.filter((row) => row.includes('static embedding'))).toHaveLength(1);
    for (const stage of ['▸ L6 attention', '▸ L6 output']) expect(rows.some((row) => row.startsWith(stage))).toBe(true);
    expect(rows.some((row) => row.startsWith('  L11 output'))).toBe(false);
  });

  test('where there is least room the selected layer and what follows stay', () => {
    const rows = shown(sized(58, 10));
    expect(rows).toHaveLength(10);
    for (const part of ['  static', '▸ L1 attention', '▸ L1 output', 'One static vector'])
      expect(
        rows.some((row) => row.startsWith(part)),
        part,
      ).toBe(true);
  });

  test('where there is room for one line of the table it is the end of the selected layer', () => {
    const [heading, ...rows] = shown(sized(78, 5));
    expect(heading).toMatch(/^ {2}"bank" +cosine baseline shuffled/);
    expect(rows).toEqual([
      '▸ L1 output           0.610    0.310    0.600',
      'One static vector (1.00); 0.61 after layer 1, other tokens 0.31: the two have',
      'moved apart, at least half the way to other tokens. Shuffled (mean of 3) 0.60:',
      'in random order they move about as far.',
    ]);
    expect(shown({ contrast: { ...contrast, layer: 0 }, ...sized(78, 5) })[1]).toMatch(/^▸ L0 output +0\.850/);
  });

  test('what is selected is no word', () => {
    expect(shown({ contrast: { ...contrast, asked: '' } })[0]).toMatch(/ {2}select another word to follow$/);
  });

  test('another word than the selected one, and a word of several tokens', () => {
    expect(shown({ contrast: { ...contrast, asked: 'money', placesB: [2, 3] } })[0]).toContain(
      '"money" is not in B; mean over its tokens',
    );
  });

  test.each([75, 80, 81, 82, 118])('at %i cells the title names the length where it is shown', (widthCells) => {
    const rows = shown(sized(widthCells, 31));
    const [title, first] = ['mixed in by', 'A river'].map((start) => rows.find((row) => row.startsWith(start)));
    expect(title).toBe(`mixed in by L1 attention: share of the whole${/ 1\.20 /.test(first!) ? ', and length' : ''}`);
  });

  test('heads that are off are named', () => {
    const mixedA = { ...brought([0.1, 0.6, 0.35, -0.05]), replacedHeads: [0, 3] };
    expect(shown({ contrast: { ...contrast, mixedA } })).toContain(
      'mixed in by L1 attention: share of the whole, and length, without H0, H3',
    );
  });

  test('no contrast: why, or that it is still to come', () => {
    expect(shown({ contrast: null, problem: 'the two sentences share no word' })).toEqual([
      'the two sentences share no word',
    ]);
    expect(shown({ contrast: null })).toEqual(['not computed yet']);
  });

  test('a word without numbers', () => {
    const stages = stagesOf(contrast.stages.map((): Numbers => [null, null, null]));
    const rows = shown({ contrast: { ...contrast, stages, mixedA: null, mixedB: null, direction: null } });
    expect(rows[1]).toMatch(/static embedding {8}— {8}— {8}—/);
    expect(rows).toContain('"bank" has no numbers in this model: there is nothing to compare.');
    expect(rows.some((row) => row.includes('┄'))).toBe(false);
  });
});

test('never wider or higher than its room', () => {
  const long = 'pneumono漢字ultra'.repeat(5);
  const wide = tokens.map((token) => ({ ...token, text: long }));
  const odd: WordContrast = { ...contrast, word: long, asked: long, mixedB: null };
  for (const one of [contrast, odd, { ...contrast, stages: contrast.stages.slice(0, 3) }, null])
    for (const isAscii of [false, true])
      for (const [widthCells, heightCells] of [
        [58, 10],
        [78, 17],
        [118, 31],
        [198, 41],
        [300, 90],
        [45, 3],
        [20, 8],
        [5, 1],
        [1, 0],
      ] as const) {
        const made = wordView({
          ...input,
          contrast: one,
          tokensA: wide,
          tokensB: wide,
          fromFile: { label: long, cosine: null, baseline: null },
          tokenText: () => long,
          size: { widthCells, heightCells },
        });
        const rows = isAscii ? made.map((row) => asciiRow(row, widthCells)) : made;
        expect(rows.length).toBeLessThanOrEqual(heightCells);
        for (const row of rows)
          expect(widthOf(rowText(row)), `${widthCells}: ${rowText(row)}`).toBeLessThanOrEqual(widthCells);
      }
});

describe('what follows', () => {
  const said = (start: number | null, [cosine, baseline, shuffled]: Numbers) =>
    wordConclusion({
      word: 'bank',
      layer: 0,
      stages: stagesOf([
        [start, 0, 1],
        [1, 0, 1],
        [0.5, 0, 1],
        [cosine, baseline, shuffled],
      ]),
      shuffleCount: 3,
    });

  test.each<[string, Numbers, string]>([
    [
      'hardly moved',
      [0.98, 0.3, 0.99],
      'have hardly moved apart. Shuffled (mean of 3) 0.99: in random order they hardly move either.',
    ],
    ['less than half', [0.8, 0.2, 0.8], 'less than half the way to other tokens.'],
    ['more than half', [0.4, 0.2, 0.4], 'at least half the way to other tokens.'],
    ['as any two', [0.31, 0.3, 0.3], 'no more alike than other tokens on average.'],
    ['below', [0.2, 0.3, 0.2], 'less alike than other tokens on average.'],
    [
      'order plays a part',
      [0.6, 0.2, 0.8],
      'Shuffled (mean of 3) 0.80: in random order they move less, so word order plays a part.',
    ],
    ['order does not', [0.6, 0.2, 0.61], 'Shuffled (mean of 3) 0.61: in random order they move about as far.'],
    [
      'order holds them together',
      [0.6, 0.2, 0.4],
      'Shuffled (mean of 3) 0.40: in random order they move further apart, so word order plays a part.',
    ],
    [
      'order alone holds them together',
      [0.98, 0.3, 0.9],
      'the two vectors have hardly moved apart. Shuffled (mean of 3) 0.90: in random order they move further apart, so word order plays a part.',
    ],
    ['the same', [1, 0.3, null], 'other tokens 0.30: the two vectors are identical.'],
    [
      'the same, but for the order',
      [1, 0.3, 0.9],
      'the two vectors are identical. Shuffled (mean of 3) 0.90: in random order they move further apart, so word order plays a part.',
    ],
    ['almost the same', [1 - 1e-9, 0.3, null], 'the two vectors have hardly moved apart.'],
    ['no order', [0.6, 0.2, null], 'other tokens.'],
    ['alone', [0.6, null, null], 'One static vector (1.00); 0.60 after layer 0.'],
  ])('%s', (_, numbers, end) => {
    expect(said(1, numbers)).toContain(end);
  });

  test('different tokens have different static vectors', () => {
    expect(said(0.56, [0.4, 0.1, null])).toMatch(/^Static 0\.56, since its tokens differ; 0\.40 after layer 0,/);
    expect(said(null, [0.4, 0.1, null])).toContain('no numbers');
  });
});

test('function words', () => {
  for (const word of ['The', 'in', "don't", 'because', 'TOWARD']) expect(isFunctionWord(word), word).toBe(true);
  for (const word of ['bank', 'river', 'money', '', 'right']) expect(isFunctionWord(word), word).toBe(false);
});
