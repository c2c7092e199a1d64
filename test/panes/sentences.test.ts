import { describe, expect, test } from 'vitest';
import { keyOf } from '../../src/app/keys/bindings.ts';
import { alignTokens } from '../../src/core/measures/alignment.ts';
import { rankHeads } from '../../src/core/measures/attention-difference.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { TokenView } from '../../src/explorer/token-view.ts';
import { type Row, rowText } from '../../src/panes/kit/cells.ts';
import type { SentencesInput } from '../../src/panes/sentences/parts.ts';
import { sentencesView } from '../../src/panes/sentences/view.ts';
import { asciiRow } from '../../src/terminal/ascii.ts';
import { widthOf } from '../../src/text/graphemes.ts';
import { builtInModel } from '../support/models.ts';
import { blocks } from '../support/tensors.ts';

const texts = (rows: readonly Row[]) => rows.map(rowText);
const tokensOf = (text: string): TokenView[] =>
  text.split(' ').map((word, id) => ({ id, text: `▁${word}`, start: null, end: null }));
const words = (tokens: readonly TokenView[]) => tokens.map(({ text }) => text);
const selected = (rows: readonly Row[]) => rows.flat().filter((one) => one.selected === true);

const textA = 'the money bank';
const textB = 'the big river bank';
const tokensA = tokensOf(textA);
const tokensB = tokensOf(textB);
// the=the, money~big, +river, bank=bank
const pairs = alignTokens(words(tokensA), words(tokensB));
const weightsA = blocks([[[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0, 1, 0]]]); // biome-ignore format: a matrix
const weightsB = blocks([[[0.25, 0.25, 0.25, 0.25], [1, 0, 0, 0], [0, 1, 0, 0], [0.125, 0.375, 0.5, 0]]]); // biome-ignore format: a matrix

const input: SentencesInput = {
  a: { text: textA, queries: tokensA, keys: tokensA, weights: weightsA },
  b: { text: textB, queries: tokensB, keys: tokensB, weights: weightsB },
  queries: pairs,
  keys: pairs,
  ranked: rankHeads([weightsA], [weightsB], pairs, pairs),
  selection: { layer: 0, head: 0, query: 2, key: 1, matrix: 'q', dimension: 0 },
  inFront: 'A',
  isRankedByRow: false,
  isAblated: () => false,
  keyOf,
  size: { widthCells: 78, heightCells: 17 },
};

