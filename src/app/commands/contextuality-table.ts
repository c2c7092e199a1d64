import { padEnd, padStart, visibleText } from '../../view-models/text.ts';
import type { StageMeasures } from '../sense-set-study.ts';

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

/** A table a set, its name and size above it, and what the columns are at the end. */
export function contextualityTable(sets: readonly (MeasuredSet & { readonly heading: string })[]): string {
  const tables = sets.map(({ heading, stages }) => {
    const rows = stages.map((stage) => [stage.stage, ...measureNames.map((name) => stage[name]?.toFixed(3) ?? 'n/a')]);
    const width = Math.max('stage'.length, ...stages.map(({ stage }) => stage.length));
    const lines = [['stage', ...titles], ...rows].map(([stage = '', ...cells]) =>
      [padEnd(stage, width), ...cells.map((cell, index) => padStart(cell, Math.max(6, titles[index]!.length)))].join(
        '  ',
      ),
    );
    return `${[visibleText(heading), ...lines].join('\n')}\n`;
  });
  return [...tables, legend].join('\n');
}

/** Comma-separated values under a line of names; empty where a measure does not apply. */
export function contextualityCsv(sets: readonly MeasuredSet[]): string {
  const rows = sets.flatMap(({ word, stages }) =>
    stages.map((stage) => [word, stage.stage, ...measureNames.map((name) => stage[name] ?? '')]),
  );
  return [['word', 'stage', ...measureNames], ...rows].map((row) => `${row.join(',')}\n`).join('');
}
