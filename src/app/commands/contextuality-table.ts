import { cutMiddle, visibleText } from '../../text/fitted-text.ts';
import type { StageMeasures } from '../sense-set-measures.ts';
import { csv, table } from '../table.ts';

/** The measures of one word, or their mean over several words. */
export interface MeasuredSet {
  /** 'all' for the mean over several words. */
  readonly word: string;
  readonly sentences: number;
  readonly stages: readonly StageMeasures[];
}

/** In the order of the columns. */
export const measureNames = ['same', 'other', 'triples', 'auc', 'baseline', 'shuffled'] as const;

const titles = measureNames.map((name) => (name === 'auc' ? 'AUC' : name));

const legend = `same, other: mean cosine of the word's vectors in two sentences, with the same sense and with different senses
triples: how often a vector is closer to its own sense than to another; 0.5 is chance. AUC: over all pairs
baseline: mean cosine of two tokens of different sentences. shuffled: triples with the words in random order
static embedding: the token's vector without position and context, so the same token always has cosine 1
`;

const staticLegend =
  'first row: a spelling has one vector in that file, in every sentence and order; baseline: words, not tokens\n';

/** Longest name of a stage in a table: file names may be long. */
const mostStageCells = 40;

/** One table per set, with its heading above and its notes below, and a legend of the columns at the end. */
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

export function contextualityCsv(sets: readonly MeasuredSet[]): string {
  const records = sets.flatMap(({ word, stages }) =>
    stages.map((stage) => ({
      ...{ word, stage: stage.stage },
      ...Object.fromEntries(measureNames.map((name) => [name, stage[name]])),
    })),
  );
  return csv(records);
}
