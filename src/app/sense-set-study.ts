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
  /** Mean cosine of two tokens of different sentences, whatever they are. */
  readonly baseline: number | null;
  /** `triples` with the words of every sentence in a shuffled order. */
  readonly shuffled: number | null;
}

/** Every set has the same shuffles, whichever others are measured with it. */
const shuffleSeed = 1;

/** Runs every sentence of the set, and again with its words shuffled, and measures the word's vectors stage by stage.
 *  @throws UsageError when the model has no token of the word in a sentence. */
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
        // In a text that is cut the word may have come to the part that is left out: it has no number then.
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

/** The vectors of all tokens at each stage of the model's own stack; valid until the next run. */
function run(explorer: Explorer, text: string): StageVectors[] {
  explorer.inputs.text.value = text;
  const ids = explorer.tokenized.value.tokens.map(({ id }) => id);
  return stageVectors(explorer.inputs.loaded.value.model, explorer.trace.value, ids);
}

/** Mean of the vectors of the word's tokens; null where none of them has a number.
 *  @throws UsageError when the text was cut within the word or before it, or no token stands for it. */
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

/** Tokens that stand for the word or a part of it. */
function placesOfWord(explorer: Explorer, text: string, word: string): number[] {
  return placesWithin(explorer.tokenized.value.tokens, spanOf(text, word));
}

function spanOf(text: string, word: string): Span {
  return spansOfWord(text, word)[0] ?? { start: 0, end: 0 };
}
