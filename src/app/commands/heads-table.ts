import { headScoreDefinitions } from '../../core/measures/head-score-definitions.ts';
import { type HeadScoreName, headScoreNames } from '../../core/measures/head-scores.ts';
import type { AttentionPart } from '../../core/trace.ts';
import { roleDefinition, type ScoredHead } from '../../panes/kit/head-role.ts';
import { csv, table } from '../table.ts';

export interface PlacedHead extends ScoredHead {
  /** null: the model has only one part. */
  readonly part: AttentionPart | null;
}

/** One line per head. */
export function headsTable(heads: readonly PlacedHead[]): string {
  const titles = headScoreDefinitions.map(({ title }) => title);
  const rows = heads.map((head) => [
    ...Object.values(placeOf(head)).map(String),
    ...headScoreDefinitions.map(({ name }) => scoreText(name, head.scores[name])),
    head.role?.name ?? '',
  ]);
  const heading = [...Object.keys(heads.map(placeOf)[0] ?? {}), ...titles, 'role'];
  return table([heading, ...rows], (column) => heading[column] !== 'part' && heading[column] !== 'role');
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
  const notation = 'w(i, j) is the weight of query i on key j, counted from 0; n is the number of tokens.';
  return `${[notation, ...scores, `role: ${roleDefinition}.`].join('\n')}\n`;
}

function placeOf({ part, layer, head }: PlacedHead) {
  return { ...(part === null ? {} : { part }), layer, head };
}

function scoreText(name: HeadScoreName, score: number | null): string {
  if (score === null) return 'n/a';
  return score.toFixed(name === 'distance' ? 2 : 3);
}
