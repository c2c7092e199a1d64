import { readFileSync } from 'node:fs';
import { headScoreDefinitions } from '../../core/measures/head-score-definitions.ts';
import { createScoreMeans, type ScoreMeans } from '../../core/measures/head-scores.ts';
import { type AttentionPart, attentionParts } from '../../core/trace.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { headRole, scoredTokens, scoresOfLayers, sortHeads, textCount } from '../../panes/kit/head-role.ts';
import { asciiText } from '../../terminal/ascii.ts';
import { errorMessage } from '../../text/error-message.ts';
import type { Options } from '../command-table.ts';
import { createSession, loadNamedModel } from '../explorer-session.ts';
import { modelHeading } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { explanation, headsCsv, headsTable, type PlacedHead } from './heads-table.ts';

/** `attnscope heads TEXT`, or `--file FILE` for means over its lines: the scores and role of every head; table, JSON or CSV.
 *  columns: the width of the terminal; null: there is none. */
export function headsCommand(given: string | null, options: Options, columns: number | null = null): string {
  refuseMixtures(given, options);
  const loaded = loadNamedModel(options);
  const texts = options.file === undefined ? [{ text: given ?? '', name: 'the text' }] : linesOf(options.file);
  const explorer = createSession(loaded, texts[0]?.text ?? '', options);
  const { model } = loaded;
  const parts = model.decoder === null || options.target === undefined ? (['encoder'] as const) : attentionParts;
  const means = createMeans(explorer, parts);
  for (const { text, name } of texts) means.add(text, name);
  const heads = sortHeads(means.heads(), explorer.inputs.sortBy.peek());
  if (options.csv === true) return headsCsv(heads);
  if (options.json !== true) {
    const cut =
      means.truncated() === 0 ? '' : `${means.truncated()} of ${texts.length} texts cut to the tokens that fit\n`;
    const words = options.explain === true ? `\n${explanation()}` : '';
    return headsTable(heads, columns) + cut + (options.ascii === true ? asciiText(words) : words);
  }
  const answer = {
    format: 'attnscope-heads/1',
    model: modelHeading(model),
    texts: texts.length,
    truncated: means.truncated(),
    heads: heads.map(({ part, ...head }) => (part === null ? head : { part, ...head })),
    ...(options.explain === true ? { definitions: headScoreDefinitions } : {}),
  };
  return `${JSON.stringify(answer)}\n`;
}

function refuseMixtures(given: string | null, { file }: Options): void {
  if (given === null && file === undefined)
    throw new UsageError('heads: a TEXT is missing, as in attnscope heads "please study man", or --file FILE');
  if (given !== null && file !== undefined) throw new UsageError('heads: a TEXT or --file FILE is expected, not both');
}

interface NamedText {
  readonly text: string;
  /** Its name in error messages. */
  readonly name: string;
}

/** The non-blank lines of a UTF-8 file; '-' is standard input. */
function linesOf(file: string): NamedText[] {
  const where = file === '-' ? 'standard input' : file;
  const texts = contentOf(file)
    .split(/\r?\n/)
    .map((text, index) => ({ text, name: `line ${index + 1} of ${where}` }))
    .filter(({ text }) => text.trim() !== '');
  if (texts.length === 0) throw new UsageError(`--file ${file}: it has no line with text`);
  return texts;
}

function contentOf(file: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw new UsageError(`--file ${file}: it cannot be read: ${errorMessage(error)}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`--file ${file}: it is not UTF-8 text`);
  }
}

interface HeadMeans {
  /** @throws UsageError when the text has no tokens. */
  add(text: string, name: string): void;
  /** Means over the added texts. */
  heads(): PlacedHead[];
  /** How many texts had more tokens than the model takes. */
  truncated(): number;
}

interface Sums {
  readonly place: Pick<PlacedHead, 'part' | 'layer' | 'head'>;
  readonly means: ScoreMeans;
  readonly chances: ScoreMeans;
}

/** Scores one text after another and keeps only sums. */
function createMeans(explorer: Explorer, parts: readonly AttentionPart[]): HeadMeans {
  const hasParts = explorer.inputs.loaded.value.model.decoder !== null;
  const sums = new Map<string, Sums>();
  const tokenCounts = new Map<AttentionPart, number>();
  let texts = 0;
  let truncated = 0;
  const addPart = (part: AttentionPart) => {
    explorer.inputs.part.value = part;
    const { layers, parameters } = explorer.shown.value;
    const { keys, queries } = explorer.tokens.value;
    tokenCounts.set(part, (tokenCounts.get(part) ?? 0) + textCount(scoredTokens(keys)));
    const weights = layers.map((layer) => layer.attentionWeights);
    const { mask, hiddenKeys } = explorer.shownInterventions.value;
    const heads = scoresOfLayers({ part, layers: weights, parameters, mask, hiddenKeys, keys, queries });
    for (const { layer, head, scores, chance } of heads) {
      const name = `${part} ${layer}.${head}`;
      const place = { part: hasParts ? part : null, layer, head };
      const entry = sums.get(name) ?? { place, means: createScoreMeans(), chances: createScoreMeans() };
      entry.means.add(scores);
      entry.chances.add(chance);
      sums.set(name, entry);
    }
  };
  return {
    add(text, name) {
      explorer.inputs.text.value = text;
      const { tokens, truncated: isCut } = explorer.tokenized.value;
      if (tokens.length === 0) throw new UsageError(`heads: ${name} has no tokens`);
      texts += 1;
      truncated += Number(isCut);
      for (const part of parts) addPart(part);
    },
    heads: () =>
      [...sums.values()].map(({ place, means, chances }) => {
        const [scores, chance] = [means.scores(), chances.scores()];
        const tokenCount = (tokenCounts.get(place.part ?? 'encoder') ?? 0) / texts;
        return { ...place, scores, chance, role: headRole(scores, chance, tokenCount) };
      }),
    truncated: () => truncated,
  };
}
