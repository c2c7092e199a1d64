import { headScoreDefinitions } from '../../core/measures/head-score-definitions.ts';
import { type HeadScoreName, headScoreNames } from '../../core/measures/head-scores.ts';
import type { AttentionPart } from '../../core/trace.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { cutEnd, padEnd, padStart } from '../../text/fitted-text.ts';
import { type Cell, cell, labelCell, type Row, type Size, wrappedRows } from '../kit/cells.ts';
import { fixed } from '../kit/format.ts';
import { absenceSentence, absentScores, isWeightScore, mostSentence, mostSentences } from '../kit/head-most.ts';
import { type ScoredHead, sortHeads } from '../kit/head-role.ts';
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
  heightOf: (explorer) => scoredHeads(explorer).value.length + 24,
});

const placeWidth = 10;
/** `  duplicate token 0.78` */
const roleWidth = 22;
/** The list of heads keeps as many rows before sentences below it get more. */
const fewestHeads = 6;
const widthOf = (name: HeadScoreName) => Math.max(name.length, 4) + 1;

/** Every head with its scores in this sentence, sorted, under the level by chance; below, what the scores say and mean. */
function rows(explorer: Explorer, { size }: PaneContext): Row[] {
  const heads = ranked(explorer).value;
  const sortBy = explorer.inputs.sortBy.value;
  const isOff = ablatedIn(explorer);
  const absent = absentScores(heads);
  const applying = headScoreNames.filter((name) => name === sortBy || !absent.includes(name));
  const names = namesInView(applying, sortBy, size.widthCells - placeWidth - roleWidth);
  const at = heads.findIndex((one) => isSameHead(one, explorer.place.value));
  const isMore = names.length < applying.length;
  const header: Row = [
    cell(padEnd(' head', placeWidth), sortBy === 'place' ? 'strong' : 'dim'),
    ...names.map((name) => cell(padStart(name, widthOf(name)), name === sortBy ? 'strong' : 'dim')),
    cell(isMore ? `  ←→ ${applying.length - names.length} more` : '', 'dim'),
  ];
  const below = belowRows(heads, sortBy, { absent, part: explorer.shown.value.part }, size);
  const room = Math.max(1, size.heightCells - 2 - below.length);
  const page = pageOf(heads.length, room, Math.max(0, at));
  const lines = heads.slice(page.start, page.end).map((one, index): Row => {
    const isSelected = page.start + index === at;
    const label = labelCell(headName(one) + (isOff(one.layer, one.head) ? ' x' : ''), isSelected, placeWidth);
    const words = one.role === null ? '' : `  ${one.role.name} ${fixed(one.role.score, 2)}`;
    const used = placeWidth + names.reduce((sum, name) => sum + widthOf(name), 0);
    return [
      isSelected ? { ...label, selected: true } : label,
      ...names.map((score) => scoreCell(one.scores[score], score, score === sortBy)),
      cell(cutEnd(words, Math.max(0, size.widthCells - used)), 'strong'),
    ];
  });
  return [header, ...chanceRows(heads[at], heads, names), ...lines, ...below].slice(0, size.heightCells);
}

/** The scores that fit, around the one that sorts. */
function namesInView(names: readonly HeadScoreName[], sortBy: HeadScoreName | 'place', widthCells: number) {
  let [start, end, used] = [0, 0, 0];
  const sorted = sortBy === 'place' ? 0 : names.indexOf(sortBy);
  while (end < names.length && (end <= sorted || used + widthOf(names[end]!) <= widthCells)) {
    used += widthOf(names[end]!);
    end += 1;
    while (used > widthCells && start < sorted) {
      used -= widthOf(names[start]!);
      start += 1;
    }
  }
  return names.slice(start, end);
}

/** What even weights over the visible keys would give, in the layer of the selected head if layers differ. */
function chanceRows(
  selected: ScoredHead | undefined,
  heads: readonly ScoredHead[],
  names: readonly HeadScoreName[],
): Row[] {
  if (selected === undefined) return [];
  const isOfAll = heads.every(({ chance }) => headScoreNames.every((name) => chance[name] === selected.chance[name]));
  const label = isOfAll ? ' chance' : ` chance L${selected.layer}`;
  return [
    [
      cell(padEnd(label, placeWidth), 'dim'),
      ...names.map((name) => cell(padStart(scoreText(selected.chance[name], name), widthOf(name)), 'dim')),
    ],
  ];
}

function scoreText(score: number | null, name: HeadScoreName): string {
  return score === null ? 'n/a' : fixed(score, name === 'distance' ? 1 : 2);
}

function scoreCell(score: number | null, name: HeadScoreName, isSorted: boolean): Cell {
  const tone = isSorted ? 'strong' : 'plain';
  const text = padStart(scoreText(score, name), widthOf(name));
  if (score === null) return cell(text, 'dim');
  return name === 'distance' ? cell(text, tone) : { text, tone, weight: Math.min(1, score) };
}

/** The rows of as many sentences as fit whole. */
function wholeRows(sentences: readonly (readonly Row[])[], room: number): Row[] {
  const rows: Row[] = [];
  for (const sentence of sentences) if (rows.length + sentence.length <= room) rows.push(...sentence);
  return rows;
}

interface Absence {
  readonly absent: readonly HeadScoreName[];
  readonly part: AttentionPart;
}

/** Sorted by place: which head looks at what most. Sorted by a score: that of the score, and its definition. */
function belowRows(
  heads: readonly ScoredHead[],
  sortBy: HeadScoreName | 'place',
  { absent, part }: Absence,
  { widthCells, heightCells }: Size,
): Row[] {
  const room = Math.max(0, heightCells - 3 - fewestHeads);
  const definition = headScoreDefinitions.find(({ name }) => name === sortBy);
  if (definition === undefined) {
    const most = mostSentences(heads, headName).map((sentence) => wrappedRows(sentence, widthCells));
    const absence = absenceSentence(absent, part) ?? '';
    const notes = [absence, 'chance: even weights on all that a query sees'].map((note) =>
      wrappedRows(note, widthCells, 'dim'),
    );
    return [[], ...wholeRows([...most, ...notes], room)];
  }
  const { name, title, formula } = definition;
  const most = isWeightScore(name) ? mostSentence(heads, name, headName) : null;
  const missing = absenceSentence(
    absent.filter((one) => one === name),
    part,
  );
  const source = definition.source === null ? '' : ` (${definition.source})`;
  return [
    [],
    ...(most === null ? [] : wrappedRows(most, widthCells)),
    ...(missing === null ? [] : wrappedRows(missing, widthCells)),
    ...wrappedRows(`${title}: ${definition.definition}${source}`, widthCells, 'dim'),
    [cell(cutEnd(formula, widthCells), 'strong')],
  ];
}