describe('two sentences', () => {
  test('stand above one another, what stands for the same in one column, with a sign between at edits', () => {
    const [a, marks, b] = texts(sentencesView(input));
    const at = (line: string, word: string) => line.indexOf(word);
    expect(at(a!, 'bank')).toBe(at(b!, 'bank'));
    expect(at(a!, 'money')).toBe(at(b!, 'big'));
    expect(marks![at(a!, 'money')]).toBe('≠');
    expect(marks![at(b!, 'river')]).toBe('+');
    expect(marks![at(a!, 'bank')]).toBe(' ');
    expect(marks).toContain('≠ replaced  + only in B');
    expect([a![0], b![0]]).toEqual(['A', 'B']);
  });

  test('have the selected token marked in both, where both have it', () => {
    const [a, , b] = texts(sentencesView(input));
    expect(a).toContain('▸bank');
    expect(b).toContain('▸bank');
  });

  test('are shown side by side under their names, the aligned places selected in B', () => {
    const rows = sentencesView(input);
    expect(texts(rows).find((line) => line.includes(textA))).toMatch(/^ A {2}the money bank +B {2}the big river bank/);
    // A: bank → money 1; B: bank → big 0.375.
    expect(selected(rows).map((one) => one.weight)).toEqual([1, 0.375]);
  });

  test('say in a line what is selected, in numbers', () => {
    const line = texts(sentencesView(input)).find((text) => text.startsWith('▸L0 H0'));
    expect(line).toMatch(/bank → money\/big {2}A 1\.000 {2}B 0\.375 {2}B − A −0\.625/);
  });

  test('have no selected cell in B where B does not have the token', () => {
    const swapped = alignTokens(words(tokensB), words(tokensA));
    const rows = sentencesView({
      ...input,
      a: input.b,
      b: input.a,
      queries: swapped,
      keys: swapped,
      selection: { ...input.selection, query: 2, key: 0 },
    });
    expect(selected(rows).map((one) => one.weight)).toEqual([0]);
    expect(texts(rows).find((text) => text.startsWith('▸L0 H0'))).toMatch(
      /river \(only in A\) → the {2}A 0\.000 {2}B none {2}B − A none/,
    );
  });

  test('give way to their difference, and a line says how', () => {
    const front = sentencesView({ ...input, inFront: 'difference' });
    expect(texts(sentencesView(input)).join('\n')).toContain('A and B shown · Space: B − A');
    expect(texts(front).join('\n')).toContain('B − A shown · Space: A and B');
    expect(selected(front).map((one) => one.signed)).toEqual([-0.625 / 0.75]);
    const line = texts(front).find((text) => text.includes('2 bank'))!;
    // bank: B − A of the, money/big, river (B alone), bank
    expect(line.match(/[+−]\.\d+|·/g)).toEqual(['+.125', '−.625', '·']);
    expect(texts(front).find((text) => /^ B2 \+river +$/.test(text))).toBeDefined();
    expect(texts(front).at(-1)).toMatch(/A more −\.750 +0 +\+\.750 B more/);
  });

  test('ask for the second one where there is none', () => {
    const none = { text: '', queries: [], keys: [], weights: blocks([]) };
    const rows = texts(sentencesView({ ...input, b: none, queries: [], keys: [], ranked: [] }));
    expect(rows.slice(0, 2)).toEqual(['B is empty: type the second sentence into its line (from the panes: B)', '']);
    expect(rows.join('\n')).toContain(textA);
    expect(texts(sentencesView({ ...input, a: none, queries: [], keys: [] }))).toEqual(['type the first sentence']);
  });
});

describe('the heads', () => {
  const ranked = [
    { layer: 1, head: 2, change: 0.5 },
    { layer: 0, head: 0, change: 0.25 },
    { layer: 0, head: 1, change: 0.125 },
    { layer: 1, head: 0, change: null },
  ];

  test.each([
    [97, /^ most changed, mean over rows: {2}L1 H2 0\.50 ▸L0 H0 0\.25 {2}2 more +A and B shown · Space: B − A$/],
    [78, /^ mean over rows: {2}L1 H2 0\.50 ▸L0 H0 0\.25 {2}2 more +A and B shown · Space: B − A$/],
  ])('that change most are in a line, as many as fit into %i cells, the selected one marked', (widthCells, says) => {
    const rows = texts(sentencesView({ ...input, ranked, size: { widthCells, heightCells: 17 } }));
    expect(rows.find((text) => text.includes('mean over rows'))).toMatch(says);
  });

  test('stand at the side where there is room, with bars, and those that are off', () => {
    const isAblated = (layer: number, head: number) => layer === 0 && head === 1;
    const rows = sentencesView({ ...input, ranked, isAblated, size: { widthCells: 98, heightCells: 17 } });
    const lines = texts(rows).map((line) => line.slice(76).trimEnd());
    expect(lines).toContain(' heads by change');
    expect(lines.some((line) => /^ L1 H2 {3}0\.50 █/.test(line))).toBe(true);
    expect(lines.some((line) => /^▸L0 H0 {3}0\.25 █/.test(line))).toBe(true);
    expect(lines.some((line) => /^ L0 H1 x /.test(line))).toBe(true);
    expect(lines).toContain(' L1 H0      —');
    expect(selected(rows).map((one) => one.text)).toContain('▸L0 H0   0.25');
  });
});

