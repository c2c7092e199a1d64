import { headScoreDefinitions } from '../../core/measures/head-score-definitions.ts';
import { type HeadScoreName, headScoreNames } from '../../core/measures/head-scores.ts';
import type { AttentionPart } from '../../core/trace.ts';
import { roleDefinition, type ScoredHead } from '../../panes/kit/head-role.ts';
import { csv, table } from '../table.ts';

/** A head of a part of the model; null where the model has one part alone, which need not be named. */
export interface PlacedHead extends ScoredHead {
  readonly part: AttentionPart | null;
}

/** A line a head under a heading, in aligned columns. */
export function headsTable(heads: readonly PlacedHead[]): string {
  const titles = headScoreDefinitions.map(({ title }) => title);
  const rows = heads.map((head) => [
    ...placeOf(head),
    ...headScoreDefinitions.map(({ name }) => scoreText(name, head.scores[name])),
    head.role?.name ?? '',
  ]);
  const heading = [...placeNames(heads), ...titles, 'role'];
  return table([heading, ...rows], (column) => heading[column] !== 'part' && heading[column] !== 'role');
}

/** Comma-separated values under a line of names; empty where a score does not apply. */
export function headsCsv(heads: readonly PlacedHead[]): string {
  const rows = heads.map((head) => [
    ...placeOf(head),
    ...headScoreNames.map((name) => head.scores[name]),
    head.role?.name ?? null,
    head.role?.score ?? null,
  ]);
  const names = [...placeNames(heads), ...headScoreNames, 'role', 'roleScore'];
  return csv([names, ...rows]);
}

/** The definitions of the scores and of the roles, in lines of plain text. */
export function explanation(): string {
  const scores = headScoreDefinitions.map(({ title, definition, formula, source }) =>
    [`${title}: ${definition}`, `  ${formula}`, ...(source === null ? [] : [`  ${source}`])].join('\n'),
  );
  const notation = 'w(i, j) is the weight of query i on key j, counted from 0; n is the number of tokens.';
  return `${[notation, ...scores, `role: ${roleDefinition}.`].join('\n')}\n`;
}

function placeNames(heads: readonly PlacedHead[]): string[] {
  return heads.some(({ part }) => part !== null) ? ['part', 'layer', 'head'] : ['layer', 'head'];
}

function placeOf({ part, layer, head }: PlacedHead): string[] {
  return [...(part === null ? [] : [part]), String(layer), String(head)];
}

function scoreText(name: HeadScoreName, score: number | null): string {
  if (score === null) return 'n/a';
  return score.toFixed(name === 'distance' ? 2 : 3);
}
