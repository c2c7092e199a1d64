import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StageContrast, WordContrast } from '../../src/core/measures/word-contrast.ts';
import { cell, rowText } from '../../src/panes/kit/cells.ts';
import { mixedRows } from '../../src/panes/word/mix.ts';
import { type WordInput, wordView } from '../../src/panes/word/view.ts';
import { asciiRow } from '../../src/terminal/ascii.ts';
import { isFunctionWord } from '../../src/text/function-words.ts';
import { widthOf } from '../../src/text/graphemes.ts';

type Numbers = Partial<Omit<StageContrast, 'stage' | 'layer' | 'part'>>;

const noNumbers = { cosine: null, baseline: null, control: null, moved: null, movedControl: null, shuffled: null };
const stagesOf = (numbers: readonly Numbers[]): StageContrast[] =>
  numbers.map((one, index) => {
    const layer = index < 2 ? null : Math.floor(index / 2) - 1;
    const part = (['static', 'input'] as const)[index] ?? (index % 2 === 0 ? 'attention' : 'output');
    const stage = ['static embedding', 'input'][index] ?? `L${layer} ${part}`;
    return { stage, layer, part, ...noNumbers, ...one };
  });

const text = 'The river bank.';
const tokens = [
  { id: 0, text: '▁The', start: 0, end: 3 },
  { id: 1, text: '▁river', start: 4, end: 9 },
  { id: 2, text: '▁bank', start: 10, end: 14 },
  { id: 3, text: '.', start: 14, end: 15 },
];
const brought = (shares: (number | null)[]) => ({
  keys: shares.map((share, key) => ({ key, brought: share === null ? null : { norm: 2 * Math.abs(share), share } })),
  replacedHeads: [],
});