describe('where the numbers of A and B do not fit side by side', () => {
  const ten = tokensOf('one two three four five six seven eight nine ten');
  const even = blocks([Array.from({ length: 10 }, () => Array.from({ length: 10 }, () => 0.1))]);
  const tenPairs = alignTokens(words(ten), words(ten));
  const side = { text: 'ten', queries: ten, keys: ten, weights: even };
  const shownIn = (inFront: SentencesInput['inFront'], widthCells: number) =>
    texts(
      sentencesView({
        ...{ ...input, a: side, b: { ...side, text: 'TEN' }, queries: tenPairs, keys: tenPairs, inFront },
        size: { widthCells, heightCells: 17 },
      }),
    ).join('\n');

  test('one stands in front, the pane says which, and what the key shows next', () => {
    for (const [front, says, title] of [
      ['A', 'A shown · Space: B', / A {2}ten +$/m],
      ['B', 'B shown · Space: B − A', / B {2}TEN +$/m],
      ['difference', 'B − A shown · Space: A', / B − A {2}weights/],
    ] as const) {
      const text = shownIn(front, 78);
      expect(text).toContain(says);
      expect(text.replaceAll(/(A|B) +(ten|TEN)$/gm, '$& ')).toMatch(title);
      if (front !== 'difference') expect(text.match(/\.100?\b/g)!.length).toBeGreaterThanOrEqual(50);
    }
  });

  test('they stand side by side where there is room, B not by itself', () => {
    expect(shownIn('B', 118)).toContain('A and B shown · Space: B − A');
    expect(shownIn('B', 118)).toMatch(/ A {2}ten +B {2}TEN/);
  });
});

