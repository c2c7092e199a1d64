import { effect } from '@preact/signals-core';
import {
  type AblationMeasure,
  ablationMeasures,
  defaultMeasure,
  effectOf,
  type HeadEffect,
  rankByEffect,
} from '../../core/measures/ablation-effect.ts';
import type { Model } from '../../core/model.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { type SweptToken, sweptToken } from '../../explorer/sweep.ts';
import { labelAt } from '../../explorer/token-view.ts';
import { tokenViews } from '../../explorer/tokenized-text.ts';
import { sweptHeads } from '../../run/ablation-sweep.ts';
import type { Options } from '../command-table.ts';
import { createSession, loadNamedModel } from '../explorer-session.ts';
import { erasableLine } from '../progress-bar.ts';
import { csv, modelHeading, table } from '../table.ts';
import { UsageError } from '../usage-error.ts';

/** `attnscope ablation-sweep TEXT`: switches off every head in turn and ranks the heads by effect; table, JSON or CSV. */
export async function ablationSweepCommand(text: string, options: Options): Promise<string> {
  const loaded = loadNamedModel(options);
  const { model, tokenizer } = loaded;
  const measure = measureOf(options.rankBy ?? null, model);
  if (model.decoder !== null && options.query !== undefined) {
    throw new UsageError(
      `ablation-sweep: --query does not go with ${model.name}: effects are on the last token that its decoder reads`,
    );
  }
  const explorer = createSession(loaded, text, options);
  const place = sweptToken(explorer);
  if (place === null || explorer.tokenized.value.tokens.length === 0)
    throw new UsageError('ablation-sweep: the text has no tokens');
  if (sweptHeads(model, explorer.interventions.value).length === 0)
    throw new UsageError('ablation-sweep: --ablate leaves no head to switch off');
  const heads = rankByEffect(await swept(explorer), measure);
  const { truncated } = explorer.tokenized.value;
  const textOf = (id: number) => tokenizer.tokenText?.(id) ?? '';
  const answer = { model, text, truncated, measure, place, heads, textOf };
  if (options.csv === true) return csv(heads.map(csvRecord));
  if (options.json === true) return effectsJson(answer);
  const readByPlace = model.decoder === null ? text : (options.target ?? '');
  const cut = truncated ? 'the text is cut to the tokens that fit\n' : '';
  return `${headingOf(answer, readByPlace)}\n${effectsTable(answer)}\n${effectsMap(answer)}${cut}`;
}

/** The measure asked for, otherwise the one on the model's last result. */
function measureOf(wanted: AblationMeasure | null, model: Model): AblationMeasure {
  const { name, type, sentence, head } = model;
  if (wanted === 'embedding' && sentence === null)
    throw new UsageError(`--sort embedding: ${name} (${type}) has no sentence embedding`);
  if (wanted === 'prediction' && head === null)
    throw new UsageError(`--sort prediction: ${name} (${type}) has no language-model head`);
  return wanted ?? defaultMeasure(model);
}

/** All effects; shows a count on standard error if that is a terminal. */
async function swept({ sweep }: Explorer): Promise<readonly HeadEffect[]> {
  const line = erasableLine(process.stderr, process.env.TERM);
  const end = effect(() => {
    const { effects, total } = sweep.state.value;
    if (effects.length > 0) line.show(`${effects.length} of ${total} heads`);
  });
  try {
    await sweep.run();
  } finally {
    end();
    line.erase();
  }
  return sweep.state.value.effects;
}

interface Answer {
  readonly model: Model;
  readonly text: string;
  readonly truncated: boolean;
  readonly measure: AblationMeasure;
  readonly place: SweptToken;
  readonly heads: readonly HeadEffect[];
  readonly textOf: (id: number) => string;
}