const contrast: WordContrast = {
  word: 'bank',
  asked: null,
  isSame: false,
  isSameText: false,
  alone: [],
  isElsewhere: true,
  controlProblem: null,
  isAltered: false,
  hasControls: true,
  layer: 1,
  a: { places: [2], index: 0, count: 1 },
  b: { places: [3], index: 1, count: 2 },
  c: { places: [1], index: 0, count: 1 },
  movedTo: 3,
  stages: stagesOf([
    { cosine: 1, control: 1, moved: 1, movedControl: 1, baseline: 0.2, shuffled: 1 },
    { cosine: 0.9, control: 0.8, moved: 1, movedControl: 1, baseline: 0.5, shuffled: 0.91 },
    { cosine: 0.8, control: 0.8, moved: 0.82, movedControl: 0.9, baseline: 0.3, shuffled: 0.7 },
    { cosine: 0.85, control: 0.8, moved: 0.88, movedControl: 0.9, baseline: 0.4, shuffled: 0.8 },
    { cosine: 0.7, control: 0.8, moved: 0.72, movedControl: 0.9, baseline: 0.3, shuffled: 0.75 },
    { cosine: 0.61, control: 0.81, moved: 0.64, movedControl: 0.85, baseline: 0.31, shuffled: 0.6 },
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
  positions: 'added',
  keyOf: (action) => `<${action}>`,
  textA: text,
  textB: text,
  tokensA: tokens,
  tokensB: tokens,
  textC: null,
  fromFile: null,
  tokenText: (id) => texts.get(id) ?? '?',
  size: { widthCells: 118, heightCells: 31 },
};
const shown = (changes: Partial<WordInput> = {}) =>
  wordView({ ...input, ...changes }).map((row) => rowText(row).trimEnd());
const sized = (widthCells: number, heightCells: number) => ({ size: { widthCells, heightCells } });

describe('what is shown', () => {
  test('at 80×24 where the word is, all numbers, the conclusion, its rule, and what was mixed in', () => {
    expect(shown(sized(78, 18))).toEqual([
      '"bank": A 2, B 3 (2 of 2), C 1  <next-in-b>: next in B',
      '  cosine                    A–B      A–C   A–B @3   A–C @3   others shuffled',
      '  static embedding        1.000    1.000    1.000    1.000    0.200    1.000',
      '  embedding + position    0.900    0.800    1.000    1.000    0.500    0.910',
      '  L0 attention            0.800    0.800    0.820    0.900    0.300    0.700',
      '  L0 output               0.850    0.800    0.880    0.900    0.400    0.800',
      '▸ L1 attention            0.700    0.800    0.720    0.900    0.300    0.750',
      '▸ L1 output               0.610    0.810    0.640    0.850    0.310    0.600',
      'At the start: same token, 1.000; positions 2 and 3 alone make it 0.900.',
      'After layer 1: 0.610, 0.290 below the input: moved apart.',
      'With both at position 3: 1.000, then 0.640: not by position alone.',
      'A–C, the same sense: 0.810. A–B is 0.200 lower: the contexts of A and B set',
      '"bank" further apart than those of A and C.',
      'rule: apart ≥ 0.050 below the input, senses ≥ 0.050 below A–C; both at @3 too',
      '@3: word at position 3; others: other tokens; shuffled: random word order',
      'mixed in by L1 attention: share of the whole',
      'A 1 river                       60.0 % B 2 bank                       150.0 %',
      '  3 other tokens                40.0 %   2 other tokens               −50.0 %',
    ]);
  });

  test('at 120×40 notes, lengths, and the cosines as bars beside those of other tokens', () => {
    const rows = shown();
    expect(rows[2]).toContain('Word2Vec and GloVe give only this kind');
    expect(rows.find((row) => row.startsWith('A 1 river'))).toMatch(/60\.0 % +1\.20 B 2 bank +150\.0 % +3$/);
    const title = rows.find((row) => row.startsWith('A 2 and B 3 (2 of 2)'));
    expect(title).toMatch(/\) +other tokens$/);
    // One axis for both: the static vector of the word reaches its top, other tokens do not.
    expect(rows[rows.indexOf(title ?? '') + 1]).toMatch(/^ *1\.000 ┤█+ .*1\.000 ┤\s*$/);
  });

  test('in ASCII alone', () => {
    const rows = shown(sized(78, 40)).map((row) => rowText(asciiRow([cell(row)], 78)));
    for (const row of rows) expect(row).toMatch(/^[ -~]*$/);
    expect(rows.some((row) => /^A 2 and B 3 \(2 of 2\) +other tokens$/.test(row))).toBe(true);
    expect(rows.some((row) => row.includes('. | punctuation'))).toBe(true);
    expect(rows.some((row) => row.startsWith('> L1 output'))).toBe(true);
  });

  test('columns only of what there is', () => {
    const titles = (changes: Partial<WordContrast>) =>
      shown({ contrast: { ...contrast, ...changes } })[1]!.split(/ {2,}/);
    expect(titles({ controlProblem: 'none', c: null })).toEqual(['', 'cosine', 'A–B', 'A–B @3', 'others shuffled']);
    expect(titles({ movedTo: null })).toEqual(['', 'cosine', 'A–B', 'A–C', 'others shuffled']);
    expect(titles({ movedTo: null, controlProblem: 'no word' })).toEqual(['', 'cosine', 'A–B', 'others shuffled']);
  });

  test('a model without position vectors has a plain input', () => {
    expect(shown({ positions: 'distances' })[3]).toMatch(/^ {2}input +0\.900/);
  });

  test('vectors of a file stand below the model’s own static ones', () => {
    const rows = shown({ fromFile: { label: 'glove.6B.50d.txt', cosine: 1, baseline: null } });
    expect(rows[3]).toBe(
      '  glove.6B.50d.txt        1.000                                   —           one vector per spelling',
    );
  });

  test('many layers: the static stage, the input and those round the selected layer, and how many more there are', () => {
    const many = stagesOf(
      Array.from({ length: 26 }, (_, i): Numbers => ({ cosine: 1 - i / 40, baseline: 0.1, shuffled: 0.9 })),
    );
    const rows = shown({ contrast: { ...contrast, stages: many, layer: 6 }, ...sized(78, 18) });
    const isStage = (row: string) => /^. (static embedding|embedding \+ position|L\d+ \w+) +\d/.test(row);
    const count = rows.filter(isStage).length;
    expect(rows.filter((row) => /static embedding|embedding \+ position/.test(row))).toHaveLength(2);
    for (const stage of ['▸ L6 attention', '▸ L6 output']) expect(rows.some((row) => row.startsWith(stage))).toBe(true);
    expect(rows.some((row) => row.startsWith('  L11 output'))).toBe(false);
    expect(rows).toContain(`  … ${26 - count} more stages`);
  });

  test('where there is least room the selected layer and the conclusion stay', () => {
    const rows = shown(sized(78, 9));
    expect(rows).toHaveLength(9);
    for (const part of ['▸ L1 attention', '▸ L1 output', 'At the start', 'After layer 1', '"bank" further apart'])
      expect(
        rows.some((row) => row.startsWith(part)),
        part,
      ).toBe(true);
  });

  test('another word than the selected one, and a word of several tokens', () => {
    const b = { places: [2, 3], index: 0, count: 1 };
    expect(shown({ contrast: { ...contrast, asked: 'money', b }, textC: 'a bank' })[0]).toBe(
      '"bank": A 2, B 2–3, C 1  "money" is not in B; mean over its tokens; C: a bank',
    );
  });

  test.each([75, 80, 81, 82, 118])('at %i cells the title names the length where it is shown', (widthCells) => {
    const rows = shown(sized(widthCells, 32));
    const [title, first] = ['mixed in by', 'A 1 river'].map((start) => rows.find((row) => row.startsWith(start)));
    expect(title).toBe(`mixed in by L1 attention: share of the whole${/ 1\.20 /.test(first!) ? ', and length' : ''}`);
  });

  test('a piece of a word is no function word', () => {
    const pieces = [
      { id: 0, text: 'depos', start: 0, end: 5 },
      { id: 1, text: 'it', start: 5, end: 7 },
      { id: 2, text: '▁it', start: 8, end: 10 },
      { id: 3, text: '.', start: 10, end: 11 },
    ];
    const rows = shown({ textA: 'deposit it.', tokensA: pieces }).map((row) => row.slice(0, 30));
    const names = rows.filter((row) => /^(A| ) \d (depos|it|\.) /.test(row)).map((row) => row.slice(2).trim());
    expect(names).toEqual(['1 it', '2 it · itself', '0 depos', '3 . · punctuation']);
    const a = { places: [0], index: 0, count: 1 };
    const other = shown({ contrast: { ...contrast, a }, textA: 'deposit it.', tokensA: pieces });
    expect(other.some((row) => row.startsWith('  2 it · function word'))).toBe(true);
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
    const stages = stagesOf(contrast.stages.map(() => noNumbers));
    const rows = shown({ contrast: { ...contrast, stages, mixedA: null, mixedB: null, direction: null } });
    expect(rows[2]).toMatch(/static embedding {12}— {8}— {8}— {8}— {8}— {8}—/);
    expect(rows).toContain('"bank" has no numbers in this model: there is nothing to compare.');
    expect(rows.some((row) => row.includes('┄'))).toBe(false);
  });
});

test('the printed shares sum to 100.0 %, however many rows there are', () => {
  const share = fc.double({ min: -0.5, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(share, { minLength: 1, maxLength: 12 }), fc.nat({ max: 14 }), (shares, heightCells) => {
      const sum = shares.reduce((total, one) => total + one, 0);
      fc.pre(Math.abs(sum) > 0.1);
      const names = shares.map((_, id) => ({ id, text: `▁token${id}`, start: id, end: id + 1 }));
      const side = (name: string) => ({
        name,
        mixed: brought(shares.map((one) => one / sum)),
        text: '',
        tokens: names,
        places: [0],
      });
      const rows = mixedRows([side('A'), side('B')], 0, { widthCells: 80, heightCells });
      if (rows.length === 0) return;
      const printed = rows.slice(1).flatMap((row) => [...rowText(row).matchAll(/([−\d.]+) %/g)]);
      const tenths = printed.map(([, number]) => Math.round(10 * Number(number!.replace('−', '-'))));
      expect(tenths.reduce((total, one) => total + one, 0)).toBe(2000);
    }),
  );
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
          textC: long,
          tokenText: () => long,
          size: { widthCells, heightCells },
        });
        const rows = isAscii ? made.map((row) => asciiRow(row, widthCells)) : made;
        expect(rows.length).toBeLessThanOrEqual(heightCells);
        for (const row of rows)
          expect(widthOf(rowText(row)), `${widthCells}: ${rowText(row)}`).toBeLessThanOrEqual(widthCells);
      }
});

test('function words', () => {
  for (const word of ['The', 'in', "don't", 'because', 'TOWARD']) expect(isFunctionWord(word), word).toBe(true);
  for (const word of ['bank', 'river', 'money', '', 'right']) expect(isFunctionWord(word), word).toBe(false);
});
