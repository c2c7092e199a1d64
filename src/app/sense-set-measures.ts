import {
  type CosineBaseline,
  createCosineBaseline,
  createRandom,
  type Occurrence,
  type SenseSeparation,
  separateSenses,
} from '../core/measures/contextuality.ts';
import { type StageVectors, stageVectors } from '../core/measures/stage-vectors.ts';
import { meanVector } from '../core/measures/vectors.ts';
import type { Explorer } from '../explorer/explorer.ts';
import { placesWithin, shuffleWords } from '../explorer/word-places.ts';
import { type SenseSet, type Span, spansOfWord } from '../loaders/sense-sets.ts';
import { UsageError } from './usage-error.ts';

/** The vectors of a word at one stage of the computation, measured over a set. */
export interface StageMeasures extends SenseSeparation {
  readonly stage: string;
  /** Mean cosine of any two tokens from different sentences. */
  readonly baseline: number | null;
  /** `triples` with the words of every sentence in a random order. */
  readonly shuffled: number | null;
}

/** A set gets the same shuffles whichever other sets are measured with it. */
const shuffleSeed = 1;

/** Runs every sentence of the set as it is and with its words shuffled, and measures the word's vectors at every stage.
 *  @throws UsageError when a sentence has no token of the word that the model takes. */
export function measureSet(explorer: Explorer, set: SenseSet): StageMeasures[] {
  const random = createRandom(shuffleSeed);
  const stages = new Map<string, StageSums>();
  for (const [sense, { sentences }] of set.senses.entries()) {
    for (const sentence of sentences) {
      const found = run(explorer, sentence);
      const ofText = new Set(placesWithin(explorer.tokenized.value.tokens));
      for (const { stage, vectors } of found) {
        const sums = entryOf(stages, stage);
        sums.baseline.add(vectors.filter((_, token) => ofText.has(token)));
        sums.occurrences.push({ sense, vector: vectorOfWord(explorer, vectors, sentence, set.word) });
      }
      const mixed = shuffleWords(sentence, (text) => spansOfWord(text, set.word).length > 0, random);
      for (const { stage, vectors } of run(explorer, mixed)) {
        // If the shuffled text is cut, the word may be lost: it then has no numbers.
        const vector = hasWord(explorer, mixed, set.word) ? vectorOfWord(explorer, vectors, mixed, set.word) : null;
        entryOf(stages, stage).shuffledOccurrences.push({ sense, vector });
      }
    }
  }
  return [...stages].map(([stage, { occurrences, baseline, shuffledOccurrences }]) => ({
    stage,
    ...separateSenses(occurrences),
    baseline: baseline.mean(),
    shuffled: separateSenses(shuffledOccurrences).triples,
  }));
}

interface StageSums {
  readonly occurrences: Occurrence[];
  readonly shuffledOccurrences: Occurrence[];
  readonly baseline: CosineBaseline;
}

function entryOf(stages: Map<string, StageSums>, stage: string): StageSums {
  const entry = stages.get(stage) ?? { occurrences: [], shuffledOccurrences: [], baseline: createCosineBaseline() };
  stages.set(stage, entry);
  return entry;
}

/** The vectors of all tokens at each stage of the model's stack; valid until the next run. */
function run(explorer: Explorer, text: string): StageVectors[] {
  explorer.inputs.text.value = text;
  const ids = explorer.tokenized.value.tokens.map(({ id }) => id);
  return stageVectors(explorer.inputs.loaded.value.model, explorer.trace.value, ids);
}

/** Mean of the vectors of the word's tokens; null if none has numbers.
 *  @throws UsageError when the text is cut within the word or before it, or no token stands for it. */
function vectorOfWord(explorer: Explorer, vectors: readonly Float32Array[], text: string, word: string) {
  if (!hasWord(explorer, text, word)) {
    const { tokens, truncated, tokenCount } = explorer.tokenized.value;
    const reason = truncated
      ? `the model takes ${tokens.length} of ${tokenCount} tokens, and "${word}" is cut off`
      : `the model has no token for "${word}"`;
    throw new UsageError(`contextuality: ${reason}, in the sentence ${JSON.stringify(text.slice(0, 80))}`);
  }
  return meanVector(placesOfWord(explorer, text, word).map((place) => vectors[place]!));
}

function hasWord(explorer: Explorer, text: string, word: string): boolean {
  const { tokens, truncated } = explorer.tokenized.value;
  const { end: wordEnd } = spanOf(text, word);
  const isWhole = !truncated || tokens.some(({ end }) => end !== null && end >= wordEnd);
  return isWhole && placesOfWord(explorer, text, word).length > 0;
}

/** Places of the tokens that stand for the word or a part of it. */
function placesOfWord(explorer: Explorer, text: string, word: string): number[] {
  return placesWithin(explorer.tokenized.value.tokens, spanOf(text, word));
}

function spanOf(text: string, word: string): Pick<Span, 'start' | 'end'> {
  return spansOfWord(text, word)[0] ?? { start: 0, end: 0 };
}
