import {
  type CosineBaseline,
  createCosineBaseline,
  createRandom,
  meanVector,
  type Occurrence,
  type SenseSeparation,
  separateSenses,
  shuffled,
} from '../core/contextuality.ts';
import type { Explorer } from '../graph/explorer.ts';
import { type SenseSet, type Span, spansOfWord } from '../loaders/sense-sets.ts';
import { row, type Tensor } from '../tensor/tensor.ts';
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
      for (const [stage, vectors] of run(explorer, sentence)) {
        const sums = entryOf(stages, stage);
        sums.baseline.add(vectors.filter((_, token) => isOfText(explorer, token)));
        sums.occurrences.push({ sense, vector: vectorOfWord(explorer, vectors, sentence, set.word) });
      }
      const mixed = shuffleWords(sentence, set.word, random);
      for (const [stage, vectors] of run(explorer, mixed)) {
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

type StageVectors = readonly [stage: string, vectors: readonly Float32Array[]];

/** The vectors of all tokens at each stage of the model's own stack; valid until the next run. */
function run(explorer: Explorer, text: string): StageVectors[] {
  explorer.inputs.text.value = text;
  const { tokens } = explorer.tokenized.value;
  const { embedding } = explorer.inputs.loaded.value.model;
  const { embedding: input, layers } = explorer.trace.value;
  const columns = tokens.map(({ id }) =>
    id === null ? new Float32Array(embedding.tokens.inWidth).fill(Number.NaN) : embedding.tokens.column(id),
  );
  const rows = (t: Tensor) => tokens.map((_, token) => row(t, token));
  return [
    ['static embedding', columns],
    ['input', rows(input)],
    ...layers.flatMap(({ attentionOutput, concat, residPost }, layer): StageVectors[] => [
      // Without W_O the heads side by side are what attention gives.
      [`L${layer} attention`, rows(attentionOutput ?? concat)],
      ...(residPost === null ? [] : [[`L${layer} output`, rows(residPost)] as const]),
    ]),
  ];
}

/** Whether a token stands for a part of the text, and was not added by the tokenizer. */
function isOfText(explorer: Explorer, token: number): boolean {
  return (explorer.tokenized.value.tokens[token]?.start ?? null) !== null;
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
  const span = spanOf(text, word);
  return explorer.tokenized.value.tokens.flatMap((token, index) => (overlap(token, span) ? [index] : []));
}

function spanOf(text: string, word: string): Span {
  return spansOfWord(text, word)[0] ?? { start: 0, end: 0 };
}

function overlap({ start, end }: { readonly start: number | null; readonly end: number | null }, span: Span): boolean {
  return start !== null && end !== null && start < span.end && end > span.start;
}

/** The sentence's words in a random order, but for the first place, which the word does not come to: many tokenizers write a word
 *  without a space before it in another way. */
function shuffleWords(sentence: string, word: string, random: () => number): string {
  const words = shuffled(sentence.trim().split(/\s+/), random);
  const last = words.length - 1;
  if (spansOfWord(words[0] ?? '', word).length > 0) [words[0], words[last]] = [words[last]!, words[0]!];
  return words.join(' ');
}
