import { headScoreDefinitions } from '../../core/measures/head-score-definitions.ts';
import { type HeadScoreName, type HeadScores, headScoreNames } from '../../core/measures/head-scores.ts';
import type { AttentionPart } from '../../core/trace.ts';
import { absenceSentence, absentScores, mostSentences } from '../../panes/kit/head-most.ts';
import { roleDefinition, type ScoredHead } from '../../panes/kit/head-role.ts';
import { headName } from '../../panes/kit/names.ts';
import { wrapWords } from '../../text/fitted-text.ts';
import { widthOf } from '../../text/graphemes.ts';
import { csv, table } from '../table.ts';

export interface PlacedHead extends ScoredHead {
  /** null: the model has only one part. */
  readonly part: AttentionPart | null;
}

/** One line per head, under the level by chance; below, which head looks at what most. columns: the width to fit, by several tables
 *  where it takes more than one; null: one table, whatever its width. */
export function headsTable(heads: readonly PlacedHead[], columns: number | null): string {
  const placing = Object.keys(heads.map(placeOf)[0] ?? {});
  const lines = [
    ...chanceLines(heads),
    ...heads.map((head) => ({ ...head, place: Object.values(placeOf(head)).map(String) })),
  ];
  const tableOf = (names: readonly HeadScoreName[], hasRole: boolean) => {
    const heading = [...placing, ...names, ...(hasRole ? ['role'] : [])];
    const rows = lines.map(({ place, scores, role }) => [
      ...place,
      ...names.map((name) => scoreText(name, scores[name])),
      ...(hasRole ? [role?.name ?? ''] : []),
    ]);
    return table([heading, ...rows], (column) => heading[column] !== 'part' && heading[column] !== 'role');
  };
  const parts = [...new Set(heads.map(({ part }) => part))];
  const most = parts.flatMap((part) => {
    const own = heads.filter((head) => head.part === part);
    const absence = absenceSentence(absentScores(own), part);
    const nameOf = (head: PlacedHead) => `${part === null ? '' : `${part} `}${headName(head)}`;
    return [
      ...mostSentences(own, nameOf),
      ...(absence === null ? [] : [part === null ? absence : `${part}: ${absence}`]),
    ];
  });
  const below = [...most, 'chance: what even weights on all that a query sees would give'];
  const sentences = below.flatMap((line) => (columns === null ? line : wrapWords(line, columns)));
  const tables = splitNames(columns, (names, isLast) =>
    tableOf(names, isLast)
      .split('\n')
      .reduce((most, line) => Math.max(most, widthOf(line)), 0),
  );
  return `${tables.map((names, index) => tableOf(names, index === tables.length - 1)).join('\n')}\n${sentences.join('\n')}\n`;
}

/** The scores in groups whose tables fit the columns. */
function splitNames(
  columns: number | null,
  widthOfTable: (names: readonly HeadScoreName[], isLast: boolean) => number,
): HeadScoreName[][] {
  if (columns === null) return [[...headScoreNames]];
  const groups: HeadScoreName[][] = [[]];
  for (const [index, name] of headScoreNames.entries()) {
    const group = groups.at(-1)!;
    const isLast = index === headScoreNames.length - 1;
    if (group.length > 0 && widthOfTable([...group, name], isLast) > columns) groups.push([name]);
    else group.push(name);
  }
  return groups;
}

/** The level by chance in each part, or in each layer where its layers differ. */
function chanceLines(heads: readonly PlacedHead[]) {
  const levels = new Map<string, { part: AttentionPart | null; layers: Set<number>; scores: HeadScores }>();
  for (const { part, layer, chance: scores } of heads.toSorted((a, b) => a.layer - b.layer)) {
    const key = JSON.stringify([part, scores]);
    const level = levels.get(key) ?? { part, layers: new Set(), scores };
    level.layers.add(layer);
    levels.set(key, level);
  }
  const parts = [...levels.values()].map(({ part }) => part);
  return [...levels.values()].map(({ part, layers, scores }) => {
    const isOfAll = parts.filter((one) => one === part).length === 1;
    const place = [...(part === null ? [] : [part]), isOfAll ? 'all' : [...layers].join(','), 'chance'];
    return { place, scores, role: null };
  });
}

export function headsCsv(heads: readonly PlacedHead[]): string {
  const records = heads.map((head) => ({
    ...placeOf(head),
    ...Object.fromEntries(headScoreNames.map((name) => [name, head.scores[name]])),
    ...{ role: head.role?.name ?? null, roleScore: head.role?.score ?? null },
  }));
  return csv(records);
}

/** The definitions of the scores and roles as plain text. */
export function explanation(): string {
  const scores = headScoreDefinitions.map(({ title, definition, formula, source }) =>
    [`${title}: ${definition}`, `  ${formula}`, ...(source === null ? [] : [`  ${source}`])].join('\n'),
  );
  const notation =
    'w(i, j) is the weight of query i on key j, counted from 0; n is the number of tokens. Queries are tokens of the text: special tokens, which the tokenizer adds, ask nothing here. Tokens without numbers are left out.';
  return `${[notation, ...scores, `role: ${roleDefinition}.`].join('\n')}\n`;
}

function placeOf({ part, layer, head }: PlacedHead) {
  return { ...(part === null ? {} : { part }), layer, head };
}

function scoreText(name: HeadScoreName, score: number | null): string {
  if (score === null) return 'n/a';
  return score.toFixed(name === 'distance' ? 2 : 3);
}
