import { meanOf } from '../../core/contextuality.ts';
import { readSenseSet, type SenseSet } from '../../loaders/sense-sets.ts';
import type { Options } from '../arguments.ts';
import { builtInSenseSets } from '../built-in-sense-sets.ts';
import { createSession, loadNamedModel } from '../explorer-session.ts';
import { measureSet, type StageMeasures } from '../sense-set-study.ts';
import { UsageError } from '../usage-error.ts';
import { contextualityCsv, contextualityTable, type MeasuredSet, measureNames } from './contextuality-table.ts';

/** `attnscope contextuality [--set NAME|FILE]`: how far the vectors of one word in several sentences follow its sense, at every
 *  stage of the model; as a table, JSON or CSV. */
export function contextualityCommand(given: string | null, options: Options): string {
  refuseMixtures(given, options);
  const sets = options.set === undefined ? builtInSenseSets : [namedSet(options.set)];
  const loaded = loadNamedModel(options);
  const explorer = createSession(loaded, sets[0]?.senses[0]?.sentences[0] ?? '', options);
  const measured = sets.map((set) => ({
    word: set.word,
    sentences: countOf(set),
    stages: measureSet(explorer, set),
    heading: `${set.word}: ${countOf(set)} sentences, ${set.senses.map(({ name }) => name).join(' / ')}`,
  }));
  const all = options.set === undefined ? [meanOfSets(measured)] : [];
  if (options.csv === true) return contextualityCsv([...measured, ...all]);
  if (options.json !== true) return contextualityTable([...measured, ...all]);
  const { name, type, numHiddenLayers, numAttentionHeads, hiddenSize } = loaded.model;
  const entry = ({ word, sentences, stages }: MeasuredSet) => ({ word, sentences, stages });
  const answer = {
    format: 'attnscope-contextuality/1',
    model: { name, type, layers: numHiddenLayers, heads: numAttentionHeads, hiddenSize },
    sets: measured.map(entry),
    all: all.map(({ words, sentences, stages }) => ({ words, sentences, stages }))[0] ?? null,
  };
  return `${JSON.stringify(answer)}\n`;
}

function refuseMixtures(given: string | null, { json, csv, pair, target }: Options): void {
  if (given !== null) {
    throw new UsageError('contextuality: no TEXT is expected, its sentences come in sets: --set NAME or --set FILE');
  }
  if (csv === true && json === true) throw new UsageError('contextuality: --csv or --json is expected, not both');
  if (pair !== undefined) throw new UsageError('contextuality: --pair is not for sets of sentences');
  if (target !== undefined) throw new UsageError('contextuality: --target is not for sets of sentences');
}

/** A built-in set by its word, or else the set of a file. */
function namedSet(given: string): SenseSet {
  const set = builtInSenseSets.find(({ word }) => word === given);
  if (set !== undefined) return set;
  if (/[./\\]/.test(given)) return readSenseSet(given);
  const names = builtInSenseSets.map(({ word }) => word).join(', ');
  throw new UsageError(`--set ${given}: there is no such set; there are ${names}, or a file such as ./set.json`);
}

function countOf({ senses }: SenseSet): number {
  return senses.reduce((sum, { sentences }) => sum + sentences.length, 0);
}

/** Mean of each measure over the words where it applies: every word counts once. */
function meanOfSets(sets: readonly MeasuredSet[]) {
  const sentences = sets.reduce((sum, set) => sum + set.sentences, 0);
  const stages = (sets[0]?.stages ?? []).map(({ stage }, index): StageMeasures => {
    const means = measureNames.map((name) => [name, meanOf(sets.map((set) => set.stages[index]?.[name] ?? null))]);
    return { stage, ...(Object.fromEntries(means) as Omit<StageMeasures, 'stage'>) };
  });
  const heading = `all: mean of ${sets.length} words, ${sentences} sentences`;
  return { word: 'all', words: sets.length, sentences, stages, heading };
}
