import type { WordContrast } from '../../core/measures/word-contrast.ts';
import type { StaticSide } from '../../explorer/static-side.ts';
import type { TokenView } from '../../explorer/token-view.ts';
import { visibleText } from '../../text/fitted-text.ts';
import { awaitedText, cell, type Row, type Size, wrappedRows } from '../kit/cells.ts';
import { withKeys } from '../kit/key-names.ts';
import { type PositionKind, ruleText, wordConclusion } from './conclusion.ts';
import { wordCurve } from './curve.ts';
import { directionRows } from './direction.ts';
import { headingRow } from './heading.ts';
import { mixedRows } from './mix.ts';
import { columnsOf, legendText, linesToShow, tableLines, tableWidth, titleRow } from './table.ts';

export interface WordInput {
  readonly contrast: WordContrast | null;
  /** Why there is no contrast; null: it is not computed yet. */
  readonly problem: string | null;
  readonly positions: PositionKind;
  readonly textA: string;
  readonly textB: string;
  readonly tokensA: readonly TokenView[];
  readonly tokensB: readonly TokenView[];
  readonly fromFile: StaticSide | null;
  /** The third sentence; null: there is none. */
  readonly textC: string | null;
  /** The vocabulary's string of an id. */
  readonly tokenText: (id: number) => string;
  readonly keyOf: (action: string) => string;
  readonly size: Size;
}

/** Fewest rows of a part that is shown. */
const fewestStages = 3;
const fewestMixed = 3;
/** Wider columns only move a name away from its number. */
const widestMix = 110;
const mostKeys = 5;

/** One word in two sentences: where it stands, its cosines at every stage, a conclusion with its rule, what the selected layer's attention
 *  mixed in, and where the difference points. If room is short, the conclusion and the stages near the selected layer come first. */
export function wordView(input: WordInput): Row[] {
  const { contrast, problem, size, keyOf } = input;
  const { widthCells, heightCells } = size;
  if (contrast === null) {
    const tone = problem === null ? 'dim' : 'warning';
    return wrappedRows(problem ?? awaitedText, widthCells, tone).slice(0, heightCells);
  }
  const columns = columnsOf(contrast, widthCells);
  const lines = tableLines(contrast, columns, { ...input, widthCells });
  const sentences = wordConclusion({ ...contrast, word: visibleText(contrast.word) }, input.positions);
  const conclusion = sentences.flatMap((sentence, index) =>
    wrappedRows(withKeys(sentence, keyOf), widthCells, index === sentences.length - 1 ? 'strong' : 'plain'),
  );
  const notes = [ruleText(contrast), legendText(columns)].flatMap((text) => wrappedRows(text, widthCells, 'dim'));
  const direction = directionRows(contrast.direction, input.tokenText, widthCells);
  // Rows left after the heading, the titles and the conclusion.
  let free = heightCells - 2 - conclusion.length;
  const take = (rows: number) => {
    const taken = Math.max(0, Math.min(rows, free));
    free -= taken;
    return taken;
  };
  let shownLines = take(Math.min(lines.length, fewestStages));
  const shownNotes = take(notes.length);
  shownLines += take(lines.length - shownLines);
  const mixed = mixedIn(contrast, input, free < fewestMixed ? 0 : Math.min(mostKeys + 2, free));
  take(mixed.length);
  const shownDirection = free >= direction.length ? take(direction.length) : 0;
  const curve = free >= 7 ? wordCurve(contrast, curveSize(size, free - 1)) : [];
  const table = linesToShow(lines, shownLines);
  return [
    headingRow(contrast, input.textC, keyOf, widthCells),
    titleRow(columns, widthCells),
    ...(curve.length === 0 ? besideCurve(table, contrast, tableWidth(columns), widthCells) : table),
    ...conclusion,
    ...notes.slice(0, shownNotes),
    ...mixed,
    ...direction.slice(0, shownDirection),
    ...(curve.length === 0 ? [] : [[], ...curve]),
  ].slice(0, Math.max(0, heightCells));
}

function mixedIn({ mixedA, mixedB, a, b, layer }: WordContrast, input: WordInput, heightCells: number): Row[] {
  return mixedRows(
    [
      { name: 'A', mixed: mixedA, text: input.textA, tokens: input.tokensA, places: a.places },
      { name: 'B', mixed: mixedB, text: input.textB, tokens: input.tokensB, places: b.places },
    ],
    layer,
    { widthCells: Math.min(widestMix, input.size.widthCells), heightCells },
  );
}

/** Fewest lines of a table that has a curve beside it; the curve starts below the lines with notes. */
const fewestBeside = 12;
const notedLines = 3;
const fewestCurveCells = 60;

/** The table of a deep model, with the curve at its right if there is room. */
function besideCurve(
  table: readonly Row[],
  contrast: WordContrast,
  usedCells: number,
  widthCells: number,
): readonly Row[] {
  const room = widthCells - usedCells - 4;
  if (table.length < fewestBeside || room < fewestCurveCells) return table;
  const curve = wordCurve(contrast, { widthCells: room, heightCells: Math.min(14, table.length - notedLines) });
  return table.map((row, index) => {
    const beside = index < notedLines ? undefined : curve[index - notedLines];
    return beside === undefined ? row : [...row, cell('    '), ...beside];
  });
}

/** A curve of a few points needs no more. */
function curveSize({ widthCells }: Size, heightCells: number): Size {
  return { widthCells: Math.min(110, widthCells), heightCells: Math.min(13, heightCells) };
}
