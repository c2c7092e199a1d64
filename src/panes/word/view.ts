import type { DirectedWord, DirectionKind } from '../../core/measures/vocabulary-direction.ts';
import type { WordContrast } from '../../core/measures/word-contrast.ts';
import type { StaticSide } from '../../explorer/static-side.ts';
import type { TokenView } from '../../explorer/token-view.ts';
import { cutEnd, cutMiddle, padEnd, padStart, visibleText } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { awaitedText, cell, type Row, type Size, wrappedRows } from '../kit/cells.ts';
import { fixed } from '../kit/format.ts';
import { windowAround } from '../kit/viewport.ts';
import { wordConclusion } from './conclusion.ts';
import { wordCurve } from './curve.ts';
import { mixedRows } from './mix.ts';

export interface WordInput {
  readonly contrast: WordContrast | null;
  /** Why there is no contrast; null: it is not computed yet. */
  readonly problem: string | null;
  readonly tokensA: readonly TokenView[];
  readonly tokensB: readonly TokenView[];
  readonly fromFile: StaticSide | null;
  /** The vocabulary's string of an id. */
  readonly tokenText: (id: number) => string;
  readonly size: Size;
}

const stageWidth = 18;
const numberWidth = 9;
const tableWidth = stageWidth + 3 * numberWidth;
const staticNotes = ['Word2Vec and GloVe give only this kind', 'all that Word2Vec gives', 'like Word2Vec'];
const inputNotes = ['plus any position vector; no context yet', 'plus any position; no context'];
const legends = [
  'baseline: pairs of other tokens, one of A and one of B; shuffled: the words in random order',
  'baseline: other tokens of A and B; shuffled: random word order',
  'baseline: other tokens of A, B',
];
/** Fewest rows of a part that is shown. */
const fewestStages = 3;
const fewestMixed = 3;
/** Wider columns only move a name away from its number. */
const widestMix = 110;
const mostKeys = 5;

/** One word in two sentences: its cosine at every stage, what the selected layer's attention mixed in, where the difference points, and
 *  a conclusion. If room is short, the stages near the selected layer come first, then what was mixed in, then the rest. */
export function wordView(input: WordInput): Row[] {
  const { contrast, problem, size } = input;
  if (contrast === null) {
    const tone = problem === null ? 'dim' : 'warning';
    return wrappedRows(problem ?? awaitedText, size.widthCells, tone).slice(0, size.heightCells);
  }
  const words = wordConclusion({ ...contrast, word: visibleText(contrast.word) });
  const conclusion = wrappedRows(words, size.widthCells, 'strong');
  const lines = tableLines(contrast, input);
  const { mixedA, mixedB, placesA, placesB } = contrast;
  const mixed = mixedRows(
    [
      { name: 'A', mixed: mixedA, tokens: input.tokensA, places: placesA },
      { name: 'B', mixed: mixedB, tokens: input.tokensB, places: placesB },
    ],
    contrast.layer,
    mostKeys,
    { ...size, widthCells: Math.min(widestMix, size.widthCells) },
  );
  const direction = directionRows(input, contrast.direction);
  // Rows left after the heading and the conclusion.
  let free = size.heightCells - 1 - conclusion.length;
  const take = (rows: number) => {
    const taken = Math.max(0, Math.min(rows, free));
    free -= taken;
    return taken;
  };
  let shownLines = take(Math.min(lines.length, fewestStages));
  let shownMixed = free >= fewestMixed ? take(Math.min(mixed.length, fewestMixed)) : 0;
  shownLines += take(lines.length - shownLines);
  const shownDirection = free >= direction.length ? take(direction.length) : 0;
  shownMixed += shownMixed === 0 ? 0 : take(mixed.length - shownMixed);
  const curve = free >= 7 ? wordCurve(contrast.stages, curveSize(size, free - 1)) : [];
  const table = linesToShow(lines, shownLines);
  return [
    headingRow(contrast, size),
    ...(curve.length === 0 ? besideCurve(table, contrast, input) : table),
    ...conclusion,
    ...mixed.slice(0, shownMixed),
    ...direction.slice(0, shownDirection),
    ...(curve.length === 0 ? [] : [[], ...curve]),
  ].slice(0, Math.max(0, size.heightCells));
}

/** Fewest lines of a table that has a curve beside it; the curve starts below the lines with notes. */
const fewestBeside = 12;
const notedLines = 3;
const fewestCurveCells = 60;

/** The table of a deep model, with the curve at its right if there is room. */
function besideCurve(table: readonly Row[], { stages }: WordContrast, { size }: WordInput): readonly Row[] {
  const widthCells = size.widthCells - tableWidth - 4;
  if (table.length < fewestBeside || widthCells < fewestCurveCells) return table;
  const curve = wordCurve(stages, { widthCells, heightCells: Math.min(14, table.length - notedLines) });
  return table.map((row, index) => {
    const beside = index < notedLines ? undefined : curve[index - notedLines];
    return beside === undefined ? row : [...row, cell('    '), ...beside];
  });
}

/** A curve of a few points needs no more. */
function curveSize({ widthCells }: Size, heightCells: number): Size {
  return { widthCells: Math.min(110, widthCells), heightCells: Math.min(13, heightCells) };
}

