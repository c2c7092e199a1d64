import { beforeAll, describe, expect, test } from 'vitest';
import { createScreen } from '../../src/app/screen.ts';
import { createActions } from '../../src/explorer/actions.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import { paneNames } from '../../src/explorer/pane-names.ts';
import type { ScreenView } from '../../src/panes/frame/screen-view.ts';
import { type Row, rowText } from '../../src/panes/kit/cells.ts';
import { textWidth } from '../../src/terminal/canvas/cell.ts';
import { widthOf } from '../../src/text/graphemes.ts';
import { builtInModel } from '../support/models.ts';

const useLite = builtInModel('use-lite');
const example = builtInModel('example');
const words = (count: number) =>
  Array.from({ length: count }, (_, i) => ['the', 'man', 'said', 'that'][i % 4]).join(' ');

const texts: [string, string][] = [
  ['no token', ''],
  ['one token', 'Yes'],
  ['two tokens', 'Yes sir'],
  ['an ordinary sentence', 'The boat drifted toward the river bank.'],
  ['119 tokens', words(119)],
  ['128 tokens', words(128)],
  ['more tokens than the model takes', words(300)],
  ['emoji', '👩‍👩‍👧‍👦 🇩🇪 ❤️ 1️⃣ hello 🎉🎉 👍🏽'],
  ['CJK', '漢字仮名交じり文 中文字符 한국어 ＦＵＬＬ'],
  ['combining marks', 'cafe\u0301 n\u0303 \u0301 Zalgo\u0300\u0301\u0302\u0303'],
  ['a word of 60 letters', `${'pneumonoultramicroscopic'.repeat(3).slice(0, 60)} hello`],
  ['control and invisible characters', 'a\tb\u0007c\u200b\u202ed \u00ad x'],
];

const exampleTexts: [string, string][] = [
  ['no token', ''],
  ['the lesson', 'please study man'],
  ['an unknown word at the end', 'please study dog'],
  ['unknown words alone', `drifting 漢字仮名交じり文 ${'x'.repeat(60)}`],
  ['40 tokens', Array.from({ length: 40 }, (_, i) => ['please', 'study', 'man'][i % 3]).join(' ')],
];

const sizes = [
  [60, 16],
  [80, 24],
  [99, 29],
  [100, 30],
  [120, 40],
  [159, 50],
  [160, 39],
  [200, 50],
  [300, 100],
] as const;

function opened(loaded: typeof useLite, text: string) {
  const explorer = createExplorer({ loaded, text });
  return { explorer, actions: createActions(explorer), screen: createScreen(explorer) };
}

type Session = ReturnType<typeof opened>;

/** Calls `look` with the screen for every size, with each pane in front where one is shown at a time. */
function everywhere({ explorer, screen }: Session, look: (view: ScreenView, where: string) => void): void {
  for (const [columns, rows] of sizes) {
    for (const pane of paneNames) {
      explorer.inputs.columns.value = columns;
      explorer.inputs.rows.value = rows;
      explorer.inputs.pane.value = pane;
      if (screen.value.arrangement.kind === 'all' && pane !== 'context') continue;
      look(screen.value, `${columns}×${rows}, ${pane} in front`);
    }
  }
}

/** A part of the screen, and the room that it has. */
interface Part {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly widthCells: number;
  readonly heightCells: number;
}

function partsOf(view: ScreenView, columns: number): Part[] {
  const line = { widthCells: columns, heightCells: 1 };
  return [
    { ...line, name: 'title', rows: [view.title] },
    { ...line, name: 'tokens', rows: view.tokens, heightCells: view.arrangement.tokenLines },
    { ...line, name: 'status', rows: view.status, heightCells: 2 },
    ...view.panes.map(({ name, rows, rect }) => ({
      name,
      rows,
      widthCells: rect.widthCells - 2,
      heightCells: rect.heightCells - 2,
    })),
  ];
}

/** What of a part does not fit, in words; none is right. */
function overflows({ rows, widthCells, heightCells }: Part): string[] {
  const tooMany = rows.length > heightCells ? [`${rows.length} rows in ${heightCells}`] : [];
  const tooWide = rows.map(rowText).flatMap((text) => {
    const width = Math.max(widthOf(text), textWidth(text));
    return width > widthCells ? [`${width} cells in ${widthCells}: ${text}`] : [];
  });
  return [...tooMany, ...tooWide];
}

