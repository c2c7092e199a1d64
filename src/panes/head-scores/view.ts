import type { HeadIndex } from '../../core/interventions.ts';
import { headScoreDefinitions } from '../../core/measures/head-score-definitions.ts';
import { type HeadScoreName, headScoreNames } from '../../core/measures/head-scores.ts';
import { cutEnd, padEnd, padStart } from '../../text/fitted-text.ts';
import { type Cell, cell, labelCell, type Row, type Size, wrappedRows } from '../kit/cells.ts';
import { fixed } from '../kit/format.ts';
import type { ScoredHead } from '../kit/head-role.ts';
import { headName, isSameHead } from '../kit/names.ts';
import { pageOf } from '../kit/viewport.ts';

export interface HeadScoresInput {
  /** In the order in which they are shown. */
  readonly heads: readonly ScoredHead[];
  readonly sortBy: HeadScoreName | 'place';
  readonly isAblated: (layer: number, head: number) => boolean;
  readonly selection: HeadIndex;
  readonly size: Size;
}

const placeWidth = 9;
const scoreWidth = 6;
/** `  duplicate token 0.78` */
const roleWidth = 22;

const short: Readonly<Record<HeadScoreName, string>> = {
  entropy: 'entr',
  distance: 'dist',
  previous: 'prev',
  next: 'next',
  same: 'same',
  first: 'first',
  last: 'last',
  punctuation: 'punct',
  special: 'spec',
  duplicate: 'dupl',
  induction: 'induc',
};

/** Every head with its scores in this sentence, sorted; below, what the score is that they are sorted by. */
export function headScoresView(input: HeadScoresInput): Row[] {
  const { heads, sortBy, isAblated, selection, size } = input;
  // Where not all scores fit, those round the one that is sorted by.
  const columns = Math.max(1, Math.floor((size.widthCells - placeWidth - roleWidth) / scoreWidth));
  const sorted = sortBy === 'place' ? 0 : headScoreNames.indexOf(sortBy);
  const visible = pageOf(headScoreNames.length, columns, sorted);
  const names = headScoreNames.slice(visible.start, visible.end);
  const header: Row = [
    cell(padEnd(' head', placeWidth), sortBy === 'place' ? 'strong' : 'dim'),
    ...names.map((name) => cell(padStart(short[name], scoreWidth), name === sortBy ? 'strong' : 'dim')),
  ];
  const below = definitionRows(input);
  const room = Math.max(1, size.heightCells - 1 - below.length);
  const at = heads.findIndex((one) => isSameHead(one, selection));
  const page = pageOf(heads.length, room, Math.max(0, at));
  const rows = heads.slice(page.start, page.end).map((one, index): Row => {
    const isSelected = page.start + index === at;
    const label = labelCell(headName(one) + (isAblated(one.layer, one.head) ? ' x' : ''), isSelected, placeWidth);
    const words = one.role === null ? '' : `  ${one.role.name} ${fixed(one.role.score, 2)}`;
    const used = placeWidth + scoreWidth * names.length;
    return [
      isSelected ? { ...label, selected: true } : label,
      ...names.map((score) => scoreCell(one.scores[score], score, score === sortBy)),
      cell(cutEnd(words, Math.max(0, size.widthCells - used)), 'strong'),
    ];
  });
  return [header, ...rows, ...below].slice(0, size.heightCells);
}

function scoreCell(score: number | null, name: HeadScoreName, isSorted: boolean): Cell {
  const tone = isSorted ? 'strong' : 'plain';
  if (score === null) return cell(padStart('n/a', scoreWidth), 'dim');
  const text = padStart(fixed(score, name === 'distance' ? 1 : 2), scoreWidth);
  return name === 'distance' ? cell(text, tone) : { text, tone, weight: Math.min(1, score) };
}

function definitionRows({ sortBy, size }: HeadScoresInput): Row[] {
  const definition = headScoreDefinitions.find(({ name }) => name === sortBy);
  if (definition === undefined) {
    const words =
      '←→ sorts by a score and defines it. Scores are means over the queries of this sentence; n/a: the score applies to no token here.';
    return [[], ...wrappedRows(words, size.widthCells, 'dim')];
  }
  const source = definition.source === null ? '' : ` (${definition.source})`;
  return [
    [],
    ...wrappedRows(`${definition.title}: ${definition.definition}${source}`, size.widthCells, 'dim'),
    [cell(cutEnd(definition.formula, size.widthCells), 'strong')],
  ];
}