/** The word, the names of the columns, and a remark on the word or else a legend of the columns. */
function headingRow({ word, asked, placesA, placesB }: WordContrast, { widthCells }: Size): Row {
  const quoted = (text: string, width: number) => `"${cutMiddle(visibleText(text), width)}"`;
  const names = ['cosine', 'baseline', 'shuffled'].map((name) => padStart(name, numberWidth)).join('');
  const room = widthCells - tableWidth - 2;
  const remarks = [
    ...(asked === null ? [] : [asked === '' ? 'select another word to follow' : `${quoted(asked, 12)} is not in B`]),
    ...(Math.max(placesA.length, placesB.length) > 1 ? ['mean over its tokens'] : []),
  ];
  const remark = remarks.length > 0 ? remarks.join('; ') : fitting(legends, room);
  return [
    cell(cutEnd(padEnd(`  ${quoted(word, stageWidth - 5)}`, stageWidth), widthCells), 'strong'),
    cell(cutEnd(names, Math.max(0, widthCells - stageWidth)), 'dim'),
    ...(room > 0 && remark !== '' ? [cell(`  ${cutEnd(remark, room)}`, 'dim')] : []),
  ];
}

/** The first wording that fits; '' if none does. */
function fitting(ways: readonly string[], widthCells: number): string {
  return ways.find((way) => widthOf(way) <= widthCells) ?? '';
}

interface TableLine {
  readonly row: Row;
  readonly isSelected: boolean;
}

/** A line per stage; the file's vectors follow the model's own static ones. */
function tableLines({ stages, layer }: WordContrast, { fromFile, size }: WordInput): TableLine[] {
  const number = (value: number | null) => padStart(fixed(value ?? Number.NaN, 3), numberWidth);
  const line = (name: string, numbers: string, isSelected: boolean, note: string): TableLine => {
    const label = padEnd(`${isSelected ? '▸' : ' '} ${cutMiddle(name, stageWidth - 2)}`, stageWidth);
    const room = Math.max(0, size.widthCells - tableWidth);
    const text = cell(cutEnd(label + numbers, size.widthCells), isSelected ? 'accent' : 'plain');
    return { row: note === '' ? [text] : [text, cell(cutEnd(`  ${note}`, room), 'dim')], isSelected };
  };
  const staticNote = fitting(staticNotes, size.widthCells - tableWidth - 2);
  return stages.flatMap(({ stage, layer: own, part, cosine, baseline, shuffled }) => {
    const note =
      part === 'static' ? staticNote : part === 'input' ? fitting(inputNotes, size.widthCells - tableWidth - 2) : '';
    const shown = line(stage, number(cosine) + number(baseline) + number(shuffled), own === layer, note);
    if (part !== 'static' || fromFile === null) return [shown];
    const { label, cosine: fileCosine, baseline: fileBaseline } = fromFile;
    const numbers = number(fileCosine) + number(fileBaseline) + padStart('', numberWidth);
    const fileNote = fileCosine === null ? 'this word is not in the file' : 'from the file: one vector per spelling';
    return [shown, line(visibleText(label), numbers, false, fileNote)];
  });
}

/** All lines, or the first and those around the selected layer's if not all fit. */
function linesToShow(lines: readonly TableLine[], room: number): Row[] {
  if (room >= lines.length) return lines.map(({ row }) => row);
  const [first, ...rest] = lines;
  const last = rest.findLastIndex(({ isSelected }) => isSelected);
  const { start, end } = windowAround(rest.length, room - 1, Math.max(0, last));
  // A single line shows the stage that the conclusion is about.
  if (room === 1) return [(lines.findLast(({ isSelected }) => isSelected) ?? lines[0])?.row ?? []];
  return room <= 0 || first === undefined ? [] : [first, ...rest.slice(start, end)].map(({ row }) => row);
}

/** Names the vectors that represent the vocabulary's words: a long wording and a short one. */
function spaceNames(kind: DirectionKind): readonly [string, string] {
  switch (kind) {
    case 'alone': {
      const formula = 'v × W_O';
      return [`attention output of a word read alone, ${formula}`, `${formula} of a word read alone`];
    }
    case 'head':
      return ["a word's column of the language head", 'the language head'];
    case 'embedding':
      return ["a word's static vector E", 'E'];
  }
}

/** The words at both ends of w_A − w_B, each once, ignoring case. */
function directionRows({ tokenText, size }: WordInput, direction: WordContrast['direction']): Row[] {
  if (direction === null) return [];
  const { kind, stage, towardsA, towardsB } = direction;
  const [long, short] = spaceNames(kind);
  const start = `vocabulary along A − B, ${stage}: cosine with`;
  const title = fitting([`${start} ${long}`, `${start} ${short}`], size.widthCells) || `${start} ${short}`;
  const end = (name: string, words: readonly DirectedWord[]): Row => {
    const known = new Map<string, number>();
    for (const { id, cosine } of words) {
      const word = visibleText(tokenText(id).replace(/^[▁Ġ]|<\/w>$/gu, ''));
      if (!known.has(word.toLowerCase())) known.set(word.toLowerCase(), cosine);
    }
    const list = [...known].map(([word, cosine]) => `${word} ${fixed(cosine, 2)}`);
    return [cell(`${name} `, 'strong'), cell(listWithin(list, size.widthCells - 2))];
  };
  return [[cell(cutEnd(title, size.widthCells), 'dim')], end('A', towardsA), end('B', towardsB)];
}

/** The first words of the list that fit. */
function listWithin(words: readonly string[], widthCells: number): string {
  let text = '';
  for (const word of words) {
    const longer = text === '' ? word : `${text}, ${word}`;
    if (widthOf(longer) > widthCells) break;
    text = longer;
  }
  return text;
}