/** Every text in both models: as it is opened with the selection at both ends and inside; and changed. */
function* sessions(): Generator<Session & { text: string }> {
  for (const [loaded, samples] of [
    [useLite, texts],
    [example, exampleTexts],
  ] as const) {
    for (const [name, text] of samples) {
      const session = opened(loaded, text);
      const { inputs, tokenized } = session.explorer;
      const last = Math.max(0, tokenized.value.tokens.length - 1);
      yield { ...session, text: name };
      inputs.query.value = 0;
      inputs.key.value = last;
      inputs.dimension.value = 500;
      yield { ...session, text: `${name}, first query` };
      const changed = opened(loaded, text);
      changed.actions.toggleMask();
      changed.actions.toggleHead();
      changed.actions.moveHead(1);
      changed.actions.toggleHead();
      changed.actions.setScaleFactor(0.123456);
      yield { ...changed, text: `${name}, changed` };
    }
  }
}

describe('every part fits its room, at every size, for every text', () => {
  const found = new Map<string, string[]>();
  const seen = new Set<string>();
  const unreadable: string[] = [];
  beforeAll(() => {
    for (const session of sessions()) {
      everywhere(session, (view, where) => {
        for (const part of partsOf(view, session.explorer.inputs.columns.value)) {
          seen.add(part.name);
          const bad = overflows(part).map((one) => `${session.text}, ${where}: ${one}`);
          found.set(part.name, [...(found.get(part.name) ?? []), ...bad]);
          unreadable.push(...part.rows.map(rowText).filter((row) => /NaN|undefined|\p{Cc}/u.test(row)));
        }
      });
    }
  });

  const overflowOf = (part: string) => found.get(part)?.slice(0, 5);
  const parts = ['title', 'tokens', 'status', ...paneNames, 'chart'];
  test('all parts were looked at', () => expect([...seen].sort()).toEqual(parts.toSorted()));
  // Cut at the edge without a mark so far; a part that fits is to leave this list.
  test.each(parts)('%s', (part) => expect(overflowOf(part)).toEqual([]));
  test('no number is written as NaN or undefined, and no control character reaches a row', () =>
    expect(unreadable.slice(0, 5)).toEqual([]));
});

describe('the selected cell is always in view', () => {
  const marked = (view: ScreenView, name: string) =>
    view.panes
      .filter((pane) => pane.name === name)
      .flatMap((pane) => pane.rows.flat().filter((cell) => cell.selected === true));

  test.each([
    ['an ordinary sentence', 'The boat drifted toward the river bank.'],
    ['119 tokens', words(119)],
    ['128 tokens', words(128)],
  ])('%s: in the heatmap, in Q K V and among the heads, once each', (_, text) => {
    const session = opened(useLite, text);
    const { inputs, tokenized } = session.explorer;
    const count = tokenized.value.tokens.length;
    for (const [query, key, dimension, matrix] of [
      [0, count - 1, 0, 'q'],
      [count - 1, 0, 63, 'k'],
      [count >> 1, count >> 1, 40, 'v'],
    ] as const) {
      Object.assign(inputs.matrix, { value: matrix });
      inputs.query.value = query;
      inputs.key.value = key;
      inputs.dimension.value = dimension;
      everywhere(session, (view, where) => {
        for (const name of ['attention', 'qkv', 'maps']) {
          const isShown = view.panes.some((pane) => pane.name === name);
          expect(marked(view, name), `${name} at ${where}`).toHaveLength(isShown ? 1 : 0);
        }
      });
    }
  });

  test('every head of every layer, at every size', () => {
    const session = opened(useLite, words(12));
    for (let step = 0; step < 8; step++) {
      everywhere(session, (view, where) => {
        if (view.panes.some((pane) => pane.name === 'maps')) expect(marked(view, 'maps'), where).toHaveLength(1);
      });
      session.actions.moveHead(1);
    }
  });

  test('it shows the value that the trace has there', () => {
    const { explorer, screen } = opened(useLite, 'The boat drifted toward the river bank.');
    explorer.inputs.query.value = 3;
    explorer.inputs.key.value = 2;
    const weights = explorer.trace.value.layers[0]!.attentionWeights;
    const [cell] = marked(screen.value, 'attention');
    expect(cell?.weight).toBe(weights.data[3 * weights.shape[2]! + 2]);
  });
});
