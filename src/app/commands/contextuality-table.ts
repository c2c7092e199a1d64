import { cutMiddle, visibleText } from '../../text/fitted-text.ts';
import type { StageMeasures } from '../sense-set-study.ts';
import { csv, table } from '../table.ts';

/** What was measured of one word, or as the mean over several. */
export interface MeasuredSet {
  /** 'all' where it is the mean over several words. */
  readonly word: string;
  readonly sentences: number;
  readonly stages: readonly StageMeasures[];
}

/** Names of the measures, in the order of the columns. */
export const measureNames = ['same', 'other', 'triples', 'auc', 'baseline', 'shuffled'] as const;

const titles = measureNames.map((name) => (name === 'auc' ? 'AUC' : name));

const legend = `same, other: mean cosine of the word's vectors in two sentences, with the same sense and with another
triples: how often two of one sense are closer than one of another; 0.5 is chance. AUC: the same over all pairs
baseline: mean cosine of two tokens of different sentences. shuffled: triples with the words in a random order
static embedding: the token's vector without position and context, so that one spelling always has cosine 1
`;

const staticLegend = `first row: a spelling has one vector in that file, whatever the sentence and its order; baseline: words, not tokens
`;

/** Longest name of a stage in a table: that of a file is anyone's. */
const mostStageCells = 40;

/** A table a set, its name and size above it, notes on it below, and what the columns are at the end. */
export function contextualityTable(
  sets: readonly (MeasuredSet & { readonly heading: string; readonly notes: readonly string[] })[],
  { hasStatic }: { readonly hasStatic: boolean },
): string {
  const tables = sets.map(({ heading, stages, notes }) => {
    const rows = stages.map((stage) => [
      cutMiddle(stage.stage, mostStageCells, '...'),
      ...measureNames.map((name) => stage[name]?.toFixed(3) ?? 'n/a'),
    ]);
    const isNumber = (column: number) => column > 0;
    const lines = table([['stage', ...titles], ...rows], isNumber, (column) => (isNumber(column) ? 6 : 0));
    return `${visibleText(heading)}\n${lines}${notes.map((note) => `${note}\n`).join('')}`;
  });
  return [...tables, legend + (hasStatic ? staticLegend : '')].join('\n');
}

/** Comma-separated values under a line of names; empty where a measure does not apply. */
export function contextualityCsv(sets: readonly MeasuredSet[]): string {
  const rows = sets.flatMap(({ word, stages }) =>
    stages.map((stage) => [word, stage.stage, ...measureNames.map((name) => stage[name])]),
  );
  return csv([['word', 'stage', ...measureNames], ...rows]);
}
