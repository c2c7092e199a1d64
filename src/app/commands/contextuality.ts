import { basename } from 'node:path';
import { createCosineBaseline, separateSenses } from '../../core/measures/contextuality.ts';
import { meanOf } from '../../core/measures/vectors.ts';
import { readSenseSet, type SenseSet, spansOfWord } from '../../loaders/sense-sets.ts';
import { loadStaticVectors, type StaticVectors } from '../../loaders/static-vectors.ts';
import { visibleText } from '../../text/fitted-text.ts';
import { listed } from '../../text/list.ts';
import { builtInSenseSets } from '../built-in-sense-sets.ts';
import type { Options } from '../command-table.ts';
import { createSession, loadNamedModel } from '../explorer-session.ts';
import { measureSet, type StageMeasures } from '../sense-set-measures.ts';
import { modelHeading } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { contextualityCsv, contextualityTable, type MeasuredSet, measureNames } from './contextuality-table.ts';

/** `attnscope contextuality [--set NAME|FILE] [--static FILE]`: how well a word's vectors separate its senses, at every stage of the
 *  model. With --static, the vectors of a file, which ignore the sense, come first. Table, JSON or CSV. */
export function contextualityCommand(options: Options): string {
  const sets = options.set === undefined ? builtInSenseSets : [namedSet(options.set)];
  const staticStages = options.static === undefined ? null : staticStagesOf(options.static, sets);
  const loaded = loadNamedModel(options);
  const explorer = createSession(loaded, sets[0]?.senses[0]?.sentences[0] ?? '', options);
  const measured = sets.map((set, index) => ({
    word: set.word,
    sentences: countOf(set),
    stages: [...(staticStages === null ? [] : [staticStages[index]!.stage]), ...measureSet(explorer, set)],
    heading: `${set.word}: ${countOf(set)} sentences, ${set.senses.map(({ name }) => name).join(' / ')}`,
    notes: staticStages?.[index]?.notes ?? [],
  }));
  const all = options.set === undefined ? [meanOfSets(measured)] : [];
  if (options.csv !== true && options.json !== true) {
    return contextualityTable([...measured, ...all], { hasStatic: staticStages !== null });
  }
  // Only the table has room for the notes.
  const notes = measured.flatMap((set) => set.notes);
  if (notes.length > 0) process.stderr.write(`warning: ${notes.join('; ')}\n`);
  if (options.csv === true) return contextualityCsv([...measured, ...all]);
  const entry = ({ word, sentences, stages }: MeasuredSet) => ({ word, sentences, stages });
  const answer = {
    format: 'attnscope-contextuality/1',
    model: modelHeading(loaded.model),
    sets: measured.map(entry),
    all: all.map(({ words, sentences, stages }) => ({ words, sentences, stages }))[0] ?? null,
  };
  return `${JSON.stringify(answer)}\n`;
}

/** A built-in set by its word, or the set of a file. */
function namedSet(given: string): SenseSet {
  const set = builtInSenseSets.find(({ word }) => word === given);
  if (set !== undefined) return set;
  if (/[./\\]/.test(given)) return readSenseSet(given);
  const names = listed(builtInSenseSets.map(({ word }) => word));
  throw new UsageError(`--set ${given}: there is no such set; there are ${names}, or give a file such as ./set.json`);
}

function countOf({ senses }: SenseSet): number {
  return senses.reduce((sum, { sentences }) => sum + sentences.length, 0);
}

/** Mean of each measure over the words that have it; every word counts once. */
function meanOfSets(sets: readonly MeasuredSet[]) {
  const sentences = sets.reduce((sum, set) => sum + set.sentences, 0);
  const stages = (sets[0]?.stages ?? []).map(({ stage }, index): StageMeasures => {
    const means = measureNames.map((name) => [name, meanOf(sets.map((set) => set.stages[index]?.[name] ?? null))]);
    return { stage, ...(Object.fromEntries(means) as Omit<StageMeasures, 'stage'>) };
  });
  const heading = `all: mean of ${sets.length} words, ${sentences} sentences`;
  return { word: 'all', words: sets.length, sentences, stages, heading, notes: [] };
}

interface StaticStage {
  readonly stage: StageMeasures;
  /** Say which spellings the file lacks or has only in another case. */
  readonly notes: readonly string[];
}

/** @throws FormatError when the file does not hold word vectors. */
function staticStagesOf(path: string, sets: readonly SenseSet[]): StaticStage[] {
  const vectors = loadStaticVectors(path);
  try {
    return sets.map((set) => staticStage(vectors, set));
  } finally {
    vectors.close();
  }
}

const words = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;

/** The measures of a set with one vector per spelling. All are null if the file lacks the word; its baseline skips other words
 *  that the file lacks. */
function staticStage(vectors: StaticVectors, { word, senses }: SenseSet): StaticStage {
  const file = visibleText(basename(vectors.path));
  const notes = new Set<string>();
  const baseline = createCosineBaseline();
  const occurrences = senses.flatMap(({ sentences }, sense) =>
    sentences.map((sentence) => {
      baseline.add((sentence.match(words) ?? []).flatMap((one) => vectors.vector(one)?.values ?? []));
      const spelling = spansOfWord(sentence, word)[0]?.text ?? '';
      const found = vectors.vector(spelling);
      if (found === null) notes.add(`"${spelling}" is not in ${file}`);
      else if (found.word !== spelling) notes.add(`"${spelling}" is "${found.word}" in ${file}`);
      return { sense, vector: found?.values ?? null };
    }),
  );
  const separation = separateSenses(occurrences);
  const measures = {
    ...separation,
    baseline: occurrences.some(({ vector }) => vector !== null) ? baseline.mean() : null,
    // Word order does not change these vectors.
    shuffled: separation.triples,
  };
  return { stage: { stage: `${file} (${vectors.kind})`, ...measures }, notes: [...notes] };
}