describe('heads ranked by the selected row', () => {
  // Row "bank": A [0 1 0] on the, money, bank; B [1/8 3/8 1/2 0] on the, big, river, bank. ½(1/8 + 5/8 + 1/2 + 0) = 0.625
  const ofBank = pairs.filter(({ a }) => a === 2);
  const byRow = { ...input, isRankedByRow: true, ranked: rankHeads([weightsA], [weightsB], ofBank, pairs) };

  test('have the change of that row, worked by hand', () => {
    expect(byRow.ranked).toEqual([{ layer: 0, head: 0, change: 0.625 }]);
    // Mean over the, money and bank: ½(1/4 + 0 + 1/4 + 0) = 0.25, ½(3/4 + 1/2 + 0 + 1/4) = 0.75, 0.625
    expect(input.ranked[0]!.change).toBeCloseTo((0.25 + 0.75 + 0.625) / 3, 12);
  });

  test('and the title and the difference say whose row', () => {
    const lines = texts(sentencesView({ ...byRow, size: { widthCells: 118, heightCells: 31 } })).join('\n');
    expect(lines).toContain("change 0.63 of 2 bank's row");
    expect(lines).toMatch(/ heads by change\n.* of 2 bank's row\n/s);
    expect(texts(sentencesView({ ...input, size: { widthCells: 118, heightCells: 31 } })).join()).toContain(
      'mean over rows',
    );
  });
});

describe('where there is room', () => {
  const namesIn = (size: SentencesInput['size']) =>
    texts(sentencesView({ ...input, size })).flatMap((line, row) =>
      [/ A {2}the/, / B {2}the/, /B − A {2}weights/].flatMap((name, at) =>
        name.test(line) ? [`${'ABd'[at]}${row}`] : [],
      ),
    );

  test('A and B stand above their difference at 118×31', () => {
    const [a, b, difference] = namesIn({ widthCells: 118, heightCells: 31 });
    expect([a, b]).toEqual(['A4', 'B4']);
    expect(Number(difference!.slice(1))).toBeGreaterThan(8);
  });

  test('all three stand in a row at 198×41 if they have room for numbers', () => {
    const names = namesIn({ widthCells: 198, heightCells: 41 });
    expect(new Set(names.map((name) => name.slice(1))).size).toBe(1);
    expect(names).toHaveLength(3);
  });
});

const useLite = builtInModel('use-lite');
const example = builtInModel('example');
type Loaded = typeof useLite;

function sideOf(loaded: Loaded, text: string) {
  const explorer = createExplorer({ loaded, text });
  const { queries, keys } = explorer.tokens.value;
  const layers = explorer.trace.value.layers.map(({ attentionWeights }) => attentionWeights);
  return { text, queries, keys, layers };
}

function comparedOf(loaded: Loaded, one: string, other: string) {
  const [a, b] = [sideOf(loaded, one), sideOf(loaded, other)];
  const key = ({ id, text }: TokenView) => id ?? text;
  const aligned = alignTokens(a.queries.map(key), b.queries.map(key));
  return { a, b, aligned, ranked: rankHeads(a.layers, b.layers, aligned, aligned) };
}

const repeated = (count: number, from: readonly string[]) =>
  Array.from({ length: count }, (_, i) => from[i % from.length]).join(' ');

describe('real sentences fit at every size', () => {
  const sizes = [[58, 10], [58, 17], [78, 17], [97, 30], [98, 17], [98, 21], [118, 31], [159, 40], [198, 41], [298, 90]]; // biome-ignore format: a list
  const cases: [string, Loaded, string, string][] = [
    ['the bank', useLite, 'I deposited money in the bank.', 'The boat drifted toward the river bank.'],
    ['the animal', useLite, "The animal didn't cross the street.", "The animal didn't cross the wide street."],
    ['one token', useLite, 'Yes', 'No'],
    ['the same twice', useLite, 'Yes sir', 'Yes sir'],
    ['one token and many', useLite, 'Yes', repeated(100, ['the', 'man', 'said', 'that'])],
    ['long ones', useLite, repeated(120, ['the', 'man', 'said']), repeated(110, ['the', 'man', 'said', 'that'])],
    ['other letters', useLite, '漢字仮名交じり文 a\tb\u0007c', '👩‍👩‍👧‍👦 🇩🇪 cafe\u0301 中文字符'],
    ['an unknown word', example, 'please study man', 'please study dog'],
    ['unknown words alone', example, 'dog', 'drifting'],
    ['no second one', useLite, 'Yes sir', ''],
    ['no first one', useLite, '', 'Yes sir'],
  ];

  test.each(cases)('%s', (_, loaded, one, other) => {
    const { a, b, aligned, ranked } = comparedOf(loaded, one, other);
    for (const [widthCells, heightCells] of sizes as [number, number][]) {
      for (const place of [0, a.queries.length >> 1, Math.max(0, a.queries.length - 1)]) {
        for (const isAscii of [false, true]) {
          for (const inFront of ['A', 'B', 'difference'] as const) {
            const made = sentencesView({
              a: { ...a, weights: a.layers[0]! },
              b: { ...b, weights: b.layers[0]! },
              queries: aligned,
              keys: aligned,
              ranked,
              selection: { ...input.selection, query: place, key: a.queries.length - 1 - place },
              inFront,
              isRankedByRow: place % 2 === 1,
              isAblated: (layer) => layer === 0,
              keyOf,
              size: { widthCells, heightCells },
            });
            const rows = isAscii ? made.map((row) => asciiRow(row, widthCells)) : made;
            const where = `${widthCells}×${heightCells}, ${place}, ${inFront}`;
            expect(rows.length, where).toBeLessThanOrEqual(heightCells);
            for (const line of texts(rows)) {
              expect(widthOf(line), `${where}: ${line}`).toBeLessThanOrEqual(widthCells);
              expect(line).not.toMatch(/NaN|undefined|\p{Cc}/u);
              if (isAscii && loaded === example) expect(line).toMatch(/^[\x20-\x7e]*$/);
            }
            const isWhole = a.queries.length > 0 && b.queries.length > 0;
            // B may lack what is selected in A.
            if (isWhole && inFront !== 'B') expect(selected(rows).length, where).toBeGreaterThan(0);
            if (isWhole) expect(rowText(rows[0]!), where).toContain(isAscii ? '>' : '▸');
          }
        }
      }
    }
  });

  test('heads rank 0 for a sentence and itself', () => {
    const { ranked } = comparedOf(useLite, 'The river bank.', 'The river bank.');
    expect(ranked.map(({ change }) => change)).toEqual(ranked.map(() => 0));
  });
});