function effectsJson({ model, text, truncated, measure, place, heads, textOf }: Answer): string {
  const predictionJson = ({ id, ...numbers }: NonNullable<HeadEffect['prediction']>) => {
    return { token: { id, text: textOf(id) }, ...numbers };
  };
  const answer = {
    format: 'attnscope-ablation/1',
    model: modelHeading(model),
    text,
    truncated,
    sort: measure,
    token: { ...(model.decoder === null ? {} : { part: 'decoder' }), position: place.position, text: place.token.text },
    heads: heads.map(({ layer, head, outputChange, outputCosine, embeddingCosine, prediction }) => ({
      layer,
      head,
      outputChange,
      outputCosine,
      ...(model.sentence === null ? {} : { embeddingCosine }),
      ...(prediction === null ? {} : { prediction: predictionJson(prediction) }),
    })),
  };
  return `${JSON.stringify(answer)}\n`;
}

function csvRecord({ layer, head, outputChange, outputCosine, embeddingCosine, prediction }: HeadEffect) {
  const { id: predictedId = null, before = null, after = null, rankAfter = null } = prediction ?? {};
  return { layer, head, outputChange, outputCosine, embeddingCosine, predictedId, before, after, rankAfter };
}

function headingOf({ model, place, heads, textOf }: Answer, readByPlace: string): string {
  const { tokens, position } = place;
  const prediction = heads[0]?.prediction ?? null;
  const where = model.head?.kind === 'causal' ? 'after' : 'at';
  const predicted =
    prediction === null
      ? ''
      : `; most probable ${where} it: ${labelAt([{ id: prediction.id, text: textOf(prediction.id), start: null, end: null }], 0)}, p = ${prediction.before.toFixed(3)}`;
  const whose = model.decoder === null ? 'token' : "the decoder's token";
  const label = labelAt(tokenViews(tokens, readByPlace), position);
  return `effects of switching off one head, on ${whose} ${position} ${label}${predicted}\n`;
}

const legends: Readonly<Record<AblationMeasure, string>> = {
  embedding: '1 - cosine of the sentence embeddings with and without the head',
  prediction: "change of the most probable token's probability",
  output: "change of the token's vector after the last layer, as a share of its length; cos: their cosine",
};

/** One line per head with the measures that apply to the model, and a legend. */
function effectsTable({ heads, measure }: Answer): string {
  const measures = ablationMeasures.filter((one) => heads.some((head) => effectOf(head, one) !== null));
  const titles = [...new Set([measure, ...measures, 'output' as const])];
  const hasPrediction = heads.some(({ prediction }) => prediction !== null);
  const rows = heads.map((head, index) => [
    String(index + 1),
    `L${head.layer} H${head.head}`,
    ...titles.map((one) => effectText(effectOf(head, one))),
    head.outputCosine?.toFixed(4) ?? 'n/a',
    ...(hasPrediction ? [head.prediction?.after.toFixed(3) ?? 'n/a', String(head.prediction?.rankAfter ?? 'n/a')] : []),
  ]);
  const heading = ['rank', 'head', ...titles, 'cos', ...(hasPrediction ? ['p after', 'rank after'] : [])];
  const legend = titles.map((one) => `${one}: ${legends[one]}\n`).join('');
  return `${table([heading, ...rows], (column) => column !== 1)}\n${legend}`;
}

/** The effects by layer and head. */
function effectsMap({ heads, measure, model: { layers } }: Answer): string {
  const found = new Map(heads.map((head) => [`${head.layer}.${head.head}`, effectText(effectOf(head, measure))]));
  const widest = Math.max(...layers.map(({ attention }) => attention.numAttentionHeads));
  const places = Array.from({ length: widest }, (_, head) => head);
  const rows = layers.map(({ attention }, layer) => [
    `L${layer}`,
    ...places.map((head) => (head < attention.numAttentionHeads ? (found.get(`${layer}.${head}`) ?? 'off') : '')),
  ]);
  return table([[measure, ...places.map((head) => `H${head}`)], ...rows], (column) => column !== 0);
}

/** Three decimals, or a power of ten if they would show only zeros. */
function effectText(effect: number | null): string {
  if (effect === null) return 'n/a';
  return effect === 0 || effect >= 0.001 ? effect.toFixed(3) : effect.toExponential(1);
}
