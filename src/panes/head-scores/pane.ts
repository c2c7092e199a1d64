import { headScoreDefinitions } from '../../core/measures/head-score-definitions.ts';
import { type HeadScoreName, headScoreNames } from '../../core/measures/head-scores.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { cutEnd, padEnd, padStart } from '../../text/fitted-text.ts';
import { type Cell, cell, labelCell, type Row, wrappedRows } from '../kit/cells.ts';
import { fixed } from '../kit/format.ts';
import { sortHeads } from '../kit/head-role.ts';
import { ablatedIn } from '../kit/inputs.ts';
import { lookAtHead } from '../kit/look.ts';
import { moveAlong, roundFrom } from '../kit/moves.ts';
import { headName, isSameHead } from '../kit/names.ts';
import { definePane, type PaneContext } from '../kit/pane.ts';
import { perExplorer } from '../kit/per-explorer.ts';
import { scoredHeads } from '../kit/scored-heads.ts';
import { pageOf } from '../kit/viewport.ts';

const ranked = perExplorer((explorer, derive) =>
  derive(() => sortHeads(scoredHeads(explorer).value, explorer.inputs.sortBy.value)),
);

const sortNames = ['place', ...headScoreNames] as const;

export const headScoresPane = definePane({
  name: 'head-scores',
  title: 'what heads do',
  order: 9,
  key: '9',
  view: 'heads',
  place: 'whole',
  isHeadless: true,
  upDown: ['head in the list', (c, steps) => moveAlong(c, ranked(c.explorer).peek(), steps)],
  leftRight: [
    'score to sort by',
    ({ explorer: { inputs } }, steps) => {
      inputs.sortBy.value = roundFrom(sortNames, inputs.sortBy.peek(), steps);
    },
  ],
  keys: [lookAtHead],
  rows,
  heightOf: (explorer) => scoredHeads(explorer).value.length + 8,
});

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

/** Every head with its scores in this sentence, sorted; below, the definition of the score that sorts them. */
function rows(explorer: Explorer, { size }: PaneContext): Row[] {
  const heads = ranked(explorer).value;
  const sortBy = explorer.inputs.sortBy.value;
  const isOff = ablatedIn(explorer);
  // If not all scores fit, shows those around the sorted one.
  const columns = Math.max(1, Math.floor((size.widthCells - placeWidth - roleWidth) / scoreWidth));
  const sorted = sortBy === 'place' ? 0 : headScoreNames.indexOf(sortBy);
  const visible = pageOf(headScoreNames.length, columns, sorted);
  const names = headScoreNames.slice(visible.start, visible.end);
  const header: Row = [
    cell(padEnd(' head', placeWidth), sortBy === 'place' ? 'strong' : 'dim'),
    ...names.map((name) => cell(padStart(short[name], scoreWidth), name === sortBy ? 'strong' : 'dim')),
  ];
  const below = definitionRows(sortBy, size.widthCells);
  const room = Math.max(1, size.heightCells - 1 - below.length);
  const at = heads.findIndex((one) => isSameHead(one, explorer.place.value));
  const page = pageOf(heads.length, room, Math.max(0, at));
  const lines = heads.slice(page.start, page.end).map((one, index): Row => {
    const isSelected = page.start + index === at;
    const label = labelCell(headName(one) + (isOff(one.layer, one.head) ? ' x' : ''), isSelected, placeWidth);
    const words = one.role === null ? '' : `  ${one.role.name} ${fixed(one.role.score, 2)}`;
    const used = placeWidth + scoreWidth * names.length;
    return [
      isSelected ? { ...label, selected: true } : label,
      ...names.map((score) => scoreCell(one.scores[score], score, score === sortBy)),
      cell(cutEnd(words, Math.max(0, size.widthCells - used)), 'strong'),
    ];
  });
  return [header, ...lines, ...below].slice(0, size.heightCells);
}

function scoreCell(score: number | null, name: HeadScoreName, isSorted: boolean): Cell {
  const tone = isSorted ? 'strong' : 'plain';
  if (score === null) return cell(padStart('n/a', scoreWidth), 'dim');
  const text = padStart(fixed(score, name === 'distance' ? 1 : 2), scoreWidth);
  return name === 'distance' ? cell(text, tone) : { text, tone, weight: Math.min(1, score) };
}

/** The definition of the score that sorts the heads. */
function definitionRows(sortBy: HeadScoreName | 'place', widthCells: number): Row[] {
  const definition = headScoreDefinitions.find(({ name }) => name === sortBy);
  if (definition === undefined) {
    const words =
      '←→ sorts by a score and defines it. Scores are means over the queries of this sentence; n/a: the score applies to no token here.';
    return [[], ...wrappedRows(words, widthCells, 'dim')];
  }
  const source = definition.source === null ? '' : ` (${definition.source})`;
  return [
    [],
    ...wrappedRows(`${definition.title}: ${definition.definition}${source}`, widthCells, 'dim'),
    [cell(cutEnd(definition.formula, widthCells), 'strong')],
  ];
}
